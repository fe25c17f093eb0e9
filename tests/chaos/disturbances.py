"""What goes wrong, when, and for how long: all of it decided by one seed."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random

from tests.chaos.world import Node, World

# Seconds from one to the next, on average: less than most last, so that they meet. Where servers
# take long to start a longer one lets more happen to people.
GAP = 1.2


@dataclass(frozen=True)
class Kind:
    """`work(world, node, seconds)` makes it happen and puts it right. Of what befalls one `part`
    of a node, one thing happens at a time. `lasts`: long enough to be noticed by every time-out
    concerned in some cases, and in others over before any has.
    """

    name: str
    part: str
    lasts: tuple[float, float]
    work: Callable[[World, Node, float], Awaitable[None]]


@dataclass(frozen=True)
class Disturbance:
    """`kind` happens to the node numbered `node` at second `at` for `lasts` seconds."""

    at: float
    kind: Kind
    node: int
    lasts: float


def schedule(random: Random, seconds: float, gap: float = GAP) -> Iterator[Disturbance]:
    """Yield disturbances in the order of time. Each kind meets each node before any does again."""
    at = random.uniform(0, 2 * gap)
    while at < seconds:
        bag = [(kind, node) for kind in KINDS for node in range(2)]
        random.shuffle(bag)
        for kind, node in bag:
            yield Disturbance(at, kind, node, random.uniform(*kind.lasts))
            at += random.uniform(0, 2 * gap)
            if at >= seconds:
                return


async def disturb(world: World, disturbances: Iterable[Disturbance]) -> Counter[str]:
    """Let everything happen, and return how often each kind did. All is well again afterwards."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    counts: Counter[str] = Counter()

    async def happen(disturbance: Disturbance) -> None:
        kind = disturbance.kind
        part = kind.part if kind.part == "valkey" else f"{kind.part} {disturbance.node}"
        async with locks[part]:
            await kind.work(world, world.nodes[disturbance.node], disturbance.lasts)
            counts[kind.name] += 1

    async with asyncio.TaskGroup() as going_on:
        for disturbance in disturbances:
            await asyncio.sleep(began + disturbance.at - loop.time())
            going_on.create_task(happen(disturbance))
    return counts


async def _kill(_: World, node: Node, seconds: float) -> None:
    await node.server.kill()
    await asyncio.sleep(seconds)
    await node.server.start()


async def _deploy(_: World, node: Node, seconds: float) -> None:
    await node.server.stop()
    await asyncio.sleep(seconds)
    await node.server.start()


async def _pause(_: World, node: Node, seconds: float) -> None:
    node.pause()
    await asyncio.sleep(seconds)
    node.resume()


async def _cut_front(_: World, node: Node, seconds: float) -> None:
    await node.front.cut()
    await asyncio.sleep(seconds)
    node.front.open()


async def _stall_front(_: World, node: Node, seconds: float) -> None:
    node.front.stall()
    await asyncio.sleep(seconds)
    node.front.open()


async def _cut_back(_: World, node: Node, seconds: float) -> None:
    await node.back.cut()
    await asyncio.sleep(seconds)
    node.back.open()


async def _stall_back(_: World, node: Node, seconds: float) -> None:
    node.back.stall()
    await asyncio.sleep(seconds)
    node.back.open()


async def _kill_valkey(world: World, _: Node, seconds: float) -> None:
    await world.valkey.kill()
    await asyncio.sleep(seconds)
    await world.valkey.start()


KINDS = (
    Kind("kill", "server", (0.0, 1.5), _kill),
    Kind("deploy", "server", (0.0, 0.5), _deploy),
    Kind("pause", "server", (0.3, 3.0), _pause),
    Kind("cut from clients", "front", (0.0, 2.0), _cut_front),
    Kind("stall from clients", "front", (0.5, 5.0), _stall_front),
    Kind("cut from valkey", "back", (0.0, 4.0), _cut_back),
    Kind("stall from valkey", "back", (0.5, 8.0), _stall_back),
    Kind("kill valkey", "valkey", (0.0, 3.0), _kill_valkey),
)
