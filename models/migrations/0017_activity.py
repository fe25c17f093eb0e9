from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# What is there, in its order. What the version before stores while it still serves stays without an
# entry: it is in the room, and counted, all the same.
_MENTIONS = """
SELECT mention.room_id, mention.number, mention.user_id, 'mention' AS kind,
       COALESCE(room_change.created_at, message.created_at) AS at
FROM mention
JOIN message ON message.room_id = mention.room_id AND message.number = mention.number
LEFT JOIN room_change ON mention.is_edit AND room_change.room_id = mention.room_id
                     AND room_change.change = mention.change
WHERE mention.user_id <> message.author_id
"""
_REPLIES = """
SELECT message.room_id, message.number, quoted.author_id, 'reply', message.created_at
FROM message
JOIN message AS quoted ON quoted.room_id = message.room_id AND quoted.number = message.reply_to
WHERE message.reply_to IS NOT NULL AND quoted.author_id <> message.author_id
"""
_REACTIONS = """
SELECT reaction.room_id, reaction.number, message.author_id, 'reaction',
       MAX(room_change.created_at)
FROM reaction
JOIN message ON message.room_id = reaction.room_id AND message.number = reaction.number
JOIN room_change ON room_change.room_id = reaction.room_id
                AND room_change.change = reaction.change
WHERE reaction.user_id <> message.author_id
GROUP BY reaction.room_id, reaction.number, message.author_id
"""
_FILL = f"""
INSERT INTO activity (room_id, number, user_id, kind, at)
SELECT room_id, number, user_id, kind, at
FROM ({_MENTIONS} UNION ALL {_REPLIES} UNION ALL {_REACTIONS}) AS entry
ORDER BY at, kind, user_id
"""
# What mentions everybody is looked for room by room: others have theirs, which concern nobody here.
# By `id + 0`, whose order no other index has: PostgreSQL would read the primary key from its end, in
# the hope of meeting rows of the room soon.
_INDEX = "CREATE INDEX activity_everybody ON activity (room_id, (id + 0)) WHERE user_id = 0"


async def _fill(_: StateApps, editor: BaseSchemaEditor) -> None:
    for sql in (_FILL, _INDEX):
        await editor.client.execute_query(sql)


class Migration(migrations.Migration):
    dependencies = [("models", "0016_message_thread_filled")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ActivityEntry",
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
                        related_name="activity",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("kind", fields.CharField(max_length=8)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "activity",
                "app": "models",
                "unique_together": (("room", "number", "user_id", "kind"),),
                "indexes": [Index(fields=["user_id", "id"])],
                "pk_attr": "id",
                "table_description": "What concerns people",
            },
            bases=["Model"],
        ),
        ops.RunPython(_fill, ops.RunPython.noop),
    ]
