"""Many connections at once: their coming, what they say, and what must have arrived in the end."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from picows import WSHandshakeError, ws_connect

from benchmarks.checks import Checks, Violation
from benchmarks.member import Member, Tally
from benchmarks.people import Person, Place
from benchmarks.texts import texts

AT_ONCE = 16  # Handshakes under way: enough to keep a server busy.
POLL = 0.002
# Without a frame for this long, everybody has been told who has come.
QUIET = 0.25
# Without anything new for this long, what is missing will not come.
PATIENCE = 15.0
Asking = Callable[[Member, int], dict[str, object]]
DEFLATE = ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")


class Crowd:
    """The connections of a run; `async with` cuts them off at the end."""

    def __init__(self, ports: list[int], *, query: str = "", deflate: bool = False) -> None:
        """`ports` are those of the servers: the people of a room spread over them, one after the
        other. `query` goes behind each address: `?read=manual`.
        """
        self.checks = Checks()
        self.tally = Tally()
        self.members: list[Member] = []
        self.said: Counter[int] = Counter()
        self.expected = 0
        self._listening: Counter[int] = Counter()
        self._ports = ports
        self._query = query
        self._headers = [DEFLATE] if deflate else []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        for member in self.members:
            member.leaving = True
            member.transport.disconnect(graceful=False)

    async def come(self, places: Iterable[Place], at_once: int = AT_ONCE) -> list[Member]:
        """Connect everybody to their room; on return all are ready and know who is there."""
        comers = _in_turns(places)
        before = len(self.members)

        async def connect_some() -> None:
            for person, room_id, turn in comers:
                self.add(await self.connect(person, room_id, turn))

        await asyncio.gather(*(connect_some() for _ in range(at_once)))
        await self.quiet()
        return self.members[before:]

    async def quiet(self) -> None:
        """Wait until nobody is told anything any more."""
        before = -1
        while self.tally.other != before:
            before = self.tally.other
            await asyncio.sleep(QUIET)

    def add(self, member: Member) -> None:
        """Somebody more who stays, and has to hear what is said from now on."""
        self.members.append(member)
        self._listening[member.room_id] += 1

    async def connect(
        self,
        person: Person,
        room_id: int,
        turn: int = 0,
        after: int | None = None,
        *,
        query: str | None = None,
    ) -> Member:
        """One connection, ready, which the caller closes or adds; it has had what came up to
        `after` already. `query` in the place of the crowd's. Raises Violation.
        """
        query = self._query if query is None else query
        query = query if after is None else f"?read=manual&after={after}"
        port = self._ports[turn % len(self._ports)]
        member = Member(person, room_id, self.tally, self.checks, after)
        try:
            await ws_connect(
                lambda: member,
                f"ws://127.0.0.1:{port}/ws/chat/{room_id}/{query}",
                extra_headers=[*self._headers, ("Cookie", person.cookie)],
                websocket_handshake_timeout=PATIENCE,
            )
            async with asyncio.timeout(PATIENCE):
                await member.ready
        except (WSHandshakeError, TimeoutError) as error:
            raise Violation(f"user {person.id} cannot connect: {error!r}") from None
        return member

    async def talk(
        self, speakers: list[Member], count: int, window: int, length: int = 100
    ) -> None:
        """Let each of them send `count` messages, `window` of them unacknowledged at a time, and
        wait until everything has arrived everywhere.
        """
        bodies = itertools.cycle(texts(length))
        left = dict.fromkeys(speakers, count)

        def go_on(speaker: Member) -> None:
            if left[speaker]:
                left[speaker] -= 1
                self.say(speaker, next(bodies))

        for speaker in speakers:
            speaker.acknowledged = go_on
        for _ in range(window):
            for speaker in speakers:
                go_on(speaker)
        await self.arrived(lambda: not any(left.values()))
        for speaker in speakers:
            speaker.acknowledged = None

    async def ask(self, members: list[Member], count: int, window: int, what: Asking) -> None:
        """Let each of them ask for `count` things to be done to messages, `window` of them
        unanswered at a time, and wait until everybody has been told of everything.

        what: (member, which of theirs) → the fields of the frame.
        """
        left = dict.fromkeys(members, count)
        tally = self.tally
        expected = tally.changes + sum(count * self._listening[each.room_id] for each in members)
        answers = tally.done + count * len(members)

        def go_on(member: Member) -> None:
            if left[member]:
                left[member] -= 1
                member.ask(**what(member, count - left[member] - 1))

        for member in members:
            member.acknowledged = go_on
        for _ in range(window):
            for member in members:
                go_on(member)
        await self._until(
            lambda: (tally.changes, tally.done) == (expected, answers),
            lambda: f"{tally.changes} of {expected} changes, {tally.done} of {answers} answers",
        )
        for member in members:
            member.acknowledged = None

    def say(self, speaker: Member, body: str) -> None:
        """Send one message."""
        self.said[speaker.room_id] += 1
        self.expected += self._listening[speaker.room_id]
        speaker.say(body)

    async def arrived(self, all_said: Callable[[], bool] = lambda: True) -> None:
        """Wait until all that was said is acknowledged and delivered to everybody here.

        Raises:
            Violation: something is missing, or any check has failed.
        """
        await self._until(
            lambda: self._is_complete() and all_said(),
            lambda: f"{self.tally.delivered} of {self.expected} deliveries",
        )

    async def _until(self, is_over: Callable[[], bool], state: Callable[[], str]) -> None:
        seen, since = "", 0.0
        while not self.checks.violations and not is_over():
            now = asyncio.get_running_loop().time()
            if (there := state()) != seen:
                seen, since = there, now
            elif now - since > PATIENCE:
                self.checks.complain(f"{seen}, then silence")
            await asyncio.sleep(POLL)
        self.checks.verdict()

    def _is_complete(self) -> bool:
        tally = self.tally
        return tally.acknowledged == self.said.total() and tally.delivered == self.expected


def _in_turns(places: Iterable[Place]) -> Iterator[tuple[Person, int, int]]:
    """The first person of each room, then the second of each: neighbours in time are in different
    rooms. (person, room, which in their room.)
    """
    turns = itertools.zip_longest(*([(one, p.id) for one in p.people] for p in places))
    for number, turn in enumerate(turns):
        yield from ((*comer, number) for comer in turn if comer)
