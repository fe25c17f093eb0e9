from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Every process asks some times a minute who hides: they are few.
_INDEX = """
CREATE INDEX IF NOT EXISTS user_account_hidden ON user_account (id)
    WHERE presence_choice = 'hidden'
"""


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("models", "0038_from_number")]

    initial = False

    operations = [
        ops.AddField(
            model_name="User",
            name="time_zone",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.AddField(
            model_name="User",
            name="browser_time_zone",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.AddField(
            model_name="User",
            name="presence_choice",
            field=fields.CharField(default="auto", db_default="auto", max_length=8),
        ),
        ops.AddField(
            model_name="User",
            name="status_emoji",
            field=fields.CharField(default="", db_default="", max_length=32),
        ),
        ops.AddField(
            model_name="User",
            name="status_text",
            field=fields.CharField(default="", db_default="", max_length=100),
        ),
        ops.AddField(
            model_name="User",
            name="status_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="User",
            name="picture",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.RunPython(_index, ops.RunPython.noop),
    ]
