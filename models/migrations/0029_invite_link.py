from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0028_second_factor")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InviteLink",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("token_digest", fields.CharField(unique=True, max_length=64)),
                (
                    "room",
                    fields.ForeignKeyField(
                        "models.Room",
                        source_field="room_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invite_links",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="made_by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invite_links_made",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("uses_max", fields.IntField(null=True)),
                ("uses", fields.IntField(default=0, db_default=0)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "invite_link",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Links by which people come",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InviteUse",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "link",
                    fields.ForeignKeyField(
                        "models.InviteLink",
                        source_field="link_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="used_by",
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
                        related_name="came_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "invite_use",
                "app": "models",
                "unique_together": (("link", "user"),),
                "pk_attr": "id",
                "table_description": "Who has come by which link",
            },
            bases=["Model"],
        ),
    ]
