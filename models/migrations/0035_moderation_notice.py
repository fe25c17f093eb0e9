from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0034_messages_removed")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ModerationNotice",
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
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="moderation_notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("room_name", fields.CharField(default="", db_default="", max_length=80)),
                ("amount", fields.IntField(default=0, db_default=0)),
                ("notice_reason", fields.CharField(default="", db_default="", max_length=500)),
                ("noted_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "moderation_notice",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What somebody is told of what was done by moderators",
            },
            bases=["Model"],
        ),
    ]
