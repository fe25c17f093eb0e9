from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0030_room_ban")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Room",
            name="visibility",
            field=fields.CharField(default="private", db_default="private", max_length=8),
        ),
        ops.AddField(
            model_name="Room",
            name="topic",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
        ops.AddIndex(
            model_name="Room",
            index=Index(fields=["visibility", "id"]),
        ),
    ]
