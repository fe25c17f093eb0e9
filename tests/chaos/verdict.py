"""Whether the promises were kept: what clients were told against what is stored."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import asyncpg

from tests.chaos.client import Client
from tests.support.chat import Frame
from tests.support.person import Person

_COLUMNS = "room_id, number, author_id, client_id, body"


@dataclass(frozen=True)
class Row:
    """A message as it is in the database."""

    room: int
    number: int
    author: int
    client_id: str | None
    text: str


@dataclass
class Verdict:
    """What was counted, and every broken promise in words. `surprises` are answers that a
    well-behaved client should never get.
    """

    counts: Counter[str] = field(default_factory=Counter)
    duplicates: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.duplicates or self.losses or self.surprises)

    def lines(self) -> Iterator[str]:
        """Yield the report, a line each."""
        for name, count in self.counts.items():
            yield f"{name:<24}{count:>8}"
        for name in ("duplicates", "losses", "surprises"):
            found: list[str] = getattr(self, name)
            yield f"{name:<24}{len(found):>8}"
            yield from (f"  {line}" for line in found[:20])


async def judge(clients: list[Client], people: list[Person], database_url: str) -> Verdict:
    """Compare every client's account with the database, and the database with the history that
    the API tells. All clients have come to rest.
    """
    verdict = Verdict()
    rows = await stored(database_url)
    for client, person in zip(clients, people, strict=True):
        _own_words(verdict, client)
        _sent(verdict, client, person.id, rows)
        _heard(verdict, client, [row for row in rows if row.room == client.room])
    verdict.duplicates += _twice(rows)
    for room in sorted({client.room for client in clients}):
        reader = next(p for c, p in zip(clients, people, strict=True) if c.room == room)
        told = [_told(room, frame) for frame in await history(reader, room)]
        if told != [row for row in rows if row.room == room]:
            verdict.losses.append(f"room {room}: the API tells another history than the database")
    verdict.counts["messages stored"] = len(rows)
    return verdict


async def history(reader: Person, room: int) -> list[Frame]:
    """Return a room's whole history, read from the API in pages."""
    frames: list[Frame] = []
    while page := await reader.messages(
        room, after=frames[-1]["message_id"] if frames else 0, limit=100
    ):
        frames += page
    return frames


async def stored(database_url: str) -> list[Row]:
    """Return all messages of the database, by room and number."""
    query = f"SELECT {_COLUMNS} FROM message ORDER BY room_id, number"  # noqa: S608
    if database_url.startswith("sqlite://"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite://"))) as file:
            return [Row(*row) for row in file.execute(query)]
    connection = await asyncpg.connect(database_url)
    try:
        return [Row(*row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


def _own_words(verdict: Verdict, client: Client) -> None:
    account = client.account
    verdict.duplicates += account.duplicates
    verdict.losses += account.losses
    verdict.surprises += account.surprises
    verdict.counts["messages acknowledged"] += len(account.acknowledged)
    verdict.counts["messages delivered"] += len(account.heard)
    verdict.counts["reconnects"] += max(0, account.connections - 1)
    verdict.counts["refusals (503)"] += account.refused


def _sent(verdict: Verdict, client: Client, author: int, rows: list[Row]) -> None:
    """Every acknowledged message is stored once, under its id, with its text and its author."""
    own = Counter(row for row in rows if row.author == author)
    for client_id, answer in client.account.acknowledged.items():
        text = client.account.said[client_id]
        expected = Row(client.room, answer["message_id"], author, client_id, text)
        if own[expected] != 1:
            verdict.losses.append(f"{client_id} was acknowledged as {answer['message_id']}: {own}")
    for row in own:
        if row.client_id not in client.account.acknowledged:
            verdict.surprises.append(f"{row} is stored, but was never acknowledged")


def _heard(verdict: Verdict, client: Client, rows: list[Row]) -> None:
    """The client heard all of its room, as it is stored; the order was judged on the way."""
    heard = [_told(client.room, frame) for frame in client.account.heard.values()]
    if heard != rows:
        wrong = [row for row in rows if row not in set(heard)]
        verdict.losses.append(
            f"{client.name} heard {len(heard)} of {len(rows)} messages; not {wrong[:3]}"
        )


def _twice(rows: Iterable[Row]) -> list[str]:
    said = Counter((row.room, row.author, row.client_id) for row in rows)
    numbers = Counter((row.room, row.number) for row in rows)
    return [f"{key} is stored {n} times" for key, n in (said + numbers).items() if n > 1]


def _told(room: int, frame: Frame) -> Row:
    return Row(
        room, frame["message_id"], frame["user_id"], frame.get("client_id"), frame["message"]
    )
