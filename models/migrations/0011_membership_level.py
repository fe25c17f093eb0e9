from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0010_room_change_command")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Membership",
            name="chosen_level",
            field=fields.CharField(default="all", db_default="all", max_length=8),
        ),
        ops.AddField(
            model_name="Membership",
            name="seen_change",
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
