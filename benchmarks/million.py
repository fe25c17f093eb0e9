"""Fill a database with a million messages: python -m benchmarks.million URL.

The database has to be prepared (`quart --app app migrate`) and may have people in it already.
"""

import argparse
import time
from dataclasses import dataclass

import uvloop
from tortoise import connections
from tortoise.timezone import now

from benchmarks.people import Place, opened, settle
from benchmarks.texts import texts

PEOPLE, SIZE = 200, 20


@dataclass(frozen=True, slots=True)
class Amount:
    """How many rooms, and how many messages in the first and in each of the others."""

    rooms: int
    first: int
    other: int

    def of(self, number: int) -> int:
        """How many messages room `number` gets, counted from 0."""
        return self.other if number else self.first


MILLION = Amount(rooms=1_000, first=100_000, other=901)
# The same people and rooms, with one page of history each.
LITTLE = Amount(rooms=1_000, first=60, other=60)


async def fill(url: str, amount: Amount) -> list[Place]:
    """Store people, rooms of twenty and what they have said; return the rooms."""
    members = [[(room * 7 + one) % PEOPLE for one in range(SIZE)] for room in range(amount.rooms)]
    places = await settle(url, members)
    async with opened(url):
        async with connections.get("default")._in_transaction() as connection:  # noqa: SLF001
            for number, place in enumerate(places):
                await connection.execute_script(_talk(place, amount.of(number)))
        await connections.get("default").execute_script("ANALYZE" if "postgres" in url else "")
    return places


def _talk(place: Place, count: int) -> str:
    """SQL that both databases understand: everybody speaks in turn, all has been read."""
    authors = "".join(f" WHEN {i} THEN {one.id}" for i, one in enumerate(place.people))
    text = "".join(texts()[:3])
    said_at = now().isoformat(" ")
    return f"""
    INSERT INTO message (room_id, author_id, number, revision, change, client_id, body, created_at)
    WITH RECURSIVE said(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM said WHERE i < {count})
    SELECT {place.id}, CASE i % {len(place.people)}{authors} END, i, i, i, 'seed-' || i,
           substr('{text}', 1 + i % 200, 100), '{said_at}' FROM said;
    UPDATE room SET revision = {count}, change = {count},
           last_message_at = '{said_at}' WHERE id = {place.id};
    UPDATE membership SET last_read = {count} WHERE room_id = {place.id};
    """


def main() -> None:
    """Fill, and say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("url", metavar="DATABASE_URL")
    began = time.monotonic()
    places = uvloop.run(fill(parser.parse_args().url, MILLION))
    total = sum(MILLION.of(number) for number in range(len(places)))
    print(f"{total:,} messages in {len(places):,} rooms in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
