"""Long work and queued mail: in which order, how much of one person, and how it ends in vain."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import EmailAddress, Job, Membership, Profile, QueuedMail, Refusal, User
from models.account_erasure import erase_account
from models.database import atomically
from models.exports import ask_for_own, ask_for_room
from models.job import ERASURE, OWN_EXPORT, AskedJob
from models.profile import set_picture
from services.export_files import ExportFiles
from services.files import Files
from services.jobs import EXPORT_TRIES, Jobs
from services.own_export import OwnExport
from services.removals import Removals
from services.room_export import RoomExport
from services.storage import FolderStorage
from tests.support.acting import acting
from tests.support.tables import opened, people, room_of
from tests.support.waiting import eventually

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def export_of(user: User) -> AskedJob:
    """Ask for the export of a new room of theirs."""
    room = await room_of(user)
    return await ask_for_room(await Membership.of(user.id, room), "en")


async def problem_of(job: Job) -> str:
    """Wait until it has failed; return why."""

    async def problem() -> str:
        return str((await Job.get(id=job.id)).problem)

    return await eventually(problem, "the end of a job")


async def test_export_in_vain_ends(database_url: str, tmp_path: Path) -> None:
    """Of a room that they own no more; and one by which process after process has ended."""
    async with opened(database_url):
        (anna,) = await people("anna")
        room = (await export_of(anna)).job
        await Membership.filter(user_id=anna.id).update(role=Membership.MEMBER)
        deadly = await Job.create(
            kind=OWN_EXPORT,
            user_id=anna.id,
            state=Job.RUNNING,
            holder="killed",
            lease_until=LONG_AGO,
            tries=EXPORT_TRIES,
        )
        files, stored = ExportFiles(tmp_path), Files(FolderStorage(tmp_path / "files"))
        jobs = Jobs(
            {"own_export": OwnExport(files, stored), "room_export": RoomExport(files, stored)},
            files,
        )
        jobs.start()
        try:
            assert await problem_of(room) == "not_owner"
            assert await problem_of(deadly) == "job_failed"
        finally:
            await jobs.stop()
        assert await Job.claim() is None


async def test_nobody_waits_for_all_that_one_person_asks_for(database_url: str) -> None:
    """Of exports they have a few at once, and an account ends before them; of mail a digest can
    wait.
    """
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        asked = [await export_of(anna) for _ in range(Job.OPEN_MAX)]
        with pytest.raises(Refusal, match="rate_limited"):
            await ask_for_own(anna.id, "en")
        again = await Membership.of(anna.id, asked[0].job.room_id or 0)
        assert (await ask_for_room(again, "en")).job.id == asked[0].job.id
        assert (await ask_for_own(boris.id, "en")).is_new
        await atomically(lambda connection: Job.ask(ERASURE, boris.id, connection))
        first, second = await Job.claim(), await Job.claim()
        assert first
        assert second
        assert (first.kind, second.id) == (ERASURE, asked[0].job.id)
        for kind in (QueuedMail.DIGEST, QueuedMail.VERIFY, QueuedMail.RESET):
            await QueuedMail.queue(kind, anna.id)
        mails = [await QueuedMail.claim() for _ in range(3)]
        kinds = [each.kind for each in mails if each]
        assert kinds == [QueuedMail.VERIFY, QueuedMail.RESET, QueuedMail.DIGEST]


async def test_nothing_comes_back_to_a_deleted_account(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for before, and is done after it: a picture may wait for half a minute. Its
    messages go when it cannot write any more.
    """
    places = []

    async def by_author(_: Removals, __: int, user_id: int) -> int:
        places.append(await Membership.filter(user_id=user_id).count())
        return 0

    monkeypatch.setattr(Removals, "by_author", by_author)
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room = await room_of(anna, boris)
        async with acting() as services:
            await services.messages.post(await Membership.of(anna.id, room), "words")
        await set_picture(anna.id, "late")
        await erase_account(anna, anna.id, "delete", "en")
        assert '"picture":"late"' in (await Job.get(user_id=anna.id, kind=ERASURE)).payload
        with pytest.raises(Refusal, match="unauthorized"):
            await Profile(display_name="Anna").save(anna)
        with pytest.raises(Refusal, match="unauthorized"):
            await set_picture(anna.id, "0" * 32)
        with pytest.raises(Refusal, match="unauthorized"):
            await EmailAddress.ask(anna.id, "anna@example.org")
        left = await User.get(id=anna.id)
        assert (left.display_name, left.picture) == ("Deleted account", "")
        assert not await EmailAddress.exists()

        async def is_done() -> bool:
            return await Job.filter(kind=ERASURE, state=Job.DONE).exists()

        async with acting():
            await eventually(is_done, "the end of the erasure")
        assert places == [0]
