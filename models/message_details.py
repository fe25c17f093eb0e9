"""What belongs to a message beside its row: earlier texts, reactions, mentions."""

from tortoise import fields
from tortoise.models import Model

from models.room import Room
from models.user import User


class MessageVersion(Model):
    """An earlier text of a message: `change` is the one by which it was made, at `made_at`."""

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="message_versions"
    )
    number = fields.BigIntField()
    change = fields.BigIntField()
    body = fields.TextField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "message_version"
        table_description = "Earlier texts of messages"
        unique_together = (("room", "number", "change"),)


class Reaction(Model):
    """Somebody's emoji under a message. In the message's row stands how many there are."""

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="reactions"
    )
    number = fields.BigIntField()
    emoji = fields.CharField(max_length=64)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="reactions"
    )
    change = fields.BigIntField()

    class Meta:
        table = "reaction"
        table_description = "Emoji under messages"
        unique_together = (("room", "number", "emoji", "user"),)


class Mention(Model):
    """Somebody is mentioned in a message; `user_id` 0: everybody. `is_edit`: not when it was
    posted, but by an edit, with this `change`.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="mentions"
    )
    number = fields.BigIntField()
    user_id = fields.BigIntField()
    change = fields.BigIntField()
    is_edit = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "mention"
        table_description = "Who is mentioned where"
        unique_together = (("room", "number", "user_id"),)
        indexes = (("user_id", "id"), ("room_id", "user_id", "number"))
