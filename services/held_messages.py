"""Messages of new accounts that wait: owners of their room, or administrators, let them through or
reject them.
"""

import structlog
from msgspec.structs import replace

from models import HeldMessage, Membership, Post, Refusal
from models.database import shielded
from models.held_message import (
    begin_approval,
    end_approval,
    give_up_approval,
    reject_held,
    withdraw_held,
)
from models.mentioned_names import names_in
from realtime.journal import Journal
from services.actor import Actor
from services.administration import checked_reason
from services.policy import Right, require, require_admin, require_admin_act
from services.rate_limits import RateLimits
from services.sweeper import Sweeper

log = structlog.get_logger(__name__)

# What becomes of a reply whose message is no more: it is posted as none.
_UNANSWERABLE = ("gone", "not_found", "expired")


class HeldMessages:
    """Those of all rooms; see services.new_accounts for what is held."""

    def __init__(self, journal: Journal, limits: RateLimits, sweeper: Sweeper) -> None:
        self._journal = journal
        self._limits = limits
        self._sweeper = sweeper

    @shielded
    async def withdraw(self, author: Membership, client_id: str) -> None:
        """Take back what waits under this client_id; nothing happens where nothing does.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.changes.check(author.user_id)
        if await withdraw_held(author.room_id, author.user_id, client_id):
            self._sweeper.soon()

    async def of_room(self, owner: Membership) -> list[HeldMessage]:
        """The earliest 100 of a room, to its owners. Raises Refusal: not_owner, forbidden."""
        require(Right.JUDGE_HELD, owner)
        return await HeldMessage.listed(owner.room_id)

    async def all(self, actor: Actor) -> list[HeldMessage]:
        """The earliest 100 of all rooms. Raises Refusal: not_admin, forbidden."""
        require_admin(actor)
        return await HeldMessage.listed(None)

    @shielded
    async def approve_in_room(self, owner: Membership, held_id: int) -> None:
        """Post it as its author's. Once it is posted, a second time changes nothing.

        Raises:
            Refusal: not_owner, forbidden, not_found, rate_limited; what refuses a message of its
                author: not_a_member, room_archived, not_stored, overloaded.
        """
        require(Right.JUDGE_HELD, owner)
        self._limits.changes.check(owner.user_id)
        await self._approve(await HeldMessage.one(held_id, owner.room_id), owner.user_id, owner)

    @shielded
    async def approve(self, actor: Actor, held_id: int) -> None:
        """The same by an administrator.

        Raises:
            Refusal: not_admin, forbidden, confirmation_required, and as `approve_in_room`.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        await self._approve(await HeldMessage.one(held_id, None), actor.user_id, None)

    @shielded
    async def reject_in_room(self, owner: Membership, held_id: int, reason: str = "") -> None:
        """It is not posted, and its author is told why.

        Raises:
            Refusal: not_owner, forbidden, not_found, bad_field, rate_limited.
        """
        require(Right.JUDGE_HELD, owner)
        self._limits.changes.check(owner.user_id)
        row, reason = await HeldMessage.one(held_id, owner.room_id), checked_reason(reason)
        await reject_held(row, owner.user_id, owner, reason)
        self._sweeper.soon()
        log.info("held_rejected", user=owner.user_id, room=row.room_id, author=row.user_id)

    @shielded
    async def reject(self, actor: Actor, held_id: int, reason: str = "") -> None:
        """The same by an administrator.

        Raises:
            Refusal: not_admin, forbidden, confirmation_required, not_found, bad_field,
                rate_limited.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        row, reason = await HeldMessage.one(held_id, None), checked_reason(reason)
        await reject_held(row, actor.user_id, None, reason)
        self._sweeper.soon()
        log.info("held_rejected", user=actor.user_id, room=row.room_id, author=row.user_id)

    async def _approve(self, row: HeldMessage, judge_id: int, owner: Membership | None) -> None:
        until = await begin_approval(row, owner)
        try:
            await self._post(row)
        except Refusal:
            await give_up_approval(row, until)
            raise
        await end_approval(row, judge_id)
        log.info("held_approved", user=judge_id, room=row.room_id, author=row.user_id)

    async def _post(self, row: HeldMessage) -> None:
        author = row.user
        who = (row.room_id, author.id, author.username)
        post = Post(*who, row.held_text, row.client_id, author.display_name, row.replied_to)
        post = replace(post, names=names_in(post.body), is_approved=True)
        try:
            await self._journal.store(post)
        except Refusal as refusal:
            if post.reply_to is None or refusal.code not in _UNANSWERABLE:
                raise
            await self._journal.store(replace(post, reply_to=None))
