from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0054_file")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Message",
            name="files",
            field=fields.TextField(null=True, unique=False),
        ),
    ]
