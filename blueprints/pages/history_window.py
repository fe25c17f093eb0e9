"""Which part of a room's messages its page opens with."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from blueprints.context import services
from models import Membership
from protocol.views import MessageView

PAGE = 50
# Messages shown before the one that a page opens at, and the most that a page keeps at once.
CONTEXT = 20
MOST = 400


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Messages without a gap, oldest first. `older` and `newer` are the numbers before and after
    which there are more, `head` the room's latest; `at` is the one that was asked for.
    """

    messages: list[MessageView]
    head: int
    older: int | None
    newer: int | None
    first_unread: int | None
    at: int | None


async def excerpt(member: Membership, query: MultiDict[str, str]) -> Excerpt:
    """What `?before=`, `?after=` or `?at=` asks for; else from the first unread message on, or the
    latest.
    """
    asked = {name: _number(query, name, member.room.revision) for name in ("before", "after", "at")}
    at, first_unread = asked.pop("at"), await _first_unread(member)
    if not any(asked.values()) and (middle := at or first_unread):
        messages = await _around(member, middle)
    else:
        messages = await services().history.page(member, **asked, limit=PAGE)
    first, last = (messages[0].message_id, messages[-1].message_id) if messages else (1, 0)
    return Excerpt(
        messages,
        head=max(member.room.revision, last),
        older=first if first > max(1, member.bound) else None,
        newer=last if messages and last < member.room.revision else None,
        first_unread=first_unread,
        at=at,
    )


async def _first_unread(member: Membership) -> int | None:
    """Whoever has never been here and finds a long history starts at its end."""
    is_new = member.last_read == 0 and member.unread_from is None
    return None if is_new and member.room.revision > MOST else await member.first_unread()


async def _around(member: Membership, middle: int) -> list[MessageView]:
    following = await services().history.page(member, after=middle - 1, limit=PAGE)
    context = max(CONTEXT, PAGE - len(following))
    return [*await services().history.page(member, before=middle, limit=context), *following]


def _number(query: MultiDict[str, str], name: str, head: int) -> int | None:
    number: int | None = query.get(name, type=int)
    # One past the head leaves nothing out: "before" that there is all.
    return number if number and 0 < number <= head + 1 else None
