"""Messages as their reader sees them, on pages that have some of a room's."""

import asyncio
from collections.abc import Iterable, Sequence

from blueprints.locale import page_zone
from blueprints.pages import presentation as present
from blueprints.pages.mentions import mention_marks
from blueprints.pages.sidebar import my_blocks
from cooperative import in_slices
from models import Membership
from models.names import confusables
from protocol.people_views import MemberView
from protocol.views import MessageView


async def message_items(
    member: Membership, messages: Sequence[MessageView], members: list[MemberView]
) -> list[present.TimelineItem]:
    """These messages, oldest first, with the names that look like another's marked, and whom they
    mention.
    """
    names = {each.id: each.shown_name for each in members}
    names |= {each.user_id: each.shown_name for each in messages}
    ambiguous = await confusables(names)
    blocked = await my_blocks()
    marks = await mention_marks(member.user_id, members, messages)
    items = present.timeline(
        messages,
        member.user_id,
        None,
        ambiguous,
        blocked,
        marks=marks,
        zone=page_zone(),
        pictures=present.pictures(members),
    )
    return await drawn(items)


async def drawn(items: Iterable[present.TimelineItem]) -> list[present.TimelineItem]:
    """These items, in a turn of the loop of their own: reading the messages takes 5 ms by itself,
    and one of them may take 6, by the names that it mentions.
    """
    await asyncio.sleep(0)
    return [item async for item in in_slices(items)]
