from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Of edits and deletions alone: reactions and pins, which are many, pay for no entry.
_INDEX = """
CREATE INDEX IF NOT EXISTS room_change_text ON room_change (room_id, change)
    WHERE kind IN ('edited', 'deleted')
"""


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("models", "0013_edited_after_read_filled")]

    initial = False

    operations = [ops.RunPython(_index, ops.RunPython.noop)]
