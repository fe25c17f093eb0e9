from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# A picture that is replaced, or goes with its room: its bytes are found afterwards.
_SQLITE = (
    """
CREATE TRIGGER room_picture_replaced AFTER UPDATE OF picture ON room
WHEN OLD.picture <> '' AND OLD.picture <> NEW.picture
BEGIN
    INSERT INTO erased_file (storage_key) VALUES (OLD.picture);
END
""",
    """
CREATE TRIGGER room_picture_erased AFTER DELETE ON room WHEN OLD.picture <> ''
BEGIN
    INSERT INTO erased_file (storage_key) VALUES (OLD.picture);
END
""",
)
_POSTGRES = """
CREATE FUNCTION note_erased_picture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO erased_file (storage_key) VALUES (OLD.picture);
    RETURN NULL;
END $$;
CREATE TRIGGER room_picture_replaced AFTER UPDATE OF picture ON room FOR EACH ROW
WHEN (OLD.picture <> '' AND OLD.picture <> NEW.picture) EXECUTE FUNCTION note_erased_picture();
CREATE TRIGGER room_picture_erased AFTER DELETE ON room FOR EACH ROW
WHEN (OLD.picture <> '') EXECUTE FUNCTION note_erased_picture()
"""


async def _note(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    if client.capabilities.dialect != "sqlite":
        await client.execute_script(_POSTGRES)
        return
    for trigger in _SQLITE:  # A script would commit what has been done so far.
        await client.execute_query(trigger)


class Migration(migrations.Migration):
    dependencies = [("models", "0065_import_person")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Room",
            name="picture",
            field=fields.CharField(default="", db_default="", max_length=32),
        ),
        ops.RunPython(_note, ops.RunPython.noop),
    ]
