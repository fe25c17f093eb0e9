"""A client without a network, which remembers what it is told over all of its visits."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable

from models import Membership, Post, Refusal, User
from protocol.client_frames import MessageFrame
from realtime.connection import Connection
from realtime.replay import Position
from services import Services
from tests.resilience.heard import Heard
from tests.resilience.room_model import RoomModel
from tests.support.chat import Frame
from tests.support.room_facts import DURABLE, Facts, difference, message, take

# Who speaks meanwhile is held against the model.
RULED_OUT = {"owners_only", "room_archived"}
KEPT_OUT = RULED_OUT | {"not_a_member"}

_numbers = itertools.count(1)


class Reader:
    """Somebody who has these facts of a room, as they were at the change `last`, and wants the
    others. What contradicts the protocol is put among the `problems`.
    """

    def __init__(self, user: User, session_id: int, facts: Facts, last: int) -> None:
        self.user = user
        self.session_id = session_id
        self.facts = facts
        self.last = last
        self.answers: dict[str, int] = {}
        self.done: set[str] = set()
        self.problems: list[str] = []
        self.visits: list[Visit] = []

    @property
    def is_connected(self) -> bool:
        return bool(self.visits) and self.visits[-1].is_open

    @property
    def is_ready(self) -> bool:
        """Whether the reader is connected, and has all that was missed."""
        return bool(self.visits) and self.visits[-1].is_ready

    def is_at(self, node: Services) -> bool:
        """Whether the reader is connected to this process."""
        return self.is_connected and self.visits[-1].node is node

    async def visit(self, node: Services, room_id: int) -> None:
        """Come in, the first time or again; somebody who is not in the room is turned away."""
        checked_at = time.monotonic()
        try:
            member = await Membership.of(self.user.id, room_id)
        except Refusal:
            return
        self.visits.append(Visit(self, node, member))
        self.visits[-1].begin(checked_at)

    @property
    def unanswered(self) -> set[str]:
        """The client_ids that were said on the connection and not answered yet."""
        answered = self.answers.keys() | self.done
        return self.visits[-1].said - answered if self.is_ready else set()

    async def leave(self) -> None:
        """Go, whatever is on its way."""
        if self.visits:
            await self.visits[-1].end()

    def say(self, text: str, client_id: str) -> None:
        """Post a message on the connection."""
        self.visits[-1].say(text, client_id)

    def do(self, frame: MessageFrame, refused: Callable[[str], None]) -> None:
        """Ask on the connection that something is done to a message; see Visit.do."""
        self.visits[-1].do(frame, refused)

    def check(self, room: RoomModel) -> None:
        """Nothing that this reader was told was wrong, and it was told everything."""
        assert self.problems == []
        for visit in self.visits:
            visit.check(room)


class Visit:
    """One connection of a reader, and the socket of that: now and then this one has no room.

    Attributes:
        heard: the changes that it was told.
        said: the client_ids of the messages that were posted on it.
        code: the close code; None before.
        ready: the room's change when everything missed had been told; None before.
    """

    def __init__(self, reader: Reader, node: Services, member: Membership) -> None:
        self.reader = reader
        self.node = node
        self.heard: list[Heard] = []
        self.ready: int | None = None
        self.said: set[str] = set()
        self.code: int | None = None
        self.is_open = True
        self._known: Facts = {}
        self._has_unseen = False
        self.membership_id = member.id
        self._connection = Connection(
            self,
            number=next(_numbers),
            room_id=member.room_id,
            user_id=member.user_id,
            username=member.user.username,
            session_id=reader.session_id,
            membership_id=member.id,
        )

    @property
    def is_ready(self) -> bool:
        return self.is_open and self.ready is not None

    def begin(self, checked_at: float) -> None:
        """Stay until closed, or until the end of the visit."""
        self._staying = asyncio.create_task(self._stay(checked_at))

    async def _stay(self, checked_at: float) -> None:
        position = Position(since=self.reader.last)
        try:
            await self.node.connections.join(self._connection, position, checked_at)
            await asyncio.wait({self._connection.closed})
        finally:
            self.is_open = False
            await self._connection.abandon()
            await self.node.connections.leave(self._connection)

    async def end(self) -> None:
        """The network is gone."""
        self.is_open = False
        self._staying.cancel()
        await asyncio.gather(self._staying, return_exceptions=True)

    def say(self, text: str, client_id: str) -> None:
        """Post a message."""
        self.said.add(client_id)
        user, room_id = self.reader.user, self._connection.room_id
        post = Post(room_id, user.id, user.username, text, client_id)
        self.node.messages.submit(
            post, self._connection, lambda refusal: self._refused(client_id, refusal)
        )

    def _refused(self, client_id: str, refusal: Refusal) -> None:
        self.said.discard(client_id)
        if refusal.code not in KEPT_OUT:
            self.reader.problems.append(f"{client_id} was refused: {refusal.code}")

    def do(self, frame: MessageFrame, refused: Callable[[str], None]) -> None:
        """Ask for something; `refused` is called with the code of a refusal."""
        client_id = str(frame.client_id)
        self.said.add(client_id)

        def hear(refusal: Refusal) -> None:
            self.said.discard(client_id)
            refused(refusal.code)

        self.node.message_changes.submit(frame, self._connection, hear)

    def write(self, frame: bytes) -> bool:
        return self.write_run([frame])

    def write_run(self, frames: list[bytes]) -> bool:
        if next(_numbers) % 3 == 0:
            return False
        for frame in frames:
            self._hear(json.loads(frame))
        return True

    async def send(self, frame: bytes) -> None:
        self._hear(json.loads(frame))

    async def close(self, code: int, reason: str = "") -> None:
        self.code = code
        if code < 4400:
            self.reader.problems.append(f"closed with {code} {reason}")

    def _hear(self, frame: Frame) -> None:
        if not self.is_open:
            return
        if frame["type"] in DURABLE:
            self._hear_change(frame)
        elif frame["type"] == "ready":
            self._hear_ready(frame["change"])
        elif frame["type"] == "message_sent":
            self._hear_answer(frame["client_id"], frame["message_id"])
        elif frame["type"] == "done":
            self.reader.done.add(frame["client_id"])
        elif frame["type"] == "error":
            self.reader.problems.append(f"refused: {frame}")

    def _hear_change(self, frame: Frame) -> None:
        reader, change = self.reader, int(frame["change"])
        first = int(frame.get("from", change))
        if first <= reader.last or (self.ready is not None and first > reader.last + 1):
            reader.problems.append(f"{first} to {change} after {reader.last}")
        reader.last = change
        if "message_id" in frame:
            # What is done to a message is told to those who know it, and to others the message.
            is_known = message(frame["message_id"]) in reader.facts
            if is_known == (frame["type"] == "chat_message"):
                reader.problems.append(f"told by the wrong frame: {frame}")
        self._has_unseen |= frame["type"] == "unseen_change"
        self.heard.append(Heard(first, change, take(reader.facts, frame)))

    def _hear_ready(self, change: int) -> None:
        reader = self.reader
        if change < reader.last:
            reader.problems.append(f"ready at {change} after {reader.last}")
        reader.last = self.ready = change
        self._known = dict(reader.facts)

    def _hear_answer(self, client_id: str, message_id: int) -> None:
        reader = self.reader
        if reader.answers.setdefault(client_id, message_id) != message_id:
            reader.problems.append(f"{client_id} has two numbers")
        # What has expired already is told as a change that nobody sees.
        is_shown = message(message_id) in reader.facts or self._has_unseen
        if client_id.startswith("new") and not is_shown:
            reader.problems.append(f"{client_id} is answered before it is shown")

    def check(self, room: RoomModel) -> None:
        """Each frame showed what it was about as it was then, or as it has become since; at `ready`
        nothing was missing; and nobody has heard what came after they had left.
        """
        for heard in self.heard:
            heard.check(room)
        if self.ready is None:
            return
        for subject, values in difference(self._known, room.at(self.ready)).items():
            assert values[0] in room.later(subject, self.ready), (self.ready, subject, values)
        ended = room.ended.get(self.membership_id)
        # Who is let in at the very moment of their leaving is found by the comparison of rights.
        if ended is not None and self.ready < ended:
            assert all(heard.change < ended for heard in self.heard), (ended, self.heard)
