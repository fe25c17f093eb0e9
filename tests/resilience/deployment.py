"""Two processes on one database, those who read at them, and the room as it should be."""

import asyncio
import itertools
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from models import Membership, Refusal, Room
from realtime.reconcile import compare
from tests.resilience.command_kinds import Asked, CommandKind
from tests.resilience.compared_command import Compared, would_change
from tests.resilience.message_kinds import VARIANTS, MessageKind
from tests.resilience.processes import Process, World
from tests.resilience.reader import KEPT_OUT, RULED_OUT, Reader
from tests.resilience.rule_kinds import DAYS
from tests.resilience.stored_room import StoredRoom
from tests.support.faulty import FaultyBus
from tests.support.tables import room_of

MEMBERS = 3  # In the beginning; the others of the world have never been in the room.
USEFUL = 0.8  # Of the commands, if any are.

MESSAGES = 3  # Those that something is done to, at one moment to one of them.
MANY = 10_000  # More changes than there are.

AnyKind = CommandKind | MessageKind

_numbers = itertools.count(1)


class Outcome(NamedTuple):
    """How a command to a message has ended: the kind of its change, None for none, or the code of a
    refusal. It was carried out when the room was at a change between these two.
    """

    kind: MessageKind
    began: int
    upto: int
    what: object


class Deployment:
    """Everything that can happen. No notification arrives by itself.

    Attributes:
        answers: the message_id that each client_id was answered with.
        asked: the commands to messages so far.
        outcomes: how commands to messages have ended, for those who asked.
        problems: what has been wrong so far, in words.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.bus = FaultyBus()
        self.nodes = [Process(self.bus), Process(self.bus)]
        self.readers: list[Reader] = []
        self.answers: dict[str, int] = {}
        self.asked: list[MessageKind] = []
        self.outcomes: list[Outcome] = []
        self._problems: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        room_id = await room_of(*self.world.people[:MEMBERS])
        await Room.filter(id=room_id).update(retention_days=DAYS)
        self.stored = StoredRoom(room_id)
        self.room = await self.stored.start()
        room = await Room.get(id=self.room.room_id)
        # Somebody who has never been in it asks with a membership that there is not.
        self._memberships = {
            user.id: Membership(id=0, room=room, user=user) for user in self.world.people
        }
        for node in self.nodes:
            await node.start()

    async def stop(self) -> None:
        for reader in self.readers:
            await reader.leave()
        for node in self.nodes:
            await node.stop()
        await Room.filter(id=self.room.room_id).delete()

    @property
    def problems(self) -> list[str]:
        return [*self._problems, *(each for reader in self.readers for each in reader.problems)]

    # What people do:

    async def enter(self, node: int, who: int, since: int) -> Reader:
        """Somebody new comes, who has the room as it was at the change `since`, or later where
        that is not known yet.
        """
        heard = max((reader.last for reader in self.readers), default=0)
        since = min(since, heard, len(self.room.changes))
        user = self.world.people[who]
        reader = Reader(user, self.world.sessions[user.id], self.room.at(since), since)
        self.readers.append(reader)
        await self.visit(reader, node)
        return reader

    async def visit(self, reader: Reader, node: int) -> None:
        """The reader comes in, the first time or again."""
        await reader.leave()
        await reader.visit(self.nodes[node].services, self.room.room_id)

    def say(self, reader: Reader, node: int, *, name: str = "", by_api: bool = True) -> None:
        """Something new, or what has been said under this name before; by the API of a process, or
        on the reader's connection, where there is one.
        """
        client_id = f"{name or f'new-{next(_numbers)}'} of {reader.user.username}"
        text = self.stored.said.setdefault(client_id, f"text {client_id}")
        if reader.is_ready and not by_api:
            reader.say(text, client_id)
        else:
            self._begin(self._post(self.nodes[node], reader.user.id, text, client_id))

    async def _post(self, node: Process, user_id: int, text: str, client_id: str) -> None:
        before, began = self.room.memberships.get(user_id), len(self.room.changes)
        member = await self.membership(user_id)
        try:
            message = await node.services.messages.post(member, text, client_id)
        except Refusal as refusal:
            was_in = before and before == self.room.memberships.get(user_id)
            if refusal.code in RULED_OUT:
                was_in = all(state.may_write(user_id) for state in self.room.states[began:])
            if was_in or refusal.code not in KEPT_OUT:
                self._problems.append(f"{client_id} was refused: {refusal.code}")
        else:
            if not node.is_dead:
                self.answered(client_id, message.message_id)

    def answered(self, client_id: str, message_id: int) -> None:
        """Somebody was told that this is stored."""
        if self.answers.setdefault(client_id, message_id) != message_id:
            self._problems.append(f"{client_id} has two numbers")

    def ask(self, kind: AnyKind, node: int) -> asyncio.Task[None]:
        """Let somebody ask for something; what comes of it is held against the model."""
        if isinstance(kind, MessageKind):
            self._note(kind)
            return self._begin(self._do(kind, self.nodes[node]))
        return self._begin(self._ask(kind, self.nodes[node]))

    async def _ask(self, kind: CommandKind, node: Process) -> None:
        try:
            await node.services.journal.run(Compared(kind, self.stored))
        except Refusal:
            pass  # As the model said, or there would be another error.
        except Exception as error:
            self._problems.append(f"{kind}: {error!r}")

    async def _do(self, kind: MessageKind, node: Process) -> None:
        began = len(self.room.changes)
        member = await self.membership(kind.user_id)
        try:
            done: object = (await node.services.message_changes.run(member, kind.frame())).kind
        except Refusal as refusal:
            done = refusal.code
        if not node.is_dead:
            heads = await Room.heads([self.room.room_id])
            upto = heads[self.room.room_id].change if heads else 0
            self.outcomes.append(Outcome(kind, began, upto, done))

    def ask_on(self, reader: Reader, kind: MessageKind) -> None:
        """The same on a connection of the reader, who is then the one who asks."""
        kind = replace(kind, user_id=reader.user.id)
        self._note(kind)
        began = len(self.room.changes)
        # How far the room had got at the answer is not known here.
        reader.do(kind.frame(), lambda code: self.outcomes.append(Outcome(kind, began, MANY, code)))

    def _note(self, kind: MessageKind) -> None:
        if kind.command_id not in self.stored.asked:
            self.stored.asked[kind.command_id] = kind
            self.asked.append(kind)

    def repeat(self, which: int, node: int) -> None:
        """Let one of the commands to messages be asked for once more, by the same person."""
        if self.asked:
            self.ask(self.asked[which % len(self.asked)], node)

    async def choose(self, kinds: Sequence[type[AnyKind]], random: Random) -> list[AnyKind]:
        """Mostly what would change the room as it is now, if there is any such command."""
        await self.stored.compare()
        members = {user.id: await self.membership(user.id) for user in self.world.people}
        about = VARIANTS * random.randrange(min(MESSAGES, 1 + self.room.last_message_id))
        return [self._choose(kind, members, about, random) for kind in kinds]

    def _choose(
        self, kind: type[AnyKind], members: dict[int, Membership], about: int, random: Random
    ) -> AnyKind:
        people, client_id = self.world.people, f"do-{next(_numbers)}"
        room_id, last = self.room.room_id, self.room.last_message_id
        # What is odd takes back what is even: as often, although there is less of it to be done.
        numbers = range(about + random.randrange(2), about + VARIANTS, 2)
        choices = [
            kind.of(Asked(room_id, members[a.id], b, members[b.id], number, client_id, last))
            for a, b, number in itertools.product(people, people, numbers)
        ]
        random.shuffle(choices)
        useful = (each for each in choices if would_change(each, self.room))
        return next(useful, choices[0]) if random.random() < USEFUL else choices[0]

    async def membership(self, user_id: int) -> Membership:
        """As it is now, or as it was."""
        with suppress(Refusal):
            self._memberships[user_id] = await Membership.of(user_id, self.room.room_id)
        return self._memberships[user_id]

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self._tasks.append(self.world.start(work))
        return self._tasks[-1]

    # What happens to processes:

    async def die(self, node: int) -> None:
        """A process dies between commit and notification, and another one takes its place."""
        dead = self.nodes[node]
        for reader in self.readers:
            if reader.is_at(dead.services):
                await reader.leave()
        await dead.die()
        self.nodes[node] = Process(self.bus)
        await self.nodes[node].start()

    async def reconnect(self, node: int) -> None:
        """The way to the other processes was closed, and is open again."""
        await self.nodes[node].broadcast.recover()

    async def compare_heads(self, node: int) -> None:
        await compare(self.nodes[node].services.hub, rights=False)

    async def store_all(self) -> None:
        """Wait until nothing waits to be stored."""
        for node in self.nodes:
            await node.services.journal.flush()

    def deliver_all(self) -> None:
        """Let everything arrive that is under way, in its order."""
        while self.bus.under_way:
            self.bus.deliver(0)

    async def settled(self) -> None:
        """Wait until everything that was asked for is done, and look at it."""
        await asyncio.gather(*self._tasks)
        await self.store_all()
        await self.stored.compare()
