"""Logins from before their use was noted stand among the others by their beginning."""

from datetime import timedelta

from tortoise.timezone import now

from models import Session
from tests.support.tables import opened, people


async def test_logins_are_in_one_order_on_both_databases(database_url: str) -> None:
    async with opened(database_url):
        (alice,) = await people("alice")
        for _ in range(4):
            await Session.start(alice)
        oldest, older, newer, newest = await Session.filter(user=alice).order_by("id")
        hour = timedelta(hours=1)
        for session, began, used in (
            (oldest, 9, None),
            (older, 8, 3),
            (newer, 2, None),
            (newest, 1, 1),
        ):
            await Session.filter(id=session.id).update(
                created_at=now() - began * hour,
                last_used_at=None if used is None else now() - used * hour,
            )
        found = [session.id for session in await Session.all_of(alice.id)]
    assert found == [newest.id, newer.id, older.id, oldest.id]
