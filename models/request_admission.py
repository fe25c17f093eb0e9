"""What owners answer to who asks to be let in."""

from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.timezone import now

from errors import Refusal
from models.admission import add_member, check_place
from models.audit_entry import record_act
from models.block import Block
from models.database import atomically
from models.join_request import JoinRequest
from models.membership import Membership
from models.room import Room
from models.room_ban import RoomBan
from models.room_change import StoredChange
from models.room_commands import check_owner
from models.user import User


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """Let somebody in who asks for it, into this owner's room, which then has at most `most`
    members.
    """

    actor: Membership
    user: User
    most: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, for who is none any more; not_found, for who does not ask; blocked,
                by them; member_banned, too_many_members.
        """
        actor, user = self.actor, self.user
        await Room.lock([actor.room_id], connection)
        await check_owner(actor, connection)
        asked = JoinRequest.filter(room_id=actor.room_id, user_id=user.id, declined_at__isnull=True)
        if not await asked.using_db(connection).exists():
            raise Refusal("not_found")
        if await RoomBan.lasting(actor.room_id, user.id).using_db(connection).exists():
            raise Refusal("member_banned", username=user.username)
        await check_place(actor.room_id, user, self.most, connection)
        if await Block.blockers([user.id], actor.user_id, connection):
            raise Refusal("blocked", username=user.username)
        change = await add_member(actor.room_id, user.id, actor.user_id, connection)
        await record_act(
            connection,
            "join_request_accepted",
            actor.user_id,
            user_id=user.id,
            room_id=actor.room_id,
        )
        return None, [change]


async def decline_request(actor: Membership, user_id: int) -> None:
    """Say no to somebody who asks to be let into this owner's room.

    Raises:
        Refusal: not_owner, for who is none any more; not_found, for who does not ask.
    """
    room_id = actor.room_id

    async def work(connection: BaseDBAsyncClient) -> None:
        await Room.lock([room_id], connection)
        await check_owner(actor, connection)
        asked = JoinRequest.filter(room_id=room_id, user_id=user_id, declined_at__isnull=True)
        if not await asked.using_db(connection).update(declined_at=now()):
            raise Refusal("not_found")
        await record_act(
            connection, "join_request_declined", actor.user_id, user_id=user_id, room_id=room_id
        )

    await atomically(work)
