"""Bans from rooms, made and lifted by owners. Each stores its entry of the audit log with it."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.admission import end_membership
from models.audit_entry import ActDetails, record_act
from models.database import atomically
from models.invitation import Departure, Invitation
from models.join_request import JoinRequest
from models.membership import Membership
from models.room import Room
from models.room_ban import RoomBan
from models.room_change import StoredChange
from models.room_commands import check_owner


@dataclass(frozen=True, slots=True)
class Ban:
    """Ban somebody from this owner's room until then (None: for ever): they are removed, and not
    let in again. Who is banned already is so as it is said now. Its result are those whose
    invitations have gone by it: theirs, and the ones they have made.
    """

    actor: Membership
    user_id: int
    reason: str
    until: datetime | None

    async def store(self, connection: BaseDBAsyncClient) -> tuple[list[int], list[StoredChange]]:
        """See realtime.waiting_commands.Command.

        Raises:
            Refusal: not_owner, for who is none any more; not_found, for who has never been in the
                room, or asked into it.
        """
        actor, room_id = self.actor, self.actor.room_id
        await Room.lock([room_id], connection)
        await check_owner(actor, connection)
        here = {"room_id": room_id, "user_id": self.user_id}
        member = await Membership.get_or_none(**here, using_db=connection)
        asked = await Invitation.withdraw(connection, **here)
        if not (member or asked or await self._is_known(connection)):
            raise Refusal("not_found")
        await self._store_ban(connection)
        if member is None:
            return [user_id for _, user_id in asked], []
        uninvited, changes = await end_membership(member, actor.user_id, connection, is_ban=True)
        return [user_id for _, user_id in asked] + uninvited, changes

    async def _is_known(self, connection: BaseDBAsyncClient) -> bool:
        here = {"room_id": self.actor.room_id, "user_id": self.user_id}
        has_left = await Departure.of(**here, connection=connection)
        return bool(has_left) or await RoomBan.filter(**here).using_db(connection).exists()

    async def _store_ban(self, connection: BaseDBAsyncClient) -> None:
        here = {"room_id": self.actor.room_id, "user_id": self.user_id}
        await JoinRequest.filter(**here).using_db(connection).delete()
        await RoomBan.filter(**here).using_db(connection).delete()
        room = await Room.get(id=self.actor.room_id, using_db=connection)
        await RoomBan.create(
            **here,
            by_id=self.actor.user_id,
            room_name=room.name,
            ban_reason=self.reason,
            banned_until=self.until,
            using_db=connection,
        )
        details = ActDetails(until=self.until.isoformat() if self.until else None)
        await record_act(
            connection,
            "room_banned",
            self.actor.user_id,
            **here,
            reason=self.reason,
            details=details,
        )


async def lift_ban(actor: Membership, user_id: int) -> None:
    """Let somebody be invited again who was banned from this owner's room.

    Raises:
        Refusal: not_owner, for who is none any more; not_found, for who is not banned.
    """
    here = {"room_id": actor.room_id, "user_id": user_id}

    async def work(connection: BaseDBAsyncClient) -> None:
        await Room.lock([actor.room_id], connection)
        await check_owner(actor, connection)
        if not await RoomBan.filter(**here).using_db(connection).delete():
            raise Refusal("not_found")
        by, room_id = actor.user_id, actor.room_id
        await record_act(connection, "room_ban_lifted", by, user_id=user_id, room_id=room_id)

    await atomically(work)
