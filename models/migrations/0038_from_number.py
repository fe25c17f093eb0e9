from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0037_newcomers_see")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Membership",
            name="from_number",
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
