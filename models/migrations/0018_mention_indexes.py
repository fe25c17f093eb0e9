from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# What mentions everybody is looked for room by room, as in 0017; what an edit has mentioned is
# counted by its change. Apart from 0017, which locks the rooms: whoever stores a message locks the
# mentions first and the room then.
_INDEXES = (
    "CREATE INDEX mention_everybody ON mention (room_id, (id + 0)) WHERE user_id = 0",
    "CREATE INDEX mention_edited ON mention (room_id, user_id, change) WHERE is_edit",
)


async def _create(_: StateApps, editor: BaseSchemaEditor) -> None:
    for sql in _INDEXES:
        await editor.client.execute_query(sql)


class Migration(migrations.Migration):
    dependencies = [("models", "0017_activity")]

    initial = False

    operations = [ops.RunPython(_create, ops.RunPython.noop)]
