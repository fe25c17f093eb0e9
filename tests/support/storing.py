"""A process that stores messages: python -m tests.support.storing URL AUTHOR ROOM,ROOM… COUNT.

Every batch goes into all the rooms, in the order given; the client_ids are the same in every
process. The numbers that were given out are printed: {room: {client_id: number}}.
"""

import asyncio
import json
import sys

from models import Post, Refusal
from models.sql.message_store import store
from tests.support.tables import opened


async def main(url: str, author: str, rooms: str, count: str) -> None:
    """Store, and print."""
    numbers: dict[str, dict[str, int]] = {room: {} for room in rooms.split(",")}
    async with opened(url):
        for number in range(int(count)):
            posts = [Post(int(room), int(author), "alice", "x", f"id-{number}") for room in numbers]
            for post, outcome in zip(posts, await store(posts), strict=True):
                if isinstance(outcome, Refusal):
                    raise outcome
                numbers[str(post.room_id)][f"id-{number}"] = outcome[0].message_id
    sys.stdout.write(json.dumps(numbers, sort_keys=True) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
