"""Coming back into a room that one has left: who may ask whom, and who has left how."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.database import atomically, moment
from models.decline import Decline
from models.queries.people import PersonRow
from models.room import Room
from models.sql.fast_path import Rows, fetch_rows, scan
from models.user import User


class LeftAt(NamedTuple):
    """How far somebody had got in a room when they left it."""

    room_id: int
    last_read: int = 0
    seen_change: int = 0


class Departure(Model):
    """Somebody has left a room, or was removed. It stands until they are in it again, and go on
    where they had got to: `last_read` and `seen_change` are those of their membership.
    """

    LEFT = "left"
    REMOVED = "removed"

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="departures"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="departures"
    )
    how = fields.CharField(max_length=8)
    at = fields.DatetimeField(auto_now_add=True)
    last_read = fields.BigIntField(default=0, db_default=0)
    seen_change = fields.BigIntField(default=0, db_default=0)

    class Meta:
        table = "departure"
        table_description = "Who has left which room"
        unique_together = (("room", "user"),)

    @classmethod
    async def record(
        cls, left: "LeftAt", user_id: int, how: str, connection: BaseDBAsyncClient
    ) -> None:
        """Remember how somebody has left; under the room's lock."""
        await cls.filter(room_id=left.room_id, user_id=user_id).using_db(connection).delete()
        await cls.create(**left._asdict(), user_id=user_id, how=how, using_db=connection)

    @classmethod
    async def of(cls, room_id: int, user_id: int, connection: BaseDBAsyncClient) -> str | None:
        """How somebody has left; None if they have not."""
        left = await cls.get_or_none(room_id=room_id, user_id=user_id, using_db=connection)
        return left.how if left else None

    @classmethod
    async def end(cls, room_id: int, user_id: int, connection: BaseDBAsyncClient) -> "LeftAt":
        """They are in the room again, or for the first time: forget it. Returns how far they had
        got.
        """
        theirs = cls.filter(room_id=room_id, user_id=user_id).using_db(connection)
        left = await theirs.first()
        await theirs.delete()
        return LeftAt(room_id, left.last_read, left.seen_change) if left else LeftAt(room_id)


class Invitation(Model):
    """`by` asks `user` to come back into a room. One that was declined is kept, so that it can be
    declined again; and the same person may not ask again for a while: see Decline.
    """

    # Unanswered ones of one person. Whoever asks so many people in vain is not asking friends.
    MAX_OPEN = 50

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="invitations"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="invitations", db_index=True
    )
    by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="invitations_made", db_index=True
    )
    created_at = fields.DatetimeField(auto_now_add=True)
    declined_at: datetime | None = fields.DatetimeField(null=True)

    room_id: int
    user_id: int
    by_id: int

    class Meta:
        table = "invitation"
        table_description = "Who is asked back into which room"
        unique_together = (("room", "user", "by"),)

    @classmethod
    async def make(
        cls, room_id: int, user: User, by_id: int, connection: BaseDBAsyncClient
    ) -> None:
        """Ask somebody; under the locks of `by` and of the room.

        Raises:
            Refusal: already_invited, invitation_declined, too_many_invitations.
        """
        made = cls.filter(by_id=by_id).using_db(connection)
        open_ones = cls.filter(declined_at__isnull=True).using_db(connection)
        if await open_ones.filter(room_id=room_id, user_id=user.id).exists():
            raise Refusal("already_invited", username=user.username)
        # In whatever room: who has said no to somebody is not asked by them into the next one.
        await Decline.check([user], by_id, connection)
        if await open_ones.filter(by_id=by_id).count() >= cls.MAX_OPEN:
            raise Refusal("too_many_invitations", num=cls.MAX_OPEN)
        await made.filter(room_id=room_id, user_id=user.id).delete()
        await cls.create(room_id=room_id, user_id=user.id, by_id=by_id, using_db=connection)

    @classmethod
    async def withdraw(cls, connection: BaseDBAsyncClient, **whose: int) -> list[tuple[int, int]]:
        """Take the unanswered ones back that have these `room_id`, `user_id`, `by_id`. Returns
        (room_id, user_id) of each.
        """
        taken = cls.filter(declined_at__isnull=True, **whose).using_db(connection)
        asked = [(each.room_id, each.user_id) for each in await taken]
        await taken.delete()
        return asked

    @classmethod
    async def decline(cls, room_id: int, user_id: int) -> bool:
        """Say no. False: there is none, not even one that was declined before."""

        async def work(connection: BaseDBAsyncClient) -> bool:
            await Room.lock([room_id], connection)
            mine = cls.filter(room_id=room_id, user_id=user_id).using_db(connection)
            asked = mine.filter(declined_at__isnull=True)
            for each in await asked:
                await Decline.record(user_id, each.by_id, connection)
            await asked.update(declined_at=now())
            return await mine.exists()

        return await atomically(work)


class InvitationRow(Struct, frozen=True):
    """An unanswered invitation. Of the room it tells the name alone."""

    room_id: int
    room_name: str
    created_at: datetime
    by: PersonRow


async def invitations_of(user_id: int) -> list[InvitationRow]:
    """The latest hundred unanswered ones of a user."""
    return _invitations(await scan(f"{_INVITATIONS} {_LATEST}", user_id))


async def invitation_to(room_id: int, user_id: int) -> InvitationRow | None:
    """The latest unanswered one of a user to this room."""
    rows = await fetch_rows(f"{_INVITATIONS} AND room.id = $2 {_LATEST}", user_id, room_id)
    return next(iter(_invitations(rows)), None)


def _invitations(rows: Rows) -> list[InvitationRow]:
    return [
        InvitationRow(room_id, room_name, moment(created_at), PersonRow(*by))
        for room_id, room_name, created_at, *by in rows
    ]


_INVITATIONS = """
SELECT room.id, room.name, invitation.created_at,
       inviter.id, inviter.username, inviter.display_name
FROM invitation JOIN room ON room.id = invitation.room_id
JOIN user_account AS inviter ON inviter.id = invitation.by_id
WHERE invitation.user_id = $1 AND invitation.declined_at IS NULL
"""
_LATEST = "ORDER BY invitation.id DESC LIMIT 100"
