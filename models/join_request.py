"""Who asks to be let into which room."""

from datetime import datetime, timedelta

from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.timezone import now

from models.block import Block
from models.database import atomically, moment
from models.membership import Membership
from models.queries.people import PersonRow
from models.room import Room
from models.room_ban import RoomBan
from models.sql.fast_path import look_up, scan
from models.user import User


class JoinRequest(Model):
    """`user` asks the owners of a room to be let in. One that was declined is kept, so that they do
    not ask again for a while. Whoever comes in, by whatever door, asks no more.
    """

    NOTE_MAX = 200
    COOLDOWN = timedelta(days=30)
    MAX_OPEN = 500  # Of one room: more nobody looks through.

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="join_requests"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="join_requests", db_index=True
    )
    note = fields.CharField(max_length=NOTE_MAX, default="", db_default="")
    asked_at = fields.DatetimeField(auto_now_add=True)
    declined_at: datetime | None = fields.DatetimeField(null=True)

    room_id: int
    user_id: int

    class Meta:
        table = "join_request"
        table_description = "Who asks to be let into which room"
        unique_together = (("room", "user"),)

    @classmethod
    async def ask(cls, room_id: int, user_id: int, note: str) -> bool:
        """Ask once, or with another note. False: nobody is to hear of it."""

        async def work(connection: BaseDBAsyncClient) -> bool:
            await Room.lock([room_id], connection)
            if not await cls._may_ask(room_id, user_id, connection):
                return False
            mine = {"room_id": room_id, "user_id": user_id}
            await cls.filter(**mine).using_db(connection).delete()
            await cls.create(**mine, note=note, using_db=connection)
            return True

        return await atomically(work)

    @classmethod
    async def _may_ask(cls, room_id: int, user_id: int, connection: BaseDBAsyncClient) -> bool:
        """Not into what is no room or an archive, not where they are, are banned, have lately been
        declined or are blocked by an owner.
        """
        rooms = Room.filter(id=room_id, kind=Room.ROOM, archived_at__isnull=True)
        members = Membership.filter(room_id=room_id).using_db(connection)
        here = cls.filter(room_id=room_id).using_db(connection)
        declined = here.filter(user_id=user_id, declined_at__gt=now() - cls.COOLDOWN)
        for hindrance in (
            members.filter(user_id=user_id),
            RoomBan.lasting(room_id, user_id).using_db(connection),
            declined,
        ):
            if await hindrance.exists():
                return False
        owners = await members.filter(role=Membership.OWNER)
        if await Block.blockers([each.user_id for each in owners], user_id, connection):
            return False
        others = here.filter(~Q(user_id=user_id), declined_at__isnull=True)
        return await rooms.using_db(connection).exists() and await others.count() < cls.MAX_OPEN


class RequestRow(Struct, frozen=True):
    """Somebody who asks to be let in, as owners see it."""

    person: PersonRow
    note: str
    asked_at: datetime


class AskedRoomRow(Struct, frozen=True):
    """A room into which so many people ask to be let."""

    id: int
    name: str
    count: int


async def requests_of_room(room_id: int, owner_id: int) -> list[RequestRow]:
    """The unanswered requests, the earliest first, but of those whom the owner has blocked."""
    rows = await scan(_REQUESTS, room_id, owner_id)
    return [RequestRow(PersonRow(*person), note, moment(at)) for note, at, *person in rows]


async def count_requests(room_id: int, owner_id: int) -> int:
    """How many `requests_of_room` has."""
    ((count,),) = await look_up(_COUNT, room_id, owner_id)
    return int(count)


async def rooms_asked_for(owner_id: int) -> list[AskedRoomRow]:
    """The rooms of an owner into which people ask to be let."""
    return [AskedRoomRow(*row) for row in await scan(_ASKED_FOR, owner_id)]


_NOT_BLOCKED = """
AND NOT EXISTS (SELECT 1 FROM block
                WHERE block.user_id = {owner} AND block.blocked_id = join_request.user_id)
"""
_REQUESTS = f"""
SELECT note, asked_at, person.id, person.username, person.display_name
FROM join_request JOIN user_account AS person ON person.id = join_request.user_id
WHERE join_request.room_id = $1 AND declined_at IS NULL {_NOT_BLOCKED.format(owner="$2")}
ORDER BY join_request.id LIMIT {JoinRequest.MAX_OPEN}
"""
_COUNT = f"""
SELECT COUNT(*) AS request_count FROM join_request
WHERE room_id = $1 AND declined_at IS NULL {_NOT_BLOCKED.format(owner="$2")}
"""
_ASKED_FOR = f"""
SELECT room.id, room.name, COUNT(*) AS request_count
FROM membership JOIN join_request ON join_request.room_id = membership.room_id
JOIN room ON room.id = membership.room_id
WHERE membership.user_id = $1 AND membership.role = '{Membership.OWNER}'
  AND join_request.declined_at IS NULL {_NOT_BLOCKED.format(owner="membership.user_id")}
GROUP BY room.id, room.name ORDER BY room.id LIMIT 20
"""
