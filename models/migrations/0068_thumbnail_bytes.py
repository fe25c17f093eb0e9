from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0067_search_index_outdated")]

    initial = False

    operations = [
        ops.AddField(
            model_name="File",
            name="thumbnail_bytes",
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
