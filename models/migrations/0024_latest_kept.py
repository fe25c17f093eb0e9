from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# What the version that still serves posts makes the note void; what it deletes leaves one that
# readers take as a limit alone.
FILL = """
UPDATE room SET kept_revision = revision, latest_kept = (
    SELECT MAX(kept.number) FROM message AS kept
    WHERE kept.room_id = room.id AND kept.deleted_at IS NULL)
WHERE EXISTS (SELECT 1 FROM message AS latest
              WHERE latest.room_id = room.id AND latest.number = room.revision
                AND latest.deleted_at IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0023_room_rules")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Room",
            name="latest_kept",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Room",
            name="kept_revision",
            field=fields.BigIntField(null=True),
        ),
        ops.RunSQL(FILL, reverse_sql=ops.RunSQL.noop),
    ]
