from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0002_profile_and_direct")]

    initial = False

    operations = [
        ops.CreateModel(
            name="NameKey",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", fields.CharField(max_length=32)),
                ("display_of", fields.BigIntField(default=0)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="name_keys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "name_key",
                "app": "models",
                "unique_together": (("key", "display_of"),),
                "pk_attr": "id",
                "table_description": "Which names look alike",
            },
            bases=["Model"],
        ),
    ]
