"""Who is banned from which room, until when and why."""

from datetime import datetime

from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet
from tortoise.timezone import now

from errors import Refusal
from models.audit_entry import REASON_MAX
from models.database import fetch, moment
from models.queries.people import PersonRow
from models.room import Room
from models.sql.fast_path import Row
from models.user import User


class RoomBan(Model):
    """Somebody does not come into this room, by whatever door, until it ends or an owner lifts it.

    It has the name that the room had then: more of it is not theirs to know.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="bans"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="room_bans", db_index=True
    )
    # Who has banned them; null when that person is no more.
    by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="room_bans_made", null=True, on_delete=fields.SET_NULL
    )
    room_name = fields.CharField(max_length=Room.NAME_MAX)
    ban_reason = fields.CharField(max_length=REASON_MAX, default="", db_default="")
    banned_at = fields.DatetimeField(auto_now_add=True)
    # Null: for ever.
    banned_until: datetime | None = fields.DatetimeField(null=True)
    # When the one concerned has put the notice of it away.
    noticed_at: datetime | None = fields.DatetimeField(null=True)

    room_id: int
    user_id: int

    class Meta:
        table = "room_ban"
        table_description = "Who is banned from which room"
        unique_together = (("room", "user"),)

    @classmethod
    def lasting(cls, room_id: int, user_id: int) -> QuerySet["RoomBan"]:
        """The ban of somebody from a room, if it has not ended."""
        lasts = Q(banned_until__isnull=True) | Q(banned_until__gt=now())
        return cls.filter(lasts, room_id=room_id, user_id=user_id)

    @classmethod
    async def check(
        cls, room_id: int, user_id: int, connection: BaseDBAsyncClient | None = None
    ) -> None:
        """Whether somebody may come in. Whoever lets them in asks under the room's lock.

        Raises:
            Refusal: room_banned, room_banned_until.
        """
        lasting = cls.lasting(room_id, user_id)
        ban = await (lasting.using_db(connection) if connection else lasting).first()
        if ban is not None:
            raise ban_refusal(ban.ban_reason, ban.banned_until)


def ban_refusal(reason: str, until: datetime | None) -> Refusal:
    """What somebody is told who is banned."""
    if until is None:
        return Refusal("room_banned", reason=reason)
    return Refusal("room_banned_until", reason=reason, until=until.strftime("%Y-%m-%d %H:%M UTC"))


class BanRow(Struct, frozen=True):
    """A ban, as the owners of the room see it, or (`person` is themselves) the one concerned.

    Attributes:
        by: who has banned them; None: nobody knows any more.
        until: None: for ever.
    """

    room_id: int
    room_name: str
    reason: str
    at: datetime
    until: datetime | None
    person: PersonRow
    by: PersonRow | None


async def bans_of_room(room_id: int) -> list[BanRow]:
    """The bans of a room that have not ended, the latest first; 500 at most."""
    rows = await fetch(f"{_BANS} AND room_ban.room_id = $2 {_LATEST}", now(), room_id)
    return [_ban(row) for row in rows]


async def bans_of_person(user_id: int, *, unnoticed: bool = False) -> list[BanRow]:
    """The bans of somebody that have not ended, or those of them whose notice they have not put
    away.
    """
    which = "AND noticed_at IS NULL" if unnoticed else ""
    rows = await fetch(f"{_BANS} AND room_ban.user_id = $2 {which} {_LATEST}", now(), user_id)
    return [_ban(row) for row in rows]


async def put_notice_away(room_id: int, user_id: int) -> None:
    """The one concerned has read it."""
    await RoomBan.filter(room_id=room_id, user_id=user_id).update(noticed_at=now())


def _ban(row: Row) -> BanRow:
    room_id, room_name, reason, at, until = row[:5]
    by = None if row[8] is None else PersonRow(*row[8:11])
    return BanRow(room_id, room_name, reason, moment(at), moment(until), PersonRow(*row[5:8]), by)


_BANS = """
SELECT room_ban.room_id, room_ban.room_name, ban_reason, banned_at, banned_until,
       person.id AS person_id, person.username AS person_name, person.display_name AS person_shown,
       actor.id AS actor_id, actor.username AS actor_name, actor.display_name AS actor_shown
FROM room_ban JOIN user_account AS person ON person.id = room_ban.user_id
LEFT JOIN user_account AS actor ON actor.id = room_ban.by_id
WHERE (banned_until IS NULL OR banned_until > $1)
"""
_LATEST = "ORDER BY room_ban.id DESC LIMIT 500"
