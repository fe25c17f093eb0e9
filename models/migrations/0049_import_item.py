from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0048_retention")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ImportItem",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("source", fields.CharField(max_length=40)),
                ("kind", fields.CharField(max_length=8)),
                ("external_key", fields.CharField(max_length=40)),
                ("local_id", fields.BigIntField()),
                ("upto", fields.BigIntField(default=0, db_default=0)),
                ("is_done", fields.BooleanField(default=False, db_default=False)),
            ],
            options={
                "table": "import_item",
                "app": "models",
                "unique_together": (("source", "kind", "external_key"),),
                "pk_attr": "id",
                "table_description": "What was imported from other chats",
            },
            bases=["Model"],
        ),
    ]
