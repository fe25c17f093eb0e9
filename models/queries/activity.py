"""What concerns somebody, in all the rooms that they are in."""

from collections.abc import Collection

from models.activity import ActivityEntry
from models.queries.entries import EntryPage, MessageEntry, entries_sql, entry_page
from models.queries.room_rows import PARTNER_JOIN
from models.sql.fast_path import look_up
from models.sql.values import marks, padded
from models.stored_message import EVERYBODY

_REACTION = ActivityEntry.REACTION
# A reaction concerns another message of a conversation than a mention or an answer does.
ACTIVITY = entries_sql(
    "activity",
    "kind",
    "at",
    f"AND later.kind <> '{_REACTION}' AND looked_at.kind <> '{_REACTION}'",
)


async def activity_page(user_id: int, cursor: int | None, limit: int) -> EntryPage:
    """What concerns somebody, the latest first, as far as the messages still say so."""
    page = await entry_page(ACTIVITY, user_id, cursor, limit)
    return EntryPage([each for each in page.entries if _is_so(user_id, each)], page.cursor)


def _is_so(user_id: int, entry: MessageEntry) -> bool:
    message = entry.message
    if entry.kind == ActivityEntry.MENTION:
        return user_id in message.mentions or EVERYBODY in message.mentions
    if entry.kind == ActivityEntry.REPLY:
        return message.quote is not None and message.quote.author_id == user_id
    return any(tally.user_ids != [user_id] for tally in message.tallies)


async def room_names(user_id: int, room_ids: Collection[int]) -> dict[int, str]:
    """What these rooms, of those that somebody is in, are called to them."""
    if not room_ids:
        return {}
    ids = padded(sorted(room_ids))
    sql = _NAMES.format(ids=marks(len(ids) + 1).removeprefix("$1, "))
    return dict(await look_up(sql, user_id, *ids))


_NAMES = f"""
SELECT room.id, COALESCE(NULLIF(partner.display_name, ''), partner.username, room.name)
FROM membership JOIN room ON room.id = membership.room_id {PARTNER_JOIN}
WHERE membership.user_id = $1 AND membership.room_id IN ({{ids}})
"""
