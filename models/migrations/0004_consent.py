from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0003_name_key")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="blocks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "blocked",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="blocked_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="blocked_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "block",
                "app": "models",
                "unique_together": (("user", "blocked"),),
                "pk_attr": "id",
                "table_description": "Who wants to hear nothing of whom",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Departure",
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
                        related_name="departures",
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
                        related_name="departures",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("how", fields.CharField(max_length=8)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "departure",
                "app": "models",
                "unique_together": (("room", "user"),),
                "pk_attr": "id",
                "table_description": "Who has left which room",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Invitation",
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
                        related_name="invitations",
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
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="by_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations_made",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "declined_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "invitation",
                "app": "models",
                "unique_together": (("room", "user", "by"),),
                "pk_attr": "id",
                "table_description": "Who is asked back into which room",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Membership",
            name="brought_by",
            field=fields.ForeignKeyField(
                "models.User",
                source_field="brought_by_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="brought",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="Membership",
            name="hidden_at",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Membership",
            name="is_blocked",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Membership",
            name="request",
            field=fields.CharField(default="", db_default="", max_length=8),
        ),
        ops.AddField(
            model_name="Room",
            name="maker",
            field=fields.ForeignKeyField(
                "models.User",
                source_field="maker_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name="made_rooms",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        # Who made a room was not noted: the owner who has been in it longest. What the old version
        # makes while it still serves has no maker, and counts against nobody.
        ops.RunSQL(
            """
            UPDATE room SET maker_id = (
                SELECT user_id FROM membership
                WHERE membership.room_id = room.id AND membership.role = 'owner'
                ORDER BY membership.joined_at, membership.id LIMIT 1
            ) WHERE kind = 'room' AND maker_id IS NULL
            """,
            reverse_sql=ops.RunSQL.noop,
        ),
    ]
