from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0036_report")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Room",
            name="newcomers_see",
            field=fields.CharField(default="all", db_default="all", max_length=12),
        ),
    ]
