from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Found by who comes back after a while, however much else has happened: removals are few.
_INDEX = """
CREATE INDEX IF NOT EXISTS room_change_removal ON room_change (room_id, change)
    WHERE kind = 'messages_removed'
"""


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("models", "0033_oidc_identity")]

    initial = False

    operations = [
        ops.AddField(
            model_name="RoomChange",
            name="details",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.RunPython(_index, ops.RunPython.noop),
    ]
