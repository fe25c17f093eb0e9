from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Only what has been changed, or is pinned, has an entry: a plain message pays for neither.
_INDEXES = """
CREATE UNIQUE INDEX message_made_change ON message (room_id, made_change)
    WHERE made_change IS NOT NULL;
CREATE INDEX message_pin_change ON message (room_id, pin_change) WHERE pin_change IS NOT NULL
"""


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    for sql in _INDEXES.split(";"):
        await editor.client.execute_query(sql)


class Migration(migrations.Migration):
    dependencies = [("models", "0008_message_details")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Message",
            name="changed_by",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Message",
            name="deleted_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Message",
            name="edit_change",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Message",
            name="edited_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Message",
            name="kind",
            field=fields.CharField(null=True, max_length=16),
        ),
        ops.AddField(
            model_name="Message",
            name="made_change",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Message",
            name="mentions",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Message",
            name="pin_change",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Message",
            name="reply_to",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Message",
            name="tallies",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.RunPython(_index, ops.RunPython.noop),
    ]
