from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# What the version before stores while it still serves: a reply without its thread.
_SQLITE = """
CREATE TRIGGER message_thread AFTER INSERT ON message
WHEN NEW.reply_to IS NOT NULL AND NEW.thread IS NULL
BEGIN
    UPDATE message SET thread = (
        SELECT COALESCE(quoted.thread, quoted.number) FROM message AS quoted
        WHERE quoted.room_id = NEW.room_id AND quoted.number = NEW.reply_to)
    WHERE id = NEW.id;
END
"""
_POSTGRES = """
CREATE FUNCTION find_message_thread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT COALESCE(quoted.thread, quoted.number) INTO NEW.thread FROM message AS quoted
    WHERE quoted.room_id = NEW.room_id AND quoted.number = NEW.reply_to;
    RETURN NEW;
END $$;
CREATE TRIGGER message_thread BEFORE INSERT ON message FOR EACH ROW
WHEN (NEW.reply_to IS NOT NULL AND NEW.thread IS NULL) EXECUTE FUNCTION find_message_thread()
"""
# Only replies have an entry: a plain message pays nothing for it.
_INDEX = """
CREATE INDEX message_thread_number ON message (room_id, thread, number) WHERE thread IS NOT NULL
"""


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        await client.execute_query(_SQLITE)  # A script would commit what has been done so far.
    else:
        await client.execute_script(_POSTGRES)
    await client.execute_query(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("models", "0014_text_changes_index")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Message",
            name="thread",
            field=fields.BigIntField(null=True),
        ),
        ops.RunPython(_index, ops.RunPython.noop),
    ]
