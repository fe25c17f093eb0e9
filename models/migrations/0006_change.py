from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# What the version before stores while it still serves has no change: it is numbered as it comes.
# The room's row is locked by whoever stores a message, until commit.
_SQLITE = """
CREATE TRIGGER message_change AFTER INSERT ON message WHEN NEW.change IS NULL
BEGIN
    UPDATE room SET change = change + 1 WHERE id = NEW.room_id;
    UPDATE message SET change = (SELECT change FROM room WHERE id = NEW.room_id) WHERE id = NEW.id;
END
"""
_POSTGRES = """
CREATE FUNCTION number_message_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE room SET change = change + 1 WHERE id = NEW.room_id RETURNING change INTO NEW.change;
    RETURN NEW;
END $$;
CREATE TRIGGER message_change BEFORE INSERT ON message FOR EACH ROW WHEN (NEW.change IS NULL)
EXECUTE FUNCTION number_message_change()
"""
# Until now every durable change of a room was a message.
_ROOMS = "UPDATE room SET change = revision"


async def _number(_: StateApps, editor: BaseSchemaEditor) -> None:
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        await client.execute_query(_SQLITE)  # A script would commit what has been done so far.
    else:
        await client.execute_script(_POSTGRES)
    await client.execute_query(_ROOMS)


class Migration(migrations.Migration):
    dependencies = [("models", "0005_decline")]

    initial = False

    operations = [
        # In the order in which a message is stored: the room's row, then the message's.
        ops.AddField(
            model_name="Room",
            name="change",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Message",
            name="change",
            field=fields.BigIntField(null=True),
        ),
        ops.RunPython(_number, ops.RunPython.noop),
        ops.CreateModel(
            name="RoomChange",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "models.Room",
                        source_field="room_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("change", fields.BigIntField()),
                ("kind", fields.CharField(max_length=16)),
                (
                    "actor",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="actor_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="room_changes_made",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="room_changes",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "room_change",
                "app": "models",
                "unique_together": (("room", "change"),),
                "pk_attr": "id",
                "table_description": "Changes of rooms that are no messages",
            },
            bases=["Model"],
        ),
    ]
