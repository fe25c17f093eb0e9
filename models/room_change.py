"""Changes of rooms that are no new messages: who came, who left, what the room is called; and what
was done to a message.
"""

from typing import Any

import msgspec
from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.database import fetch
from models.room import Room
from models.sql.fast_path import look_up
from models.user import User

RENAMED = "renamed"
ARCHIVED = "archived"
UNARCHIVED = "unarchived"
JOINED = "joined"
LEFT = "left"
OWNER = "owner"
MEMBER = "member"
# Of changes from before the two above: into which role is not known.
ROLE = "role"
ROLES = (OWNER, MEMBER, ROLE)
# Of who writes in the room, and how often.
SLOWED = "slowed"
UNSLOWED = "unslowed"
OWNERS_WRITE = "owners_write"
MEMBERS_WRITE = "members_write"
# All messages of somebody, at once.
REMOVAL = "messages_removed"
# Of what whoever comes in sees of what was said before.
HISTORY_SHOWN = "history_shown"
HISTORY_HIDDEN = "history_hidden"
# Of how long messages are kept.
HISTORY_KEPT = "history_kept"
RULES = (
    *(SLOWED, UNSLOWED, OWNERS_WRITE, MEMBERS_WRITE, HISTORY_SHOWN, HISTORY_HIDDEN),
    HISTORY_KEPT,
)
# Messages that were kept for long enough: of its Removal the range says which, from the first on.
EXPIRED = "expired"


class RoomChange(Model):
    """One numbered change: a fact without text. What it has brought about is read from where it
    stands: the room's name, the membership.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="changes"
    )
    change = fields.BigIntField()
    kind = fields.CharField(max_length=16)
    # Who did it; null when the person is no more.
    actor: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="room_changes_made", null=True, on_delete=fields.SET_NULL
    )
    # Whom it is about: of a name nobody.
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="room_changes", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField(auto_now_add=True)
    # Of a change of a message: which one, the emoji of a reaction, and what makes the command safe
    # to repeat (see models.message_commands): unique with room and actor (migration 0010).
    number: int | None = fields.BigIntField(null=True)
    emoji = fields.CharField(max_length=64, null=True)
    command_id = fields.CharField(max_length=80, null=True)
    # Of messages that were removed at once a Removal, as JSON.
    details = fields.TextField(null=True)

    class Meta:
        table = "room_change"
        table_description = "Changes of rooms that are no messages"
        unique_together = (("room", "change"),)


class Removal(Struct, frozen=True):
    """How many messages of somebody were removed at once. In each of `ranges`, from the first to
    the last message_id, those of theirs that had not been deleted before.
    """

    count: int
    ranges: list[tuple[int, int]]
    reason: str = ""

    @property
    def last(self) -> int:
        """The last of the messages: who does not see that one sees none of them."""
        return max((last for _, last in self.ranges), default=0)


class StoredChange(Struct, frozen=True):
    """A room change as it is in the database.

    Attributes:
        user_id: whom it is about; None: the room. Of a message's change, who did it.
        actor_id: who did it; None: nobody knows any more.
        membership_id: of somebody who has just left, the membership that has ended.
        is_ban: whether they have just left because they are banned.
        removal: of messages that were removed at once.
    """

    room_id: int
    change: int
    kind: str
    user_id: int | None = None
    membership_id: int | None = None
    message_id: int | None = None
    emoji: str | None = None
    actor_id: int | None = None
    is_ban: bool = False
    removal: Removal | None = None


async def record(
    room_id: int,
    kind: str,
    actor_id: int | None,
    user_id: int | None,
    connection: BaseDBAsyncClient,
    membership_id: int | None = None,
    details: Removal | None = None,
) -> StoredChange:
    """Number a change and store it; under the room's lock, in the transaction that makes it."""
    sql = "UPDATE room SET change = change + 1 WHERE id = $1 RETURNING change"
    ((change,),) = await fetch(sql, room_id, connection=connection)
    await RoomChange.create(
        room_id=room_id,
        change=change,
        kind=kind,
        actor_id=actor_id,
        user_id=user_id,
        details=msgspec.json.encode(details).decode() if details else None,
        using_db=connection,
    )
    return StoredChange(
        room_id, change, kind, user_id, membership_id, actor_id=actor_id, removal=details
    )


async def recorded(room_id: int, after: int, upto: int, limit: int) -> list[StoredChange]:
    """Changes with after < change <= upto, in their order, at most `limit`."""
    rows = await look_up(
        "SELECT room_id, change, kind, CASE WHEN number IS NULL THEN user_id ELSE actor_id END,"
        " NULL, number, emoji, actor_id, details FROM room_change"
        " WHERE room_id = $1 AND change > $2 AND change <= $3 ORDER BY change LIMIT $4",
        room_id,
        after,
        upto,
        limit,
    )
    return [StoredChange(*(*row[:8], False, as_removal(row[8]))) for row in rows]


async def latest(room_id: int, after: int, upto: int, limit: int) -> list[StoredChange]:
    """What is left to tell of the room's own changes with after < change <= upto, in order: the
    last new name, whether it is archived, the last rule of writing; the last change of each person,
    and of members their
    last coming. Each shows what is true now: also of somebody who has left after `upto`, which is
    told again then. Whoever has heard a part of it lacks nothing but the rest.
    """
    rows: Any = await look_up(_LATEST, room_id, after, upto, limit)
    return [
        StoredChange(room_id, change, kind, user_id, actor_id=actor_id, removal=as_removal(details))
        for user_id, kind, change, actor_id, details in rows
    ]


async def count_latest(room_id: int, after: int, most: int) -> int:
    """How many messages have changed since, counted up to `most`, and how many names and people."""
    rows = await look_up(_COUNT_LATEST, room_id, after, most)
    return int(rows[0][0]) + int(rows[0][1])


_removals = msgspec.json.Decoder(Removal)


def as_removal(details: str | None) -> Removal | None:
    """What the column keeps."""
    return _removals.decode(details) if details else None


# What is told of the room itself, each by the last of its kind, but every removal of messages; 0: a
# change of somebody. What has expired last tells of all that has before.
_ABOUT = f"""
CASE kind WHEN '{RENAMED}' THEN 1 WHEN '{ARCHIVED}' THEN 2 WHEN '{UNARCHIVED}' THEN 2
{" ".join(f"WHEN '{kind}' THEN 3" for kind in RULES)}
     WHEN '{EXPIRED}' THEN 4 WHEN '{REMOVAL}' THEN 4 + change ELSE 0 END
"""
_LATEST = f"""
SELECT made.user_id, made.kind, made.change, made.actor_id, made.details FROM (
    SELECT user_id, kind, change, actor_id, details,
           MAX(change) OVER (PARTITION BY user_id, {_ABOUT}) AS last,
           MAX(CASE WHEN kind = '{JOINED}' THEN change END) OVER (PARTITION BY user_id) AS joined
    FROM room_change
    WHERE room_id = $1 AND change > $2 AND change <= $3 AND number IS NULL) AS made
LEFT JOIN membership ON membership.room_id = $1 AND membership.user_id = made.user_id
WHERE made.change = made.last OR (made.change = made.joined AND membership.id IS NOT NULL)
ORDER BY made.change LIMIT $4
"""
_COUNT_LATEST = f"""
SELECT (SELECT COUNT(*) FROM (
            SELECT 1 FROM message WHERE room_id = $1 AND change > $2 LIMIT $3) AS changed),
       (SELECT COUNT(DISTINCT COALESCE(user_id, -{_ABOUT})) FROM room_change
        WHERE room_id = $1 AND change > $2 AND number IS NULL)
"""
