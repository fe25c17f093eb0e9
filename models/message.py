"""What was said."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from errors import Refusal
from limits import CLIENT_ID_MAX, MESSAGE_MAX
from models.database import storable
from models.room import Room
from models.user import User


class Message(Model):
    """A message. `number` is its `message_id` on the wire, `change` the room's change by which it
    has last become something else: by which it was made, as long as nothing has.

    `revision` is `number` once more, for processes of an older version. What is null in a message
    that nothing has happened to is told in StoredMessage. A deleted one keeps its row, without a
    text.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="messages"
    )
    author: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="messages", on_delete=fields.RESTRICT
    )
    number = fields.BigIntField()
    revision = fields.BigIntField()
    # With the room it has a unique index (migration 0007). Null in no row: a trigger numbers what
    # is stored without (0006).
    change: int | None = fields.BigIntField(null=True)
    client_id = fields.CharField(max_length=CLIENT_ID_MAX, null=True)
    body = fields.TextField()
    created_at = fields.DatetimeField()
    kind = fields.CharField(max_length=16, null=True)
    changed_by = fields.BigIntField(null=True)
    # Has an index, of rows that have one: what is still as it was posted is found by `change`.
    made_change: int | None = fields.BigIntField(null=True)
    edit_change: int | None = fields.BigIntField(null=True)
    edited_at: datetime | None = fields.DatetimeField(null=True)
    deleted_at: datetime | None = fields.DatetimeField(null=True)
    # Whether somebody other than the author had read a text that an edit then replaced.
    is_edited_after_read = fields.BooleanField(null=True)
    reply_to: int | None = fields.BigIntField(null=True)
    # Of a reply the message that its thread begins with; it stays when the reply is deleted. Has
    # an index with the room and the number, of those that have one (migration 0015).
    thread: int | None = fields.BigIntField(null=True)
    # Has an index, of the pinned ones.
    pin_change: int | None = fields.BigIntField(null=True)
    # JSON, so that a page of messages is one query. Mention and Reaction are what is counted, File
    # is what is asked for.
    mentions = fields.TextField(null=True)
    tallies = fields.TextField(null=True)
    files = fields.TextField(null=True)

    room_id: int
    author_id: int

    class Meta:
        table = "message"
        table_description = "What was said"
        unique_together = (("room", "number"), ("room", "author", "client_id"))

    @classmethod
    def checked_body(cls, text: str, *, may_be_empty: bool = False) -> str:
        """The text as it was written.

        Raises:
            Refusal: empty_message, message_too_long, bad_text.
        """
        if not text.strip() and not may_be_empty:
            raise Refusal("empty_message")
        if len(text) > MESSAGE_MAX:
            raise Refusal("message_too_long", limit=MESSAGE_MAX)
        if not storable(text):
            raise Refusal("bad_text")
        return text

    @classmethod
    def checked_client_id(cls, client_id: str | None) -> str | None:
        """The client_id, if there is one.

        Raises:
            Refusal: bad_field. In the database it would fail a whole batch of messages.
        """
        if client_id is not None and not (
            1 <= len(client_id) <= CLIENT_ID_MAX and storable(client_id)
        ):
            raise Refusal("bad_field", problem="client_id")
        return client_id
