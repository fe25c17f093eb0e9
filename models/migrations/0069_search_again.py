from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# The index has terms of files and of months now, and is made anew: it is emptied here, so that
# nothing is taken out of it by terms that it was not given. Messages without a text are in it, and
# a change of the files is one of the text.
_EMPTIED = (
    "DELETE FROM search_progress",
    "DELETE FROM search_stale",
    "INSERT INTO search_progress (room_id, number) VALUES (0, 2)",
)
_ON_SQLITE = (
    "INSERT INTO search_index (search_index) VALUES ('delete-all')",
    "DROP TRIGGER search_edited",
    "DROP TRIGGER search_emptied",
    """
CREATE TRIGGER search_edited AFTER UPDATE OF body, files ON message
WHEN (NEW.body <> OLD.body OR NEW.files IS NOT OLD.files)
 AND (NEW.body <> '' OR NEW.files IS NOT NULL)
BEGIN
    INSERT INTO search_stale (message_id) SELECT NEW.id
    WHERE NEW.number <= (SELECT number FROM search_progress WHERE room_id = NEW.room_id)
      AND NOT EXISTS (SELECT 1 FROM search_stale WHERE message_id = NEW.id);
END
""",
    """
CREATE TRIGGER search_emptied AFTER UPDATE OF body, files ON message
WHEN NEW.body = '' AND NEW.files IS NULL
BEGIN
    DELETE FROM search_stale WHERE message_id = NEW.id;
END
""",
)
# All numbers that the index has, of which those of words with the same beginning are neighbours.
_POSTGRES = """
TRUNCATE search_document;
CREATE TABLE search_number (number INTEGER PRIMARY KEY);
CREATE OR REPLACE FUNCTION forget_search_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_document WHERE message_id = OLD.id;
    IF TG_OP = 'DELETE' OR (NEW.body = '' AND NEW.files IS NULL) THEN
        DELETE FROM search_stale WHERE message_id = OLD.id;
    ELSIF NEW.number <= (SELECT number FROM search_progress WHERE room_id = NEW.room_id) THEN
        INSERT INTO search_stale (message_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER search_edited ON message;
CREATE TRIGGER search_edited AFTER UPDATE OF body, files ON message FOR EACH ROW
WHEN (NEW.body <> OLD.body OR NEW.files IS DISTINCT FROM OLD.files)
EXECUTE FUNCTION forget_search_document();
"""
# What is looked for without a word: few messages have any.
_INDEXES = (
    "CREATE INDEX message_reacted ON message (id) WHERE tallies IS NOT NULL",
    "CREATE INDEX message_pinned ON message (id) WHERE pin_change IS NOT NULL",
)


async def _make(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    is_sqlite = client.capabilities.dialect == "sqlite"
    if not is_sqlite:
        # At once what the triggers need at the end: who stores a message meanwhile would hold a
        # lock that this waits for, and wait for the indexes.
        await client.execute_query("LOCK TABLE message IN ACCESS EXCLUSIVE MODE")
    for statement in (*_EMPTIED, *_INDEXES, *(_ON_SQLITE if is_sqlite else ())):
        await client.execute_query(statement)
    if not is_sqlite:
        await client.execute_script(_POSTGRES)


class Migration(migrations.Migration):
    dependencies = [("models", "0061_no_insert_triggers")]

    initial = False

    operations = [ops.RunPython(_make, ops.RunPython.noop)]
