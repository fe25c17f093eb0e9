from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0022_session_confirmed")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Room",
            name="archived_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Room",
            name="slow_seconds",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Room",
            name="writers",
            field=fields.CharField(default="members", db_default="members", max_length=8),
        ),
    ]
