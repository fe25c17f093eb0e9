from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Each part is a transaction of its own: the version that still serves stores in between.
PART = 1_000

_LAST = "SELECT MAX(id) AS last FROM message WHERE reply_to IS NOT NULL AND thread IS NULL"
# A reply that was deleted does not know any more what it replied to: it begins a thread.
_REPLIES = """
SELECT reply.id, reply.room_id, reply.number, reply.reply_to,
       CASE WHEN quoted.reply_to IS NULL THEN COALESCE(quoted.thread, quoted.number)
            ELSE quoted.thread END AS thread
FROM message AS reply
JOIN message AS quoted ON quoted.room_id = reply.room_id AND quoted.number = reply.reply_to
WHERE reply.id > {after} AND reply.id <= {upto} AND reply.reply_to IS NOT NULL
  AND reply.thread IS NULL ORDER BY reply.id
"""
_FILL = """
UPDATE message SET thread = filled.column2 FROM (VALUES {values}) AS filled
WHERE id = filled.column1
"""


async def _fill(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    last = (await client.execute_query(_LAST))[1][0]["last"] or 0
    for after in range(0, last, PART):
        found = await client.execute_query(_REPLIES.format(after=after, upto=after + PART))
        threads = _threads(found[1])
        if threads:
            values = ", ".join(f"({id_}, {thread})" for id_, thread in threads.items())
            await client.execute_query(_FILL.format(values=values))


def _threads(replies: Any) -> dict[int, int]:
    """By the replies' ids. What they reply to was stored before them, and so has its own."""
    threads: dict[int, int] = {}
    places: dict[tuple[int, int], int] = {}
    for reply in replies:
        room_id, quoted = reply["room_id"], reply["reply_to"]
        thread = reply["thread"] or places.get((room_id, quoted), quoted)
        threads[reply["id"]] = places[room_id, reply["number"]] = thread
    return threads


class Migration(migrations.Migration):
    dependencies = [("models", "0015_message_thread")]

    initial = False
    atomic = False

    operations = [ops.RunPython(_fill, ops.RunPython.noop, atomic=False)]
