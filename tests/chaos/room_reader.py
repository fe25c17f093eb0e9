"""A whole room, read by the JSON API."""

import httpx

from tests.support.chat import Frame
from tests.support.room_facts import NAME, Facts, member, take


async def read_room(http: httpx.AsyncClient, room: int) -> Facts:
    """Everything that is known of a room to a member, who is logged in."""
    answer = await http.get(f"/api/rooms/{room}")
    answer.raise_for_status()
    details = answer.json()
    facts: Facts = {NAME: details["name"]}
    facts |= {member(each["id"]): each["role"] for each in details["members"]}
    after = 0
    while frames := await _page(http, room, after):
        for frame in frames:
            take(facts, frame)
        after = frames[-1]["message_id"]
    return facts


async def _page(http: httpx.AsyncClient, room: int, after: int) -> list[Frame]:
    path = f"/api/rooms/{room}/messages"
    answer = await http.get(path, params={"after": after, "limit": 100})
    answer.raise_for_status()
    return list(answer.json()["messages"])
