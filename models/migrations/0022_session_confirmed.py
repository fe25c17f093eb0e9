from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0021_user_state")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Session",
            name="confirmed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Session",
            name="is_new",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
