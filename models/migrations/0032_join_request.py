from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0031_room_visibility")]

    initial = False

    operations = [
        ops.CreateModel(
            name="JoinRequest",
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
                        related_name="join_requests",
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
                        related_name="join_requests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("note", fields.CharField(default="", db_default="", max_length=200)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "declined_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "join_request",
                "app": "models",
                "unique_together": (("room", "user"),),
                "pk_attr": "id",
                "table_description": "Who asks to be let into which room",
            },
            bases=["Model"],
        ),
    ]
