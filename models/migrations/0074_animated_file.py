from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0068_thumbnail_bytes")]

    initial = False

    operations = [
        ops.AddField(
            model_name="File",
            name="is_animated",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
