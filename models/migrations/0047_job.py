from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0046_email_address")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("user_id", fields.BigIntField()),
                ("room_id", fields.BigIntField(null=True)),
                ("state", fields.CharField(default="waiting", db_default="waiting", max_length=8)),
                ("progress", fields.BigIntField(default=0, db_default=0)),
                ("total", fields.BigIntField(default=0, db_default=0)),
                ("problem", fields.CharField(default="", db_default="", max_length=40)),
                ("payload", fields.TextField(default="{}", db_default="{}", unique=False)),
                ("file_name", fields.CharField(default="", db_default="", max_length=80)),
                ("file_bytes", fields.BigIntField(default=0, db_default=0)),
                ("tries", fields.IntField(default=0, db_default=0)),
                ("holder", fields.CharField(default="", db_default="", max_length=32)),
                (
                    "lease_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "finished_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "job",
                "app": "models",
                "indexes": [Index(fields=["user_id", "id"]), Index(fields=["state", "id"])],
                "pk_attr": "id",
                "table_description": "Long work",
            },
            bases=["Model"],
        ),
    ]
