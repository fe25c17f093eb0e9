from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0019_draft")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Departure",
            name="last_read",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Departure",
            name="seen_change",
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
