from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0018_mention_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "membership",
                    fields.OneToOneField(
                        "models.Membership",
                        source_field="membership_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="draft",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("reply_to", fields.BigIntField(null=True)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.BigIntField()),
            ],
            options={
                "table": "draft",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What is written and not sent",
            },
            bases=["Model"],
        ),
    ]
