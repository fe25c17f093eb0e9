"""Bans from rooms: made, lifted, listed; and told to whom they concern."""

from datetime import datetime

import structlog

from models import Membership, Refusal
from models.banning import Ban, lift_ban
from models.database import shielded
from models.membership import ID_MAX
from models.room_ban import BanRow, bans_of_person, bans_of_room, put_notice_away
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from services.administration import checked_end, checked_reason
from services.policy import Right, require
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class Moderation:
    """What owners do against who does harm in their room."""

    def __init__(self, journal: Journal, lobby: Lobby, limits: RateLimits) -> None:
        self._journal = journal
        self._lobby = lobby
        self._limits = limits

    @shielded
    async def ban(
        self, owner: Membership, user_id: int, reason: str = "", until: datetime | None = None
    ) -> None:
        """Remove somebody, and let them in by no door until then (None: for ever), whoever invites
        them. Who is banned already is so as it is said now.

        Raises:
            Refusal: not_owner, forbidden (oneself, a conversation of two), not_found (who has never
                been there or asked into it), bad_field, bad_until, rate_limited.
        """
        require(Right.BAN, owner)
        self._limits.changes.check(owner.user_id)
        reason = checked_reason(reason)
        until = checked_end(until)
        if user_id == owner.user_id:
            raise Refusal("forbidden")
        if not 0 < user_id <= ID_MAX:
            raise Refusal("not_found")
        uninvited = await self._journal.run(Ban(owner, user_id, reason, until))
        if uninvited:
            self._lobby.changed(owner.room_id, uninvited)
        log.info("room_banned", user=owner.user_id, room=owner.room_id, member=user_id)

    @shielded
    async def lift(self, owner: Membership, user_id: int) -> None:
        """Let owners invite somebody again who is banned.

        Raises:
            Refusal: not_owner, forbidden, not_found, rate_limited.
        """
        require(Right.BAN, owner)
        self._limits.changes.check(owner.user_id)
        if not 0 < user_id <= ID_MAX:
            raise Refusal("not_found")
        await lift_ban(owner, user_id)
        log.info("room_ban_lifted", user=owner.user_id, room=owner.room_id, member=user_id)

    async def bans(self, owner: Membership) -> list[BanRow]:
        """Who is banned from the room. Raises Refusal: not_owner, forbidden, rate_limited."""
        require(Right.BAN, owner)
        self._limits.history.check(owner.user_id)
        return await bans_of_room(owner.room_id)

    async def bans_of(self, user_id: int) -> list[BanRow]:
        """The rooms that somebody is banned from. Raises Refusal: rate_limited."""
        self._limits.history.check(user_id)
        return await bans_of_person(user_id)

    async def notices_of(self, user_id: int) -> list[BanRow]:
        """The same, as far as they have not put the notices of them away."""
        return await bans_of_person(user_id, unnoticed=True)

    async def put_notice_away(self, user_id: int, room_id: int) -> None:
        """They have read of it, and need not be told again."""
        self._limits.changes.check(user_id)
        if 0 < room_id <= ID_MAX:
            await put_notice_away(room_id, user_id)
