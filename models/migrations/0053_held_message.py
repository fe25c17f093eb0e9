from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0052_passkey_handle")]

    initial = False

    operations = [
        ops.CreateModel(
            name="HeldMessage",
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
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="held_messages",
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
                        related_name="held_messages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("client_id", fields.CharField(max_length=64)),
                ("held_text", fields.TextField(unique=False)),
                ("replied_to", fields.BigIntField(null=True)),
                (
                    "posting_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("held_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "held_message",
                "app": "models",
                "unique_together": (("room", "user", "client_id"),),
                "pk_attr": "id",
                "table_description": "Messages of new accounts that wait for approval",
            },
            bases=["Model"],
        ),
    ]
