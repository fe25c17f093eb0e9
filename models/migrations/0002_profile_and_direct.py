from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Membership",
            name="is_muted",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Membership",
            name="unread_from",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Room",
            name="direct_key",
            field=fields.CharField(null=True, unique=True, max_length=41),
        ),
        ops.AddField(
            model_name="Session",
            name="last_used_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="User",
            name="display_name",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.AddField(
            model_name="User",
            name="language",
            field=fields.CharField(default="", db_default="", max_length=8),
        ),
        ops.AddField(
            model_name="User",
            name="theme",
            field=fields.CharField(default="", db_default="", max_length=8),
        ),
        ops.AddField(
            model_name="User",
            name="time_format",
            field=fields.CharField(default="", db_default="", max_length=8),
        ),
    ]
