from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0053_held_message")]

    initial = False

    operations = [
        ops.AddField(
            model_name="EmailAddress",
            name="hid_here_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
