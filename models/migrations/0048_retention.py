from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0047_job")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Room",
            name="retention_days",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Room",
            name="floor",
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
