from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# This and the next three change one table each: a transaction that locks two of them, while the
# version before still serves, meets one of its own that has locked them in another order.


class Migration(migrations.Migration):
    dependencies = [("models", "0007_message_change")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Mention",
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
                        related_name="mentions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("change", fields.BigIntField()),
                ("is_edit", fields.BooleanField(default=False, db_default=False)),
            ],
            options={
                "table": "mention",
                "app": "models",
                "unique_together": (("room", "number", "user_id"),),
                "indexes": [
                    Index(fields=["user_id", "id"]),
                    Index(fields=["room_id", "user_id", "number"]),
                ],
                "pk_attr": "id",
                "table_description": "Who is mentioned where",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageVersion",
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
                        related_name="message_versions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.BigIntField()),
                ("change", fields.BigIntField()),
                ("body", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message_version",
                "app": "models",
                "unique_together": (("room", "number", "change"),),
                "pk_attr": "id",
                "table_description": "Earlier texts of messages",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Reaction",
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
                        related_name="reactions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.BigIntField()),
                ("emoji", fields.CharField(max_length=64)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reactions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("change", fields.BigIntField()),
            ],
            options={
                "table": "reaction",
                "app": "models",
                "unique_together": (("room", "number", "emoji", "user"),),
                "pk_attr": "id",
                "table_description": "Emoji under messages",
            },
            bases=["Model"],
        ),
    ]
