"""How long messages are kept: the rules, and their end."""

import asyncio

import structlog

from background import end, woken
from models import Membership, Refusal
from models.database import shielded
from models.expired_messages import (
    Removing,
    delete_part,
    forget_facts,
    removing,
    rooms_with_rows,
)
from models.retention import (
    Expiring,
    RaiseFloor,
    SetRetention,
    checked_days,
    days_kept,
    due_rooms,
    expired_upto,
    expiring_everywhere,
    expiring_in,
    server_days,
    set_for_server,
)
from realtime.journal import Journal
from services.actor import Actor, Credential
from services.policy import Right, require, require_admin, require_admin_act, require_confirmed
from services.rate_limits import RateLimits
from services.sweeper import Sweeper

log = structlog.get_logger(__name__)

WAIT_SECONDS = 3600.0
RETRY_SECONDS = 60.0
# Between the transactions of one room: who writes there has its turn.
PAUSE_SECONDS = 0.01


class Retention:
    """Owners say it for their rooms, administrators for all; the shorter time holds. Whichever
    process finds that messages have been kept for long enough lets them go: two that find the same
    wait for each other by the room's lock, and the second has nothing to do.
    """

    def __init__(self, journal: Journal, sweeper: Sweeper, limits: RateLimits) -> None:
        self._journal = journal
        self._sweeper = sweeper
        self._limits = limits
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def of_server(self) -> int | None:
        """For how many days all rooms keep their messages at most; None: for ever."""
        return await server_days()

    async def preview(self, owner: Membership, days: int | None) -> Expiring:
        """What would go from an owner's room at once.

        Raises:
            Refusal: not_owner, forbidden, bad_field, rate_limited.
        """
        require(Right.SET_RETENTION, owner)
        self._limits.history.check(owner.user_id)
        kept = days_kept(checked_days(days), await server_days())
        return Expiring() if kept is None else await expiring_in(owner.room_id, kept)

    @shielded
    async def set(
        self, owner: Membership, credential: Credential, days: int | None, *, is_sure: bool
    ) -> None:
        """Let the messages of an owner's room be kept for so long; None: as everywhere. The room is
        told.

        Raises:
            Refusal: not_owner, forbidden, confirmation_required, bad_field, rate_limited;
                retention_unconfirmed, where something would be deleted by a shorter time, and they
                are not sure.
        """
        require_confirmed(Right.SET_RETENTION, owner, credential)
        self._limits.changes.check(owner.user_id)
        days, of_server = checked_days(days), await server_days()
        kept, before = days_kept(days, of_server), days_kept(owner.room.retention_days, of_server)
        if _is_shorter(kept, before) and not is_sure:
            _require_nothing(await self.preview(owner, days))
        await self._journal.run(SetRetention(owner, days))
        owner.room.retention_days = days
        self._wanted.set()
        log.info("retention_set", user=owner.user_id, room=owner.room_id, days=days)

    async def preview_everywhere(self, actor: Actor, days: int | None) -> Expiring:
        """What would go from all rooms at once.

        Raises:
            Refusal: not_admin, forbidden, bad_field, rate_limited.
        """
        require_admin(actor)
        self._limits.history.check(actor.user_id)
        return Expiring() if checked_days(days) is None else await expiring_everywhere(days or 0)

    @shielded
    async def set_everywhere(self, actor: Actor, days: int | None, *, is_sure: bool) -> None:
        """Let messages be kept for so long at most; None: for ever, where owners do not say
        otherwise.

        Raises:
            Refusal: not_admin, forbidden, bad_field, rate_limited; retention_unconfirmed.
        """
        require_admin_act(actor)
        if _is_shorter(checked_days(days), await server_days()) and not is_sure:
            _require_nothing(await self.preview_everywhere(actor, days))
        await set_for_server(days, actor.user_id)
        self._wanted.set()
        log.info("retention_set_everywhere", user=actor.user_id, days=days)

    async def removing(self, owner: Membership) -> Removing:
        """How far it is with what has expired in an owner's room. Raises Refusal: not_owner."""
        require(Right.SET_RETENTION, owner)
        return await removing(owner.room_id)

    async def removing_everywhere(self, actor: Actor) -> Removing:
        """The same of all rooms. Raises Refusal: not_admin, forbidden."""
        require_admin(actor)
        return await removing()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="retention")

    async def stop(self) -> None:
        """What is left to be deleted is found by the next process."""
        await end(self._task)

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            wait = WAIT_SECONDS
            try:
                await self._expire()
                await self._delete()
            except Exception as error:
                log.warning("not_expired", error=f"{type(error).__name__}: {error}")
                wait = RETRY_SECONDS
            await woken(self._wanted, wait)

    async def _expire(self) -> None:
        async for rooms in due_rooms(await server_days()):
            for room in rooms:
                upto = await expired_upto(room.room_id, room.days)
                if await self._journal.run(RaiseFloor(room.room_id, upto, room.days)):
                    log.info("messages_expired", room=room.room_id, upto=upto)

    async def _delete(self) -> None:
        for room_id, floor in await rooms_with_rows():
            place: int | None = 0
            while place is not None:
                place = await forget_facts(room_id, floor, place)
                await asyncio.sleep(PAUSE_SECONDS)
            has_more = True
            while has_more:
                has_more = await delete_part(room_id, floor)
                await asyncio.sleep(PAUSE_SECONDS)
            self._sweeper.soon()


def _is_shorter(days: int | None, before: int | None) -> bool:
    return days is not None and (before is None or days < before)


def _require_nothing(expiring: Expiring) -> None:
    if expiring.count:
        raise Refusal("retention_unconfirmed", num=expiring.count)
