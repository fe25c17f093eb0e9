"""RFC 6455 to the letter, at every split of the bytes: see cases.py."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.security.peers.cases import CASES, Case
from tests.support.exchange import Exchange
from tests.support.factories import MakePerson
from tests.support.frames_raw import CLOSE, PONG, TEXT
from tests.support.person import Person
from tests.support.raw import Raw
from tests.support.waiting import DEADLINE, deadline

# Above this the splits are only taken around the headers, where something can go wrong.
SHORT = 80


def splits(data: bytes) -> Iterator[list[bytes]]:
    """Yield the bytes whole, one by one, and in two at every place."""
    yield [data]
    if len(data) <= SHORT:
        yield [data[n : n + 1] for n in range(len(data))]
        places = list(range(1, len(data)))
    else:
        places = [*range(1, 24), *range(len(data) - 24, len(data))]
    for place in places:
        yield [data[:place], data[place:]]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_at_every_split(case: Case) -> None:
    for pieces in splits(case.data):
        exchange = await Exchange.of(pieces)
        where = f"split at {len(pieces[0])}, {len(pieces)} pieces"
        assert exchange.heard == case.heard, where
        assert exchange.sent() == (case.pongs, case.code), where
        assert exchange.is_over, where


async def test_on_a_real_socket(person: MakePerson) -> None:
    """In the lobby, where each message has one answer: an error, as none of them is a ping."""
    alice = await person("alice")
    few = asyncio.Semaphore(8)

    async def play(name: str, case: Case) -> None:
        async with few, deadline(DEADLINE, f"the end of {name}"):
            assert await _answers(alice, case.data) == (case.pongs, len(case.heard), case.code), (
                name
            )

    await asyncio.gather(*(play(*each) for each in CASES.items()))


async def _answers(alice: Person, data: bytes) -> tuple[list[bytes], int, int]:
    """Send these bytes; return the pongs, the number of errors and the close code."""
    raw = await Raw.open(alice.server)
    assert await raw.handshake(alice, "/ws/") == 101
    raw.send(TEXT, b'{"type": "ping"}')
    while b"pong" not in (await raw.frame())[1]:
        pass  # The server's own ping, and `ready`.
    raw.writer.write(data)
    pongs, errors = [], 0
    while (frame := await raw.frame())[0] != CLOSE:
        opcode, payload = frame
        if opcode == PONG:
            pongs.append(payload)
        errors += b'"error"' in payload
    assert await raw.reader.read() == b"", "something after the close frame"
    raw.abort()
    return pongs, errors, int.from_bytes(frame[1][:2]) if frame[1] else 1005
