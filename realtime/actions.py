"""Everything that people do. Pages, JSON API and sockets call these, and nothing else writes.

Storing and telling are two steps, one after the other: what is told is committed. Here is what
they say; what they do about themselves is in accounts.py, about rooms in rooms.py and members.py.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import structlog

from models import Draft, Membership, Message, Refusal, Stored
from models.batch import Outcome
from models.database import to_the_end
from realtime import frames
from realtime.accounts import Accounts
from realtime.channel import Delivery
from realtime.connection import RESTARTING, Connection
from realtime.journal import Entry
from realtime.members import Members
from realtime.replay import unhurried

log = structlog.get_logger(__name__)

HISTORY_MAX = 100


class Actions(Accounts, Members):
    """What can be done in Beseda."""

    async def post_message(
        self, member: Membership, text: str, client_id: str | None = None
    ) -> Stored:
        """Store a message and tell the room; returns when it is stored.

        Raises:
            Refusal: empty_message, message_too_long, bad_text, rate_limited, not_stored,
                overloaded, not_a_member.
        """
        done: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()

        def settle(outcome: Outcome) -> None:
            if done.done():
                return
            if isinstance(outcome, Refusal):
                done.set_exception(outcome)
            else:
                done.set_result(outcome[0])

        draft = Draft(
            member.room_id,
            member.user_id,
            member.user.username,
            text,
            client_id,
            member.user.display_name,
        )
        self.submit(draft, settle)
        return await done

    def submit(
        self, draft: Draft, settle: Callable[[Outcome], None], sender: Connection | None = None
    ) -> None:
        """As post_message, for callers that cannot wait: `settle` is called with what became of
        it, right after the message has been delivered to the room on this process.

        Raises:
            Refusal: for what can be refused at once.
        """
        self._messages.check(draft.author_id)
        Message.checked_body(draft.body)
        Message.checked_client_id(draft.client_id)
        self.journal.post(Entry(draft, settle, time.perf_counter(), sender))

    def _settled(self, results: list[tuple[Entry, Outcome]]) -> None:
        """Tell of these, which come in the order of rooms and numbers."""
        rooms: dict[int, list[Delivery]] = {}
        for entry, outcome in results:
            if isinstance(outcome, Refusal):
                self.metrics.count(f"messages_refused:{outcome.code}")
                entry.settle(outcome)
            elif outcome[1]:
                delivery = _delivery(outcome[0], entry, outcome)
                rooms.setdefault(outcome[0].room_id, []).append(delivery)
                self.lobby.said(outcome[0])
        for room_id, run in rooms.items():
            self.hub.deliver(room_id, run)
            self.metrics.count("messages_stored", len(run))
        # A repetition is answered last: its first one may be in this very batch.
        for entry, outcome in results:
            if not isinstance(outcome, Refusal) and not outcome[1]:
                # Whoever stored it may have died before telling anybody.
                self.hub.notice(outcome[0].room_id, outcome[0].number)
                entry.settle(outcome)

    async def history(
        self,
        member: Membership,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """chat_message frames, oldest first: the last `limit` before `before`, or the first
        `limit` after `after`.
        """
        limit = min(max(limit, 1), HISTORY_MAX)
        end = frames.LAST if before is None else before
        if after is None:
            messages = await Message.before(member.room_id, end, limit)
        else:
            messages = await Message.since(member.room_id, after, end - 1, limit)
        reach = await Membership.reach(member.room_id)
        return [
            frames.as_dict(message, reach.by_others(message))
            async for message in unhurried(messages)
        ]

    @to_the_end
    async def mark_read(
        self, member: Membership, message_id: int | None = None, reader: Connection | None = None
    ) -> int:
        """Move the member's cursor and tell everybody else in the room. Returns the cursor."""
        began = time.perf_counter()
        reading = await member.mark_read(message_id)
        if reading.moved:
            frame = frames.messages_read(
                member.room_id,
                member.user_id,
                member.user.username,
                reading.cursor,
                # A connection knows the name of now, not the one that it came with.
                (reader or member.user).display_name,
            )
            kind = f"read:{member.user_id}"
            self.hub.pass_on([member.room_id], kind, frame, except_connection=reader)
            log.info(
                "marked_read",
                user=member.user_id,
                room=member.room_id,
                connection=reader.number if reader else None,
                upto=reading.cursor,
                duration_ms=round((time.perf_counter() - began) * 1000, 2),
            )
        if reading.changed:
            self.lobby.read(member.room_id, member.user_id)
        return reading.cursor

    def set_typing(self, connection: Connection, is_typing: bool) -> None:
        """Raises Refusal: rate_limited."""
        self._typing.check(connection.user_id)
        self.typists.set(connection, is_typing)

    @contextmanager
    def place_for(self, user_id: int) -> Iterator[None]:
        """One of this process's places for connections, held from admission to close.

        Raises:
            Refusal: going_away, too_many_connections.
        """
        if self.is_draining:
            raise Refusal("going_away", retry_after=1)
        settings = self.settings
        is_full = self._places.total() >= settings.max_connections
        if settings.rate_limits:
            is_full |= self._places[user_id] >= settings.max_connections_per_user
        if is_full:
            self.metrics.count("connections_refused")
            raise Refusal("too_many_connections", retry_after=10)
        self._places[user_id] += 1
        try:
            yield
        finally:
            self._places[user_id] -= 1
            if not self._places[user_id]:
                del self._places[user_id]

    async def join(self, connection: Connection, after: int | None, since: float) -> None:
        """See Hub.join."""
        await self.hub.join(connection, after, since)
        if self.is_draining:
            connection.close(RESTARTING, "restarting: come back")

    async def enter_lobby(self, connection: Connection, since: float) -> None:
        """See Hub.enter_lobby. Whoever is there is online, in no room as well."""
        await self.hub.enter_lobby(connection, since)
        if self.is_draining:
            connection.close(RESTARTING, "restarting: come back")
        await self.roster.arrive(connection.user_id)

    def leave_lobby(self, connection: Connection) -> None:
        """A connection to the lobby is closed, whether it has come in or not."""
        if self.lobby.leave(connection):
            self.roster.depart(connection.user_id)

    async def arrive(self, connection: Connection) -> None:
        """A connection has joined its room: its user is online, and it is told who else is."""
        was_told = await self.roster.arrive(connection.user_id)
        people = await Membership.people(connection.room_id)
        online = await self.roster.online([person["id"] for person in people])
        for person in people:
            is_self = person["id"] == connection.user_id
            if person["id"] in online and not (is_self and was_told):
                frame = frames.user_status(
                    person["id"], person["username"], True, self.locale, person["display_name"]
                )
                connection.send_passing(f"status:{person['id']}", frame)

    def depart(self, connection: Connection) -> None:
        """A connection that has arrived is closed."""
        self.typists.forget(connection)
        self.roster.depart(connection.user_id)


def _delivery(message: Stored, entry: Entry, outcome: Outcome) -> Delivery:
    log.info(
        "message_posted",
        user=message.author_id,
        room=message.room_id,
        connection=entry.sender.number if entry.sender else None,
        message_id=message.number,
        duration_ms=round((time.perf_counter() - entry.began) * 1000, 2),
    )
    settle = partial(entry.settle, outcome)
    return Delivery(message.revision, frames.chat_message(message), settle, entry.sender)
