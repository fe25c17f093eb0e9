"""What concerns people: entries of their pages of activity."""

from tortoise import fields
from tortoise.models import Model

from models.room import Room


class ActivityEntry(Model):
    """A message that mentions somebody (`mention`; `user_id` 0: everybody in the room), one that
    answers theirs (`reply`), or one of theirs that others have reacted to (`reaction`), `at` this
    time for the last time. Later entries have higher ids.

    It has no text, and is no more than a place to look at: what is shown is what the message's row
    says, if that still says so.
    """

    MENTION, REPLY, REACTION = "mention", "reply", "reaction"

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="activity"
    )
    number = fields.BigIntField()
    user_id = fields.BigIntField()
    kind = fields.CharField(max_length=8)
    at = fields.DatetimeField()

    class Meta:
        table = "activity"
        table_description = "What concerns people"
        unique_together = (("room", "number", "user_id", "kind"),)
        # Those of everybody have one by room (migration 0017).
        indexes = (("user_id", "id"),)
