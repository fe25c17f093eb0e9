from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0011_membership_level")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Message",
            name="is_edited_after_read",
            field=fields.BooleanField(null=True),
        ),
    ]
