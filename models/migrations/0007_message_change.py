from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Each part is a transaction of its own: the version that still serves stores in between.
PART = 10_000

_LAST = "SELECT MAX(id) AS last FROM message WHERE change IS NULL"
# All changes until 0006 were messages, so that the number of one is that of the other.
_FILL = "UPDATE message SET change = number WHERE id > {after} AND id <= {upto} AND change IS NULL"
_INDEX = "CREATE UNIQUE INDEX IF NOT EXISTS message_room_change ON message (room_id, change)"


async def _fill(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    last = (await client.execute_query(_LAST))[1][0]["last"] or 0
    for after in range(0, last, PART):
        await client.execute_query(_FILL.format(after=after, upto=after + PART))
    # Not CONCURRENTLY: that waits for the snapshots of all others, and another `migrate` that waits
    # for its turn has one. Writers wait about 2 s for each million messages.
    await client.execute_query(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("models", "0006_change")]

    initial = False
    atomic = False

    operations = [ops.RunPython(_fill, ops.RunPython.noop, atomic=False)]
