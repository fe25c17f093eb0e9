from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

_INDEXES = """
CREATE INDEX room_change_own ON room_change (room_id, change) WHERE number IS NULL;
CREATE UNIQUE INDEX room_change_command ON room_change (room_id, actor_id, command_id)
    WHERE command_id IS NOT NULL
"""


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    for sql in _INDEXES.split(";"):
        await editor.client.execute_query(sql)


class Migration(migrations.Migration):
    dependencies = [("models", "0009_message_state")]

    initial = False

    operations = [
        ops.AddField(
            model_name="RoomChange",
            name="command_id",
            field=fields.CharField(null=True, max_length=80),
        ),
        ops.AddField(
            model_name="RoomChange",
            name="emoji",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name="RoomChange",
            name="number",
            field=fields.BigIntField(null=True),
        ),
        ops.RunPython(_index, ops.RunPython.noop),
    ]
