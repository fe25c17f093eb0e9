from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Each part is a transaction of its own: the version that still serves stores in between.
PART = 10_000

_LAST = "SELECT MAX(id) AS last FROM message WHERE edited_at IS NOT NULL"
# When it was read, before the edit or after it, is not known of these: pages have said "edited" of
# what was read by now, and go on to.
_FILL = """
UPDATE message SET is_edited_after_read = TRUE
WHERE id > {after} AND id <= {upto} AND edited_at IS NOT NULL AND is_edited_after_read IS NULL
  AND EXISTS (SELECT 1 FROM membership WHERE membership.room_id = message.room_id
              AND membership.user_id <> message.author_id
              AND membership.last_read >= message.number
              AND membership.request = '' AND NOT membership.is_blocked)
"""


async def _fill(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    last = (await client.execute_query(_LAST))[1][0]["last"] or 0
    for after in range(0, last, PART):
        await client.execute_query(_FILL.format(after=after, upto=after + PART))


class Migration(migrations.Migration):
    dependencies = [("models", "0012_edited_after_read")]

    initial = False
    atomic = False

    operations = [ops.RunPython(_fill, ops.RunPython.noop, atomic=False)]
