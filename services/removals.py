"""All messages of one person deleted at once, by those who judge; and what they are told of it."""

from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from models import Membership, ModerationNotice, Refusal, Session
from models.database import shielded
from models.own_data import RoomData
from models.queries.messages import messages_by_id
from models.queries.own_data import room_data
from models.removal import (
    CONCERNED_MAX,
    Removed,
    RemoveMessages,
    own_elsewhere,
    words_left_behind,
)
from models.removal_job import RemovalOrder
from models.report import ReportRow
from models.visible_history import not_seen
from realtime.envelope import PersonalActivity
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from services.actor import Actor, Credential
from services.administration import checked_reason
from services.confirmations import require_recent
from services.guards import require_account
from services.policy import Right, require, require_admin_act, require_confirmed
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class LeftBehind(NamedTuple):
    """A room that somebody is not in any more, and how many messages they have there."""

    room: RoomData
    amount: int


class Removals:
    """Owners delete what somebody has written in their room, administrators everywhere."""

    def __init__(self, journal: Journal, lobby: Lobby, limits: RateLimits) -> None:
        self._journal = journal
        self._lobby = lobby
        self._limits = limits

    @shielded
    async def in_room(
        self,
        owner: Membership,
        credential: Credential,
        user_id: int,
        reason: str = "",
        since: datetime | None = None,
    ) -> int:
        """Delete what somebody has written in an owner's room since then (None: ever), also who has
        left. The room is told by one change. Returns how many messages it were.

        Raises:
            Refusal: not_owner, forbidden (a conversation of two), confirmation_required, not_found,
                bad_field, rate_limited, overloaded.
        """
        require_confirmed(Right.REMOVE_MESSAGES, owner, credential)
        self._limits.changes.check(owner.user_id)
        reason, since = checked_reason(reason), checked_since(since)
        await require_account(user_id)
        removed = await self._remove(
            RemoveMessages(owner.room_id, user_id, owner.user_id, owner, reason, since)
        )
        log.info("messages_removed", user=owner.user_id, room=owner.room_id, count=removed.count)
        return removed.count

    @shielded
    async def one(self, owner: Membership, message_id: int, reason: str) -> None:
        """Delete one message of somebody else in an owner's room, and say why: to the author, and
        to the room, as with many.

        Raises:
            Refusal: not_owner, forbidden (a conversation of two), not_found, expired, gone,
                bad_field, rate_limited, overloaded.
        """
        require(Right.REMOVE_MESSAGES, owner)
        self._limits.message_changes.check(owner.user_id)
        reason = checked_reason(reason)
        message = (await messages_by_id(owner.room_id, [message_id])).get(message_id)
        if message is None or not owner.sees(message_id):
            raise not_seen(owner, message_id)
        about = owner.room_id, message.author_id, owner.user_id, owner, reason
        if not (await self._remove(RemoveMessages(*about, only=message_id))).count:
            raise Refusal("gone")
        log.info("message_removed", user=owner.user_id, room=owner.room_id, message=message_id)

    @shielded
    async def reported(self, actor: Actor, report: ReportRow, reason: str = "") -> int:
        """Delete the one message of a report, by an administrator: its author is told, and why.
        Returns how many it were: none, where it is gone already.

        Raises:
            Refusal: not_admin, forbidden, bad_field, rate_limited, overloaded.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        about = report.room_id, report.author_id, actor.user_id, None, checked_reason(reason)
        removed = await self._remove(RemoveMessages(*about, only=report.message_id))
        log.info("message_removed", user=actor.user_id, report=report.id, count=removed.count)
        return removed.count

    @shielded
    async def for_job(self, room_id: int, user_id: int, order: RemovalOrder) -> None:
        """Delete what somebody has written in a room, as an administrator has asked."""
        about = room_id, user_id, order.actor_id, None, order.reason, order.since
        await self._remove(RemoveMessages(*about, is_told=False))

    @shielded
    async def by_author(self, room_id: int, user_id: int) -> int:
        """Delete what somebody has written in a room, by themselves. Returns how much it was."""
        command = RemoveMessages(room_id, user_id, user_id, is_told=False)
        return (await self._remove(command)).count

    async def left_behind(self, user_id: int) -> list[LeftBehind]:
        """The rooms that somebody is not in any more, and has messages in. What has become of the
        rooms since is not theirs to know. Raises Refusal: rate_limited.
        """
        self._limits.searches.check(user_id)
        counts = await words_left_behind(user_id)
        rooms = await room_data(user_id) if counts else []
        return [LeftBehind(each, counts[each.id]) for each in rooms if each.id in counts]

    @shielded
    async def own_left_behind(self, session: Session, room_id: int) -> int:
        """Delete what somebody has written in a room that they are not in any more, also one that
        they are banned from. Returns how much it was.

        Raises:
            Refusal: confirmation_required; not_found, where there is nothing of theirs, or they
                are in the room; rate_limited, overloaded.
        """
        require_recent(session)
        user_id = session.user_id
        self._limits.changes.check(user_id)
        if room_id not in await words_left_behind(user_id, room_id):
            raise Refusal("not_found")
        count = await self.by_author(room_id, user_id)
        log.info("messages_removed", user=user_id, room=room_id, count=count)
        return count

    @shielded
    async def own_message(self, user_id: int, room_id: int, message_id: int) -> bool:
        """Delete one message of somebody who is not in its room any more. Returns whether it is
        theirs: of another, or none, nothing is told.

        Raises:
            Refusal: rate_limited, overloaded.
        """
        self._limits.message_changes.check(user_id)
        found = await own_elsewhere(room_id, user_id, message_id)
        if found == "there":
            about = room_id, user_id, user_id
            await self._remove(RemoveMessages(*about, is_told=False, only=message_id))
        return bool(found)

    async def notices_of(self, user_id: int) -> list[ModerationNotice]:
        """What somebody is told of acts that concern them. Raises Refusal: rate_limited."""
        self._limits.history.check(user_id)
        return await ModerationNotice.of(user_id)

    async def put_notice_away(self, user_id: int, notice_id: int) -> None:
        """They have read it. Raises Refusal: rate_limited."""
        self._limits.changes.check(user_id)
        await ModerationNotice.put_away(user_id, notice_id)

    async def _remove(self, command: RemoveMessages) -> Removed:
        removed = await self._journal.run(command)
        if concerned := {*removed.concerned, command.user_id} if removed.count else set():
            self._lobby.publish(PersonalActivity(sorted(concerned)[:CONCERNED_MAX]))
        return removed


def checked_since(since: datetime | None) -> datetime | None:
    """From when on, in UTC: SQLite compares times as texts; None: ever.

    Raises:
        Refusal: bad_field.
    """
    if since is None:
        return None
    try:
        return since.astimezone(UTC)
    except OverflowError:
        raise Refusal("bad_field", problem="since") from None
