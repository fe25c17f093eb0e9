"""Rooms."""

from datetime import datetime

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.database import fetch, is_sqlite
from models.direct import look_up
from models.errors import Refusal
from models.values import marks, padded


class Room(Model):
    """A place where members talk.

    `revision` is the number of the latest durable change. It is given out under a lock of this
    row that is held until commit, so whoever sees revision 12 committed finds 11 committed too.
    """

    NAME_MAX = 80
    ROOM = "room"
    DIRECT = "direct"  # The kind of a conversation of two.

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=NAME_MAX)
    kind = fields.CharField(max_length=8, default=ROOM)
    # Of a direct conversation "<smaller user id>:<larger one>": two people have only one.
    direct_key = fields.CharField(max_length=41, null=True, unique=True)
    revision = fields.BigIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_message_at: datetime | None = fields.DatetimeField(null=True)

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
        rows = await fetch(sql, *ids, connection=connection)
        return {row["id"]: row["revision"] for row in rows}

    @classmethod
    async def heads(cls, ids: list[int]) -> dict[int, int]:
        """The revision of each of these rooms that exists."""
        if not ids:
            return {}
        ids = padded(ids)
        rows = await look_up(f"SELECT id, revision FROM room WHERE id IN ({marks(len(ids))})", *ids)
        return dict(rows)
