"""A whole room, read by the JSON API."""

from typing import Any

import httpx

from tests.support.chat import Frame
from tests.support.room_facts import FLOOR, IS_ARCHIVED, NAME, RULES, Facts, change, member, take


async def read_room(http: httpx.AsyncClient, room: int) -> Facts:
    """Everything that is known of a room to a member, who is logged in."""
    answer = await http.get(f"/api/rooms/{room}")
    answer.raise_for_status()
    details = answer.json()
    facts: Facts = {NAME: details["name"], RULES: _rules(details)}
    change(facts, {each: details.get(each[0]) for each in (IS_ARCHIVED, FLOOR)})
    facts |= {member(each["id"]): each["role"] for each in details["members"]}
    after = 0
    while frames := await _page(http, room, after):
        for frame in frames:
            take(facts, frame)
        after = frames[-1]["message_id"]
    return facts


async def read_bound(http: httpx.AsyncClient, room: int) -> int:
    """The first message that a member sees, who is logged in; 0: they see all."""
    answer = await http.get(f"/api/rooms/{room}")
    answer.raise_for_status()
    return int(answer.json().get("history_from", 0))


def _rules(details: dict[str, Any]) -> tuple[object, ...]:
    """What is as usual is left out."""
    who = details.get("writers", "members"), details.get("newcomers_see", "all")
    return details.get("slow_seconds", 0), *who, details.get("retention_days")


async def _page(http: httpx.AsyncClient, room: int, after: int) -> list[Frame]:
    path = f"/api/rooms/{room}/messages"
    answer = await http.get(path, params={"after": after, "limit": 100})
    answer.raise_for_status()
    return list(answer.json()["messages"])
