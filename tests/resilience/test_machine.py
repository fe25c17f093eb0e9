"""A room at two processes against a plain list of its changes, in any order of events: all kinds of
commands, notifications that are lost, doubled, late and swapped, processes that die between commit
and notification.
"""

import traceback
from collections.abc import Callable
from random import Random

from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import booleans, integers, just, lists, one_of, sampled_from

from tests.resilience.calm import end
from tests.resilience.command_kinds import KINDS
from tests.resilience.deployment import AnyKind, Deployment
from tests.resilience.message_kinds import MESSAGE_KINDS, MessageKind, Reacts
from tests.resilience.processes import World, pass_time
from tests.resilience.rule_kinds import RULE_KINDS, Expires
from tests.support.faulty import FaultyBus

NODES = integers(0, 1)
PEOPLE = integers(0, 4)
ANY = integers(0, 1_000)
TURNS = integers(0, 30)
FATES = (FaultyBus.deliver, FaultyBus.deliver, FaultyBus.double, FaultyBus.drop)
RULES = (*RULE_KINDS, Expires)  # Which is more often not possible.
NAMES = one_of(just(""), sampled_from(("again-1", "again-2", "again-3")))


class Machine(RuleBasedStateMachine):
    """What may happen."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.deployment = Deployment(world)
        world.run(self.deployment.start())

    @initialize()
    def somebody_is_everywhere(self) -> None:
        for node in range(2):
            self.enter(node, who=node, since=0, turns=0)

    @rule(which=ANY, node=NODES, name=NAMES, by_api=booleans(), turns=TURNS)
    def say(self, which: int, node: int, name: str, by_api: bool, turns: int) -> None:
        """Something new, or something that has perhaps been said before, here or there."""
        readers = self.deployment.readers
        reader = readers[which % len(readers)]
        self._do(lambda: self.deployment.say(reader, node, name=name, by_api=by_api))
        self._pass(turns)

    @rule(kinds=lists(sampled_from(KINDS), min_size=2, max_size=6), node=NODES, seed=ANY)
    def change_the_room(self, kinds: list[type[AnyKind]], node: int, seed: int) -> None:
        self.ask(kinds, node, seed)

    @rule(kinds=lists(sampled_from(RULES), min_size=1, max_size=4), node=NODES, seed=ANY)
    def set_what_holds(self, kinds: list[type[AnyKind]], node: int, seed: int) -> None:
        self.ask(kinds, node, seed)

    @rule(kinds=lists(sampled_from(MESSAGE_KINDS), min_size=2, max_size=6), node=NODES, seed=ANY)
    def change_a_message(self, kinds: list[type[AnyKind]], node: int, seed: int) -> None:
        self.ask(kinds, node, seed)

    @rule(people=integers(2, 5), node=NODES, seed=ANY)
    def react(self, people: int, node: int, seed: int) -> None:
        """Reactions to one message are told together."""
        self.ask([Reacts] * people, node, seed)

    def ask(self, kinds: list[type[AnyKind]], node: int, seed: int) -> None:
        """People want to do something, all at once; by the API, or on a connection."""
        random = Random(seed)  # noqa: S311 (no secret)
        self.world.run(self._ask(kinds, node, random))
        self._pass(random.randrange(30))

    async def _ask(self, kinds: list[type[AnyKind]], node: int, random: Random) -> None:
        reader = random.choice(self.deployment.readers)
        for kind in await self.deployment.choose(kinds, random):
            if isinstance(kind, MessageKind) and reader.is_ready and random.random() < 0.5:
                self.deployment.ask_on(reader, kind)
            else:
                self.deployment.ask(kind, node)

    @rule(which=ANY, node=NODES, turns=TURNS)
    def repeat(self, which: int, node: int, turns: int) -> None:
        """Somebody has had no answer, and asks again, perhaps elsewhere."""
        self._do(lambda: self.deployment.repeat(which, node))
        self._pass(turns)

    @rule(node=NODES, who=PEOPLE, since=ANY, turns=TURNS)
    def enter(self, node: int, who: int, since: int, turns: int) -> None:
        """Somebody new, who has the room as it once was."""
        since %= 1 + len(self.deployment.room.changes)
        self.world.run(self.deployment.enter(node, who, since))
        self._pass(turns)

    @rule(which=ANY, node=NODES, turns=TURNS)
    def move(self, which: int, node: int, turns: int) -> None:
        """Somebody loses the connection and comes back, perhaps to the other process."""
        readers = self.deployment.readers
        self.world.run(self.deployment.visit(readers[which % len(readers)], node))
        self._pass(turns)

    @rule(which=ANY, fate=sampled_from(FATES))
    def ring(self, which: int, fate: Callable[[FaultyBus, int], None]) -> None:
        """Something becomes of one of the notifications under way."""
        self._do(lambda: fate(self.deployment.bus, which))

    @rule(node=NODES)
    def compare_heads(self, node: int) -> None:
        self.world.run(self.deployment.compare_heads(node))

    @rule(node=NODES)
    def reconnect(self, node: int) -> None:
        self.world.run(self.deployment.reconnect(node))

    @rule(node=NODES)
    def die(self, node: int) -> None:
        self.world.run(self.deployment.die(node))

    @rule()
    def store_all(self) -> None:
        self.world.run(self.deployment.store_all())

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert self.deployment.problems == []

    def teardown(self) -> None:
        try:
            self.world.run(self._end())
        except BaseException as error:
            # In other turns of the loop the same choices may do no harm, and that alone is what
            # Hypothesis would tell of.
            self.world.failures += traceback.format_exception(error)
            raise

    async def _end(self) -> None:
        try:
            await end(self.deployment)
        finally:
            await self.deployment.stop()

    def _do(self, work: Callable[[], object]) -> None:
        async def do() -> None:
            work()

        self.world.run(do())

    def _pass(self, turns: int) -> None:
        self.world.run(pass_time(turns))


def test_any_order_of_events(sqlite_url: str) -> None:
    world = World(sqlite_url)

    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(world)

    try:
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=40,
                stateful_step_count=50,
                deadline=None,
                database=None,
                # Shrinking waits for the calm that never comes, again and again.
                phases=(Phase.generate,),
            ),
        )
    except Exception as error:
        raise AssertionError("".join(world.failures)) from error
    finally:
        world.close()
