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


class Room(Model):
    """A place where members talk.

    `revision` is the number of the latest message, `change` that of the latest durable change of
    any kind. Both are given out under a lock of this row that is held until commit, so whoever
    sees change 12 committed finds 11 committed too.
    """

    NAME_MAX = 80
    ROOM = "room"
    DIRECT = "direct"  # The kind of a conversation of two.

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

    maker_id: int | None

    class Meta:
        table = "room"
        table_description = "Rooms"

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

    @classmethod
    async def name_of(cls, room_id: int) -> str:
        """What the room is called now; "" for one that is no more."""
        rows = await look_up("SELECT name FROM room WHERE id = $1", room_id)
        return str(rows[0][0]) if rows else ""

    @classmethod
    async def heads(cls, ids: list[int]) -> "dict[int, Head]":
        """The latest numbers of each of these rooms that exists."""
        if not ids:
            return {}
        ids = padded(ids)
        sql = f"SELECT id, change, revision FROM room WHERE id IN ({marks(len(ids))})"
        return {room_id: Head(*numbers) for room_id, *numbers in await look_up(sql, *ids)}


class Head(NamedTuple):
    """How far a room has got: its latest change, and its latest message."""

    change: int
    message_id: int


def key_of(user_id: int, other_id: int) -> str:
    """The `direct_key` of the room of these two."""
    return f"{min(user_id, other_id)}:{max(user_id, other_id)}"
