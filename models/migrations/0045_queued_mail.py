from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0044_membership_shown")]

    initial = False

    operations = [
        ops.CreateModel(
            name="QueuedMail",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("user_id", fields.BigIntField(null=True)),
                ("address", fields.CharField(default="", db_default="", max_length=254)),
                ("facts", fields.TextField(default="{}", db_default="{}", unique=False)),
                ("queued_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("send_after", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField(default=0, db_default=0)),
                (
                    "leased_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "queued_mail",
                "app": "models",
                "indexes": [Index(fields=["send_after"])],
                "pk_attr": "id",
                "table_description": "Mail that is to be sent",
            },
            bases=["Model"],
        ),
    ]
