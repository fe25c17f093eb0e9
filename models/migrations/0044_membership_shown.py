from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0043_user_choices")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Membership",
            name="shown_read",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Membership",
            name="shown_change",
            field=fields.BigIntField(null=True),
        ),
    ]
