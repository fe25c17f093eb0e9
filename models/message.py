"""What was said."""

from datetime import datetime

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.database import moment, storable
from models.direct import Row, look_up
from models.errors import Refusal
from models.room import Room
from models.user import User


class Message(Model):
    """A message. `number` is its `message_id` on the wire: the room's revision at which it was
    made; `revision` the one at which it last changed.
    """

    MAX_LENGTH = 4_000  # Characters: a long e-mail fits, a log file does not.
    CLIENT_ID_MAX = 64

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="messages"
    )
    author: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="messages", on_delete=fields.RESTRICT
    )
    number = fields.BigIntField()
    revision = fields.BigIntField()
    client_id = fields.CharField(max_length=CLIENT_ID_MAX, null=True)
    body = fields.TextField()
    created_at = fields.DatetimeField()

    room_id: int
    author_id: int

    class Meta:
        table = "message"
        table_description = "What was said"
        unique_together = (("room", "number"), ("room", "author", "client_id"))

    @classmethod
    def checked_body(cls, text: str) -> str:
        """The text as it was written.

        Raises:
            Refusal: empty_message, message_too_long, bad_text.
        """
        if not text.strip():
            raise Refusal("empty_message")
        if len(text) > cls.MAX_LENGTH:
            raise Refusal("message_too_long", limit=cls.MAX_LENGTH)
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
            1 <= len(client_id) <= cls.CLIENT_ID_MAX and storable(client_id)
        ):
            raise Refusal("bad_field", problem="client_id")
        return client_id

    @classmethod
    async def since(cls, room_id: int, after: int, upto: int, limit: int) -> "list[Stored]":
        """Messages with after < number <= upto, oldest first, at most `limit`."""
        rows = await look_up(
            f"{_SELECT} WHERE message.room_id = $1 AND number > $2 AND number <= $3"
            " ORDER BY number LIMIT $4",
            room_id,
            after,
            upto,
            limit,
        )
        return [Stored.from_row(row) for row in rows]

    @classmethod
    async def before(cls, room_id: int, before: int, limit: int) -> "list[Stored]":
        """The last `limit` messages with number < before, oldest first."""
        rows = await look_up(
            f"{_SELECT} WHERE message.room_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
            room_id,
            before,
            limit,
        )
        return [Stored.from_row(row) for row in reversed(rows)]


_SELECT = """
SELECT room_id, number, revision, author_id, username, display_name, client_id, body,
       message.created_at
FROM message JOIN user_account ON user_account.id = message.author_id
"""


class Stored(Struct, frozen=True):
    """A message as it is in the database, with its author's names."""

    room_id: int
    number: int
    revision: int
    author_id: int
    username: str
    display_name: str
    client_id: str | None
    body: str
    created_at: datetime

    @classmethod
    def from_row(cls, row: Row) -> "Stored":
        """Of a row with these columns in this order."""
        return cls(*(*row[:-1], moment(row[-1])))


class Draft(Struct, frozen=True):
    """A message that somebody wants stored. `body` has been checked."""

    room_id: int
    author_id: int
    username: str
    body: str
    client_id: str | None = None
    display_name: str = ""
