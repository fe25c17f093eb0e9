"""Two processes' hubs and journals against a plain list, over a broadcast that does its worst."""

import asyncio
import contextvars
import itertools
import json
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import integers, just, one_of, sampled_from

from config import Settings
from models import Draft, Message, Refusal
from models.batch import Outcome
from realtime.actions import Actions
from realtime.comparison import compare
from realtime.connection import Connection
from realtime.presence.memory import MemoryLeases
from tests.support.faulty import FaultyBroadcast, FaultyBus
from tests.support.tables import opened, people, room_of
from tests.support.waiting import eventually

T = TypeVar("T")

NODES = integers(0, 1)
ANY = integers(0, 1_000)
TURNS = integers(0, 30)
FATES = (FaultyBus.deliver, FaultyBus.double, FaultyBus.drop)

_numbers = itertools.count(1)


class World:
    """A loop, and a database opened in it, for all the examples."""

    def __init__(self, database_url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.context = contextvars.copy_context()
        self._stack = AsyncExitStack()
        self.run(self._stack.enter_async_context(opened(database_url)))
        (self.author,) = self.run(people("alice"))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to its end; everything else that is under way goes on meanwhile."""
        return self.loop.run_until_complete(self.loop.create_task(work, context=self.context))

    def close(self) -> None:
        """Close the database and the loop."""
        self.run(self._stack.aclose())
        self.loop.close()


async def pass_time(turns: int) -> None:
    """Let everything that is under way in the loop go on for a little."""
    for _ in range(turns):
        await asyncio.sleep(0)


class Reader:
    """A connection without a network, whose owner remembers what it has heard over all visits."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []
        self.start: int | None = None
        self.node: Actions | None = None

    @property
    def last(self) -> int:
        return self.heard[-1][0] if self.heard else self.start or 0

    def write(self, frame: bytes) -> bool:
        """What the connection calls to send: now and then this one has no room."""
        if next(_numbers) % 3 == 0:
            return False
        self._hear(frame)
        return True

    def write_run(self, frames: list[bytes]) -> bool:
        """What the connection calls to send several."""
        if next(_numbers) % 3 == 0:
            return False
        for frame in frames:
            self._hear(frame)
        return True

    async def send(self, frame: bytes) -> None:
        """What the connection calls to send when there was no room."""
        self._hear(frame)

    def _hear(self, data: bytes) -> None:
        frame = json.loads(data)
        if frame["type"] == "chat_message":
            self.heard.append((frame["message_id"], frame["message"]))
        elif frame["type"] == "ready" and self.start is None:
            self.start = frame["revision"]

    async def close(self, code: int, reason: str = "") -> None:
        """What the connection calls to close; nobody should."""
        raise AssertionError(f"closed with {code} {reason}")

    async def visit(self, node: Actions, room: int) -> None:
        """Come in, the first time or again."""
        self.node = node
        self.connection = Connection(
            self, number=next(_numbers), room_id=room, user_id=1, username="x", session_id=1
        )
        after = None if self.start is None else self.last
        self._joining = asyncio.create_task(node.hub.join(self.connection, after, time.monotonic()))

    async def leave(self) -> None:
        """Go, whatever is on its way."""
        self._joining.cancel()
        await asyncio.gather(self._joining, return_exceptions=True)
        await self.connection.abandon()
        if self.node:
            await self.node.hub.leave(self.connection)
        self.node = None


class Machine(RuleBasedStateMachine):
    """What may happen, in any order. `texts` is the plain list."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.readers: list[Reader] = []
        self.answers: dict[str, int] = {}
        self.pending = 0
        self.problems: list[str] = []
        world.run(self._start())

    async def _start(self) -> None:
        self.room = await room_of(self.world.author)
        self.bus = FaultyBus()
        options = Settings(rate_limits=False)
        self.nodes = [Actions(options, FaultyBroadcast(self.bus), MemoryLeases()) for _ in range(2)]
        for node in self.nodes:
            await node.hub.start(recovered=node.roster.renew)
            await node.journal.start()

    @initialize()
    def somebody_is_everywhere(self) -> None:
        for node in range(2):
            self.enter(node, 0)

    @rule(node=NODES, client=one_of(just(None), integers(0, 5)), turns=TURNS)
    def say(self, node: int, client: int | None, turns: int) -> None:
        """Something new, or something that has perhaps been said before, here or there."""
        client_id = f"new-{next(_numbers)}" if client is None else f"again-{client}"
        user = self.world.author
        draft = Draft(self.room, user.id, user.username, f"text of {client_id}", client_id)
        self.pending += 1
        self.world.run(self._submit(self.nodes[node], draft, client_id))
        self.world.run(pass_time(turns))

    async def _submit(self, node: Actions, draft: Draft, client_id: str) -> None:
        def settle(outcome: Outcome) -> None:
            self.pending -= 1
            if isinstance(outcome, Refusal):
                self.problems.append(f"refused: {outcome.code}")
            elif self.answers.setdefault(client_id, outcome[0].number) != outcome[0].number:
                self.problems.append(f"{client_id} has two numbers")

        node.submit(draft, settle)

    @rule(node=NODES, turns=TURNS)
    def enter(self, node: int, turns: int) -> None:
        """Somebody new."""
        self.readers.append(Reader())
        self.world.run(self.readers[-1].visit(self.nodes[node], self.room))
        self.world.run(pass_time(turns))

    @rule(which=ANY, node=NODES, turns=TURNS)
    def move(self, which: int, node: int, turns: int) -> None:
        """Somebody loses the connection and comes back, perhaps to the other process."""
        reader = self.readers[which % len(self.readers)]
        self.world.run(reader.leave())
        self.world.run(reader.visit(self.nodes[node], self.room))
        self.world.run(pass_time(turns))

    @rule(which=ANY, fate=sampled_from(FATES))
    def ring(self, which: int, fate: Callable[[FaultyBus, int], None]) -> None:
        """Something becomes of one of the rings under way."""

        async def happen() -> None:
            fate(self.bus, which)

        self.world.run(happen())

    @rule(node=NODES)
    def compare_heads(self, node: int) -> None:
        self.world.run(compare(self.nodes[node].hub, rights=False))

    @rule()
    def store_all(self) -> None:
        for node in self.nodes:
            self.world.run(node.journal.flush())

    @invariant()
    def every_reader_has_heard_all_since_it_came(self) -> None:
        for reader in self.readers:
            numbers = [number for number, _ in reader.heard]
            first = 1 + (reader.start or 0)
            assert numbers == list(range(first, first + len(numbers)))
        assert self.problems == []

    def teardown(self) -> None:
        self.world.run(self._end())
        self.every_reader_has_heard_all_since_it_came()

    async def _end(self) -> None:
        """Whatever was lost, one comparison each mends it."""
        for node in self.nodes:
            await node.journal.flush()
        stored = await Message.since(self.room, 0, 2**53, 10_000)
        texts = [message.body for message in stored]
        assert len(set(texts)) == len(texts), "something is stored twice"
        for node in self.nodes:
            await compare(node.hub, rights=False)

        async def is_calm() -> bool:
            return self.pending == 0 and all(reader.last == len(texts) for reader in self.readers)

        await eventually(is_calm, f"everybody to hear {len(texts)}: {self._progress()}")
        assert {message.client_id: message.number for message in stored} == self.answers
        for reader in self.readers:
            assert reader.heard == list(enumerate(texts, 1))[reader.start or 0 :]
            await reader.leave()
        for node in self.nodes:
            await node.journal.stop()
            await node.hub.stop()

    def _progress(self) -> list[int]:
        return [reader.last for reader in self.readers]


def test_any_order_of_events(sqlite_url: str) -> None:
    world = World(sqlite_url)

    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(world)

    try:
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=120,
                stateful_step_count=40,
                deadline=None,
                database=None,
                # Shrinking waits for the calm that never comes, again and again.
                phases=(Phase.generate,),
            ),
        )
    finally:
        world.close()


def test_repetition_tells_of_what_nobody_was_told(sqlite_url: str) -> None:
    """The first process stored it and died before it could tell; no comparison helps."""
    world = World(sqlite_url)
    machine = Machine(world)
    try:
        machine.enter(1, 30)
        machine.say(0, 1, 0)
        machine.store_all()
        machine.bus.under_way.clear()
        machine.say(1, 1, 0)
        machine.store_all()

        async def has_heard() -> bool:
            return machine.readers[0].heard == [(1, "text of again-1")]

        world.run(eventually(has_heard, "the message that was stored elsewhere"))
    finally:
        machine.teardown()
        world.close()
