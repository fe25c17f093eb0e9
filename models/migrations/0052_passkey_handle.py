from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0051_audit_kept")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Passkey",
            name="user_handle",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
    ]
