from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0035_moderation_notice")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("room_id", fields.BigIntField()),
                ("room_name", fields.CharField(max_length=80)),
                ("number", fields.BigIntField()),
                ("author_id", fields.BigIntField()),
                ("reporter_id", fields.BigIntField()),
                ("category", fields.CharField(max_length=20)),
                ("report_text", fields.CharField(default="", db_default="", max_length=500)),
                ("snapshot", fields.TextField(unique=False)),
                ("is_for_owners", fields.BooleanField()),
                ("reported_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(null=True, max_length=20)),
                ("judged_by", fields.BigIntField(null=True)),
                ("judged_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report",
                "app": "models",
                "unique_together": (("room_id", "number", "reporter_id"),),
                "indexes": [Index(fields=["reported_at"])],
                "pk_attr": "id",
                "table_description": "Messages that somebody has reported",
            },
            bases=["Model"],
        ),
    ]
