from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# How far rooms have been indexed (messages up to `number`, but for stale ones; the row of room 0 has
# the version of the analyzer), and which messages have got another text: their earlier one is in
# the index no more, this one is not yet. Neither refers to what it is about, which goes first.
_TABLES = (
    "CREATE TABLE search_progress (room_id BIGINT NOT NULL PRIMARY KEY, number BIGINT NOT NULL)",
    "CREATE TABLE search_stale (message_id BIGINT NOT NULL PRIMARY KEY)",
    "INSERT INTO search_progress (room_id, number) VALUES (0, 1)",
)
# The terms are numbers, in hexadecimal here: without their places in the text, and their count.
# SQLite itself cannot take the terms of a text out again: see models/search_outdated.py. What an
# older version edits while it still serves is indexed again nevertheless.
_SQLITE = (
    """
CREATE VIRTUAL TABLE search_index
USING fts5(terms, content='', detail=none, tokenize='ascii')
""",
    """
CREATE TRIGGER search_edited AFTER UPDATE OF body ON message
WHEN NEW.body <> '' AND NEW.body <> OLD.body
BEGIN
    INSERT INTO search_stale (message_id) SELECT NEW.id
    WHERE NEW.number <= (SELECT number FROM search_progress WHERE room_id = NEW.room_id)
      AND NOT EXISTS (SELECT 1 FROM search_stale WHERE message_id = NEW.id);
END
""",
    """
CREATE TRIGGER search_emptied AFTER UPDATE OF body ON message WHEN NEW.body = ''
BEGIN
    DELETE FROM search_stale WHERE message_id = NEW.id;
END
""",
    """
CREATE TRIGGER search_deleted AFTER DELETE ON message
BEGIN
    DELETE FROM search_stale WHERE message_id = OLD.id;
END
""",
)
# Without fastupdate: a search would read all that waits to be put into the index, up to 4 MB.
_POSTGRES = """
CREATE TABLE search_document (message_id BIGINT PRIMARY KEY, terms INTEGER[] NOT NULL);
CREATE INDEX search_document_terms ON search_document USING gin (terms)
WITH (fastupdate = off);
CREATE FUNCTION forget_search_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_document WHERE message_id = OLD.id;
    IF TG_OP = 'DELETE' OR NEW.body = '' THEN
        DELETE FROM search_stale WHERE message_id = OLD.id;
    ELSIF NEW.number <= (SELECT number FROM search_progress WHERE room_id = NEW.room_id) THEN
        INSERT INTO search_stale (message_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_edited AFTER UPDATE OF body ON message FOR EACH ROW
WHEN (NEW.body <> OLD.body) EXECUTE FUNCTION forget_search_document();
CREATE TRIGGER search_deleted AFTER DELETE ON message FOR EACH ROW
EXECUTE FUNCTION forget_search_document()
"""


async def _make(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    for statement in _TABLES:
        await client.execute_query(statement)
    if client.capabilities.dialect == "sqlite":
        for statement in _SQLITE:  # A script would commit what has been done so far.
            await client.execute_query(statement)
    else:
        await client.execute_script(_POSTGRES)


class Migration(migrations.Migration):
    dependencies = [("models", "0064_hid_here_at"), ("models", "0055_message_files")]

    initial = False

    operations = [ops.RunPython(_make, ops.RunPython.noop)]
