"""When somebody has last written in a room with slow mode."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.room import Room
from models.user import User


class LastPost(Model):
    """Kept apart from the membership: whoever leaves and comes back waits as well. Rooms without
    slow mode have none of these.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="last_posts"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="last_posts"
    )
    posted_at: datetime = fields.DatetimeField()

    class Meta:
        table = "last_post"
        table_description = "Who has last written when, in rooms with slow mode"
        unique_together = (("room", "user"),)
