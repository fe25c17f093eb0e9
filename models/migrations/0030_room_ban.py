from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0029_invite_link")]

    initial = False

    operations = [
        ops.CreateModel(
            name="LastPost",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "models.Room",
                        source_field="room_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="last_posts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="last_posts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("posted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "last_post",
                "app": "models",
                "unique_together": (("room", "user"),),
                "pk_attr": "id",
                "table_description": "Who has last written when, in rooms with slow mode",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RoomBan",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "models.Room",
                        source_field="room_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bans",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="room_bans",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="room_bans_made",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("room_name", fields.CharField(max_length=80)),
                ("ban_reason", fields.CharField(default="", db_default="", max_length=500)),
                ("banned_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "banned_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("noticed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "room_ban",
                "app": "models",
                "unique_together": (("room", "user"),),
                "pk_attr": "id",
                "table_description": "Who is banned from which room",
            },
            bases=["Model"],
        ),
    ]
