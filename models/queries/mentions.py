"""Where somebody is mentioned, in all the rooms that they are in."""

from models.queries.entries import EntryPage, entries_sql, entry_page

MENTIONS = entries_sql("mention", "'mention'", "NULL")


async def mentions_page(user_id: int, cursor: int | None, limit: int) -> EntryPage:
    """Messages that mention somebody, newest mention first, at most `limit`; with a cursor those
    before it. What one has written oneself, and what those have whom one has blocked, is left out.
    """
    return await entry_page(MENTIONS, user_id, cursor, limit)
