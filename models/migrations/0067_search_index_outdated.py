from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# On SQLite alone: what is gone, and is to leave the index yet. FTS5 takes out by the terms of a
# text, 10 ms for a long one in Chinese, and whoever deletes a thousand at once would hold the only
# writer for as long.
_TABLE = """
CREATE TABLE search_index_outdated (
    message_id INTEGER NOT NULL PRIMARY KEY,
    room_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    files TEXT,
    created_at TIMESTAMP NOT NULL)
"""
# What is stale was outdated when it became so. An older version, which serves still, takes texts
# out by triggers of its own, before these ask whether they are in.
_NOTE = """
INSERT INTO search_index_outdated (message_id, room_id, author_id, body, files, created_at)
SELECT OLD.id, OLD.room_id, OLD.author_id, OLD.body, OLD.files, OLD.created_at
WHERE EXISTS (SELECT 1 FROM search_index_docsize WHERE id = OLD.id)
  AND NOT EXISTS (SELECT 1 FROM search_stale WHERE message_id = OLD.id)
  AND NOT EXISTS (SELECT 1 FROM search_index_outdated WHERE message_id = OLD.id);
DELETE FROM search_stale WHERE message_id = OLD.id;
"""
_TRIGGERS = (
    f"""
CREATE TRIGGER search_edited AFTER UPDATE OF body, files ON message
WHEN NEW.body <> OLD.body OR NEW.files IS NOT OLD.files
BEGIN
    {_NOTE}
    INSERT INTO search_stale (message_id) SELECT NEW.id
    WHERE (NEW.body <> '' OR NEW.files IS NOT NULL)
      AND NEW.number <= (SELECT number FROM search_progress WHERE room_id = NEW.room_id);
END
""",
    f"CREATE TRIGGER search_deleted AFTER DELETE ON message BEGIN {_NOTE} END",
)


async def _make(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    if client.capabilities.dialect != "sqlite":
        return
    await client.execute_query(_TABLE)
    for name in ("search_edited", "search_emptied", "search_deleted"):
        await client.execute_query(f"DROP TRIGGER {name}")
    for trigger in _TRIGGERS:
        await client.execute_query(trigger)


class Migration(migrations.Migration):
    dependencies = [("models", "0073_room_picture")]

    initial = False

    operations = [ops.RunPython(_make, ops.RunPython.noop)]
