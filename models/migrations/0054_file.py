from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# The sweeper asks for what is attached to no message.
_INDEX = "CREATE INDEX IF NOT EXISTS file_unattached ON file (created_at) WHERE number IS NULL"
# Rows go in many ways, also with their room: by whichever, their bytes are found afterwards.
_SQLITE = """
CREATE TRIGGER file_erased AFTER DELETE ON file
BEGIN
    INSERT INTO erased_file (storage_key) VALUES (OLD.storage_key);
END
"""
_POSTGRES = """
CREATE FUNCTION note_erased_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO erased_file (storage_key) VALUES (OLD.storage_key);
    RETURN NULL;
END $$;
CREATE TRIGGER file_erased AFTER DELETE ON file FOR EACH ROW EXECUTE FUNCTION note_erased_file()
"""


async def _note(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    await client.execute_query(_INDEX)
    if client.capabilities.dialect == "sqlite":
        await client.execute_query(_SQLITE)  # A script would commit what has been done so far.
    else:
        await client.execute_script(_POSTGRES)


def _key() -> fields.BigIntField:
    return fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)


class Migration(migrations.Migration):
    dependencies = [("models", "0053_held_message")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ErasedFile",
            fields=[
                ("id", _key()),
                ("storage_key", fields.CharField(max_length=64)),
            ],
            options={
                "table": "erased_file",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Files whose bytes are to be erased",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="File",
            fields=[
                ("id", _key()),
                (
                    "room",
                    fields.ForeignKeyField(
                        "models.Room",
                        source_field="room_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="files",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="files",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.BigIntField(null=True)),
                ("name", fields.CharField(max_length=255)),
                ("content_type", fields.CharField(default="", db_default="", max_length=100)),
                ("size", fields.BigIntField()),
                ("width", fields.IntField(null=True)),
                ("height", fields.IntField(null=True)),
                ("alt", fields.CharField(default="", db_default="", max_length=1000)),
                ("has_thumbnail", fields.BooleanField(default=False, db_default=False)),
                ("is_complete", fields.BooleanField(default=False, db_default=False)),
                ("storage_key", fields.CharField(unique=True, max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "file",
                "app": "models",
                "indexes": [Index(fields=["room_id", "number"])],
                "pk_attr": "id",
                "table_description": "Files of messages, and those that wait for theirs",
            },
            bases=["Model"],
        ),
        ops.RunPython(_note, ops.RunPython.noop),
    ]
