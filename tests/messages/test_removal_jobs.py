"""Removals everywhere as jobs: who may still want them, how much they take, and who is told."""

from datetime import UTC, datetime, timedelta

import pytest

from models import Job, Message, ModerationNotice, Refusal, User
from models.database import atomically
from models.moderation_notice import MESSAGES_REMOVED
from models.removal import RemoveMessages
from models.removal_job import RemovalOrder, ask_removal, tell_removal
from models.sql.message_store import store
from models.stored_message import Post
from tests.support.acting import acting
from tests.support.tables import opened, people, room_of
from tests.support.waiting import eventually


async def admin_and_author() -> tuple[User, User, int]:
    """Store both, and a room with a message of the second one."""
    anna, boris = await people("anna", "boris")
    await User.filter(id=anna.id).update(server_role=User.ADMIN)
    room = await room_of(boris)
    await store([Post(room, boris.id, "boris", "spam")])
    return anna, boris, room


async def test_whoever_is_no_administrator_any_more_removes_nothing(database_url: str) -> None:
    """Neither by asking, nor by what they had asked for before."""
    async with opened(database_url):
        anna, boris, room = await admin_and_author()
        job = await ask_removal(boris.id, RemovalOrder(anna.id))
        await User.filter(id=anna.id).update(server_role="")
        with pytest.raises(Refusal, match="not_admin"):
            await ask_removal(boris.id, RemovalOrder(anna.id))
        one = RemoveMessages(room, boris.id, anna.id, only=1)
        with pytest.raises(Refusal, match="not_admin"):
            await atomically(one.store)
        async with acting():

            async def problem() -> str:
                return str((await Job.get(id=job.id)).problem)

            assert await eventually(problem, "the end of the job") == "not_admin"
        assert (await Job.get(id=job.id)).state == Job.FAILED
        assert (await Message.get(room_id=room, author_id=boris.id)).body == "spam"


async def test_asking_for_more_than_is_being_removed_is_refused(database_url: str) -> None:
    async with opened(database_url):
        anna, boris, _ = await admin_and_author()
        since = datetime.now(UTC) - timedelta(hours=1)
        hour = timedelta(hours=1)

        async def ask(moment: datetime | None) -> int:
            return int((await ask_removal(boris.id, RemovalOrder(anna.id, since=moment))).id)

        job = await ask(since)
        assert await ask(since) == await ask(since + hour) == job
        for more in (None, since - hour):
            with pytest.raises(Refusal, match="removal_open"):
                await ask(more)
        await Job.filter(id=job).update(state=Job.DONE)
        everything = await ask(None)
        assert everything != job
        assert await ask(since) == everything


async def test_the_author_is_told_once_whatever_else_they_are_told(database_url: str) -> None:
    async with opened(database_url):
        anna, boris, room = await admin_and_author()
        asked = await ask_removal(boris.id, RemovalOrder(anna.id, "Adverts"))
        about = room, boris.id, anna.id, None, "Adverts"
        await atomically(RemoveMessages(*about, is_told=False).store)
        await ModerationNotice.tell(boris.id, MESSAGES_REMOVED, amount=7)  # Of something else.
        await tell_removal(asked)
        for job in (asked, await Job.get(id=asked.id)):
            await tell_removal(job)
        told = await ModerationNotice.filter(user_id=boris.id).order_by("id")
        assert [(each.amount, each.notice_reason) for each in told] == [(7, ""), (1, "Adverts")]
