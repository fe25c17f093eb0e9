"""Rooms."""

from datetime import datetime
from typing import NamedTuple

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from errors import Refusal
from models.database import fetch, is_sqlite
from models.sql.fast_path import look_up
from models.sql.values import marks, padded
from models.user import User

# The number of the last message that is not deleted; NULL for none. What an older version deletes,
# while it still serves, is not noted: then it is that of a deleted one behind it.
LATEST = """
CASE WHEN room.kept_revision = room.revision THEN room.latest_kept ELSE room.revision END
"""


class Room(Model):
    """A place where members talk.

    `revision` is the number of the latest message, `change` that of the latest durable change of
    any kind. Both are given out under a lock of this row that is held until commit, so whoever
    sees change 12 committed finds 11 committed too.
    """

    NAME_MAX = 80
    ROOM = "room"
    DIRECT = "direct"  # The kind of a conversation of two.
    MEMBERS, OWNERS = WRITERS = "members", "owners"  # Who writes there.
    SLOW_MAX = 6 * 3600  # Seconds.
    PRIVATE, PUBLIC = VISIBILITIES = "private", "public"  # Whether it is in the directory.
    # What whoever comes in sees of what was said before.
    ALL, FROM_JOINING = NEWCOMERS_SEE = "all", "from_joining"
    TOPIC_MAX = 200

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=NAME_MAX)
    kind = fields.CharField(max_length=8, default=ROOM)
    # Of a direct conversation "<smaller user id>:<larger one>": two people have only one.
    direct_key = fields.CharField(max_length=41, null=True, unique=True)
    # Against whom it counts (MAX_ROOMS_PER_USER). Null where that was not noted yet.
    maker: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User",
        related_name="made_rooms",
        null=True,
        on_delete=fields.SET_NULL,
        db_index=True,
    )
    revision = fields.BigIntField(default=0)
    change = fields.BigIntField(default=0, db_default=0)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_message_at: datetime | None = fields.DatetimeField(null=True)
    # Since when nobody writes there, by an administrator's decision; None: it is no archive.
    archived_at: datetime | None = fields.DatetimeField(null=True)
    # Where the latest messages are deleted: the number of the last one that is not, and at which
    # `revision` that was so. Written by deletions alone: what is posted makes it void.
    latest_kept: int | None = fields.BigIntField(null=True)
    kept_revision: int | None = fields.BigIntField(null=True)
    # Slow mode: seconds that lie between two messages of one member at least; 0: none. Owners are
    # free of it.
    slow_seconds = fields.IntField(default=0, db_default=0)
    writers = fields.CharField(max_length=8, default=MEMBERS, db_default=MEMBERS)
    # Everybody finds a public room, reads its topic, and may join it.
    visibility = fields.CharField(max_length=8, default=PRIVATE, db_default=PRIVATE)
    topic = fields.CharField(max_length=TOPIC_MAX, default="", db_default="")
    # Asked when somebody comes in, and of no matter to those who are there: see Membership.
    newcomers_see = fields.CharField(max_length=12, default=ALL, db_default=ALL)
    # For how long messages are kept at most; None: as long as the server's setting says.
    retention_days: int | None = fields.IntField(null=True)
    # Up to this number messages have expired: they are gone, or are about to be. Never lowered.
    floor = fields.BigIntField(default=0, db_default=0)
    # The key of its picture in the storage of files; "" for none.
    picture = fields.CharField(max_length=32, default="", db_default="")

    maker_id: int | None

    class Meta:
        table = "room"
        table_description = "Rooms"
        indexes = (("visibility", "id"),)

    @property
    def is_direct(self) -> bool:
        return self.kind == self.DIRECT

    @classmethod
    def checked_name(cls, name: str) -> str:
        """The name without space around it.

        Raises:
            Refusal: bad_room_name.
        """
        name = " ".join(name.split())
        if not 1 <= len(name) <= cls.NAME_MAX or not name.isprintable():
            raise Refusal("bad_room_name", max=cls.NAME_MAX)
        return name

    @classmethod
    def checked_topic(cls, topic: str) -> str:
        """What a room is about, in one line; "" for nothing.

        Raises:
            Refusal: bad_topic.
        """
        topic = " ".join(topic.split())
        if len(topic) > cls.TOPIC_MAX or not topic.isprintable():
            raise Refusal("bad_topic", max=cls.TOPIC_MAX)
        return topic

    @classmethod
    async def check_made(
        cls, maker: User, kind: str, most: int, connection: BaseDBAsyncClient
    ) -> None:
        """Whether somebody may make one more of this kind; under the lock of their row.

        Raises:
            Refusal: too_many_rooms.
        """
        made = cls.filter(maker_id=maker.id, kind=kind).using_db(connection)
        if await made.count() >= most:
            raise Refusal("too_many_rooms", username=maker.username, limit=most)

    @classmethod
    async def lock(cls, ids: list[int], connection: BaseDBAsyncClient) -> dict[int, int]:
        """Lock these rooms until commit and return their revisions; unknown rooms are left out.

        Always in ascending order: two processes that lock the same rooms never deadlock.
        """
        ids = sorted(ids)
        which = marks(len(ids))
        if is_sqlite(connection):
            # SQLite locks the whole database with the first write. Reading first and writing
            # later could fail at once with SQLITE_BUSY, without the usual wait.
            sql = f"UPDATE room SET revision = revision WHERE id IN ({which})"
            sql += " RETURNING id, revision"
        else:
            sql = f"SELECT id, revision FROM room WHERE id IN ({which}) ORDER BY id FOR UPDATE"
        return dict(await fetch(sql, *ids, connection=connection))

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @classmethod
    async def look_of(cls, room_id: int) -> "Look":
        """How the room looks now; ("", False) for one that is no more."""
        sql = "SELECT name, archived_at IS NOT NULL FROM room WHERE id = $1"
        rows = await look_up(sql, room_id)
        return Look(rows[0][0], bool(rows[0][1])) if rows else Look("", False)

    @classmethod
    async def rules_of(cls, room_id: int) -> "WritingRules":
        """Who writes in the room now, how often, what newcomers see, and how long it is kept."""
        sql = "SELECT slow_seconds, writers, newcomers_see, retention_days FROM room WHERE id = $1"
        rows = await look_up(sql, room_id)
        return WritingRules(*rows[0]) if rows else WritingRules()

    @classmethod
    async def heads(cls, ids: list[int]) -> "dict[int, Head]":
        """The latest numbers of each of these rooms that exists."""
        if not ids:
            return {}
        ids = padded(ids)
        sql = f"SELECT id, change, revision FROM room WHERE id IN ({marks(len(ids))})"
        return {room_id: Head(*numbers) for room_id, *numbers in await look_up(sql, *ids)}


class Look(NamedTuple):
    """What the room is called, and whether it is archived."""

    name: str
    is_archived: bool


class WritingRules(NamedTuple):
    """Of a room: the pause between two messages of a member, in seconds; who writes; what whoever
    comes in sees of what was said before; and for how many days messages are kept.
    """

    slow_seconds: int = 0
    writers: str = Room.MEMBERS
    newcomers_see: str = Room.ALL
    retention_days: int | None = None


class Listing(NamedTuple):
    """Whether everybody finds the room, and what it is about; and what whoever comes in sees of
    what was said before.
    """

    visibility: str = Room.PRIVATE
    topic: str = ""
    newcomers_see: str = Room.ALL


class Head(NamedTuple):
    """How far a room has got: its latest change, and its latest message."""

    change: int
    message_id: int


def key_of(user_id: int, other_id: int) -> str:
    """The `direct_key` of the room of these two."""
    return f"{min(user_id, other_id)}:{max(user_id, other_id)}"
