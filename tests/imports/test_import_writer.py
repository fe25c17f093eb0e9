"""What an import stores, on each kind of database: everything once, as it was there."""

import asyncio
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commands.importing.report import Report
from commands.importing.run import Options, import_export
from models import AuditEntry, Job, Membership, Mention, Message, Reaction, Room, User, import_job
from models.database import fetch
from models.import_job import ImportJob, import_source
from models.job import IMPORT
from tests.support.acting import acting
from tests.support.exports_of_others import DAY, TALK, campfire, mattermost, said, slack
from tests.support.server import ROOT, environment
from tests.support.tables import opened, people
from tests.support.waiting import eventually

TABLES = ("user_account", "room", "membership", "message", "reaction", "mention", "import_item")


async def run(file: Path, **options: Any) -> Report:
    """Import it into the open database."""
    return await import_export(file, Options(**options), lambda _: None)


def counts(report: Report) -> dict[str, tuple[int, int, dict[str, int]]]:
    """Return what was made, what was there, and what was left out and why, of each kind."""
    return {
        kind: (tally.made, tally.there, dict(tally.left))
        for kind, tally in report.tallies.items()
        if tally.total
    }


async def sizes() -> dict[str, int]:
    """Return how many rows the tables have."""
    found = {}
    for table in TABLES:
        ((count,),) = await fetch(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - our own names
        found[table] = count
    return found


async def members(room: Room) -> dict[str, tuple[str, int, int]]:
    """Return the role of each member, how far they have read, and what they have seen."""
    there = await Membership.filter(room_id=room.id).prefetch_related("user")
    return {each.user.username: (each.role, each.last_read, each.seen_change) for each in there}


def times(messages: Iterable[Message]) -> list[int]:
    return [int(each.created_at.timestamp()) - DAY for each in messages]


LEFT = {"service": 1, "bot": 1, "unknown_author": 1, "future": 1}


async def test_slack_comes_whole_and_once(database_url: str, tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip")
    expected = {
        "people": (3, 0, {"bot": 1}),
        "rooms": (2, 0, {"one_person": 1}),
        "messages": (7, 0, LEFT),
        "reactions": (2, 0, {"unknown_person": 1}),
        "pins": (1, 0, {}),
        "files": (0, 0, {"no_files": 2}),
    }
    async with opened(database_url):
        before = await sizes()
        dry = await run(file, is_dry=True)
        assert counts(dry) == expected
        assert await sizes() == before
        real = await run(file)
        assert counts(real) == expected
        dry_lines = "\n".join(dry.lines(is_dry=True))
        assert dry_lines.replace("will be added", "added") == "\n".join(real.lines(is_dry=False))
        after = await sizes()
        await look_at_general()
        again = {kind: (0, made, left) for kind, (made, _, left) in expected.items()}
        assert counts(await run(file)) == again
        assert counts(await run(file, is_dry=True)) == again
        assert await sizes() == after
        entries = await AuditEntry.all().order_by("id")
        assert [each.action for each in entries] == ["import_started", "import_finished"] * 2


async def look_at_general() -> None:
    """The room of TALK is as it was there."""
    room = await Room.get(name="general")
    assert (room.visibility, room.topic, room.kind) == ("public", "Everything", "room")
    messages = await Message.filter(room_id=room.id).order_by("number").prefetch_related("author")
    numbers = list(range(1, 7))
    assert [each.number for each in messages] == [each.change for each in messages] == numbers
    assert (room.revision, room.change) == (6, 6)
    assert times(messages) == [0, 1, 4, 6, 7, 7]
    assert room.last_message_at == messages[-1].created_at
    first, reply, files, _, long, rest = messages
    assert first.body == "Hello @bob, **look**: [here](https://example.org/a_b) & `x < y`"
    assert first.author.username == "anna"
    assert (first.pin_change, reply.pin_change) == (1, None)
    assert (reply.reply_to, reply.thread, reply.edited_at is not None) == (1, 1, True)
    assert files.body == "📎 plan.pdf, photo.png"
    assert long.body.split() + rest.body.split() == ["word"] * 1_500
    bob = await User.get(username="bob")
    assert (bob.display_name, bob.has_password) == ("Bobby", False)
    assert await Mention.filter(room_id=room.id).values_list("number", "user_id") == [(1, bob.id)]
    reactions = await Reaction.filter(room_id=room.id).values_list("emoji", "number")
    assert reactions == [("👍", 1)] * 2
    assert await members(room) == {
        "anna": ("member", 6, 6),
        "bob": ("owner", 6, 6),
        "gone.one": ("member", 6, 6),
    }
    assert (await User.get(username="gone.one")).state == User.DISABLED


async def test_mattermost_is_put_in_order(database_url: str, tmp_path: Path) -> None:
    file = mattermost(tmp_path / "bulk.jsonl", '{"type": "post", "post": ', '{"type": "post"}')
    async with opened(database_url):
        report = await run(file)
        assert counts(report) == {
            "people": (2, 0, {}),
            "rooms": (2, 0, {}),
            "messages": (4, 0, {"service": 1, "bot": 1, "broken": 1}),
            "reactions": (2, 0, {}),
            "pins": (1, 0, {}),
            "files": (0, 0, {"no_files": 2}),
            "others": (0, 0, {"not_imported": 1, "broken_json": 1}),
        }
        assert "    bulk.jsonl:14" in list(report.lines(is_dry=False))
        room = await Room.get(name="Town")
        assert (room.visibility, room.topic) == ("private", "Square")
        messages = await Message.filter(room_id=room.id).order_by("number")
        assert [each.body.partition("\n")[0] for each in messages] == [
            "First",
            "Hi @bob, **bold**",
            "Yes 🎉",
        ]
        assert messages[2].reply_to == 2
        assert (await members(room))["anna"][0] == "owner"
        direct = await Room.get(kind="direct")
        assert await members(direct) == {"anna": ("member", 1, 1), "bob": ("member", 1, 1)}
        assert (await run(file)).added == 0


async def test_campfire_is_read_from_its_database(database_url: str, tmp_path: Path) -> None:
    file = campfire(tmp_path / "production.sqlite3")
    async with opened(database_url):
        report = await run(file)
        assert counts(report) == {
            "people": (2, 0, {}),
            "rooms": (2, 0, {}),
            "messages": (2, 0, {"bad_time": 1}),
            "reactions": (1, 0, {"unknown_emoji": 1}),
            "files": (0, 0, {"no_files": 1}),
        }
        room = await Room.get(name="All of us")
        messages = await Message.filter(room_id=room.id).order_by("number")
        assert [each.body for each in messages] == [
            "Hi @bob **look**\n[here](https://example.org)",
            "📎 photo.png",
        ]
        assert (await User.get(username="anna.kim")).display_name == "Anna Kim"
        assert (await run(file)).added == 0


async def test_people_are_who_the_operator_says(sqlite_url: str, tmp_path: Path) -> None:
    file, chosen = slack(tmp_path / "slack.zip"), tmp_path / "people.csv"
    chosen.write_text("anna@example.org,boss\n", encoding="utf-8")
    async with opened(sqlite_url):
        boss, bob = await people("boss", "bob")
        report = await run(file, people=chosen)
        assert report.notes["username_changed"] == 2  # And of "gone one".
        room = await Room.get(name="general")
        assert set(await members(room)) == {"boss", "bob2", "gone.one"}
        assert (await Message.get(room_id=room.id, number=1)).author_id == boss.id
        report = await run(file, name="other", match_usernames=True)
        others = await Room.filter(name="general").order_by("-id").first()
        assert others is not None
        assert {"anna", "bob"} < set(await members(others))
        assert (await Message.get(room_id=others.id, number=2)).author_id == bob.id


async def test_what_is_here_is_not_written_into(sqlite_url: str, tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip", TALK[:2])
    later = [*TALK[:2], said(20, "Later"), said(21, "Deleted with the room")]
    async with opened(sqlite_url):
        anna, bob = await people("anna", "bob")
        mine = await Room.create(
            name="", kind="direct", direct_key=f"{anna.id}:{bob.id}", revision=0
        )
        report = await run(file, match_usernames=True)
        assert report.tallies["rooms"].left == {"one_person": 1, "conversation_exists": 1}
        assert report.tallies["messages"].left == {"room_left_out": 2}
        assert await Message.filter(room_id=mine.id).count() == 0
        room = await Room.get(name="general")
        # What comes later is added behind, and is read by who has read all.
        assert counts(await run(slack(file, later[:3])))["messages"][:2] == (1, 2)
        assert (await members(room))["anna"][1:] == (3, 3)
        late = [*later[:3], said(10, "Between"), later[3]]
        assert counts(await run(slack(file, late)))["messages"][2]["earlier"] == 1
        await Room.filter(id=room.id).update(revision=9)
        await run(slack(file, [*later, said(30, "Afterwards")]))
        assert await Message.filter(room_id=room.id).count() == 4
        report = await run(slack(file, [*later, said(30, "Afterwards")]))
        assert report.tallies["messages"].left["room_written"] == 1
        await Room.filter(id=room.id).delete()
        report = await run(slack(file, later))
        assert report.tallies["rooms"].left["room_deleted"] == 1
        assert not await Room.exists(name="general")


async def test_killed_import_goes_on_where_it_was(sqlite_url: str, tmp_path: Path) -> None:
    count = 4_000
    file = slack(tmp_path / "slack.zip", [said(second, f"#{second}") for second in range(count)])
    path = sqlite_url.removeprefix("sqlite://")
    arguments = ("-m", "quart", "--app", "app", "import", str(file))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=tmp_path,
        env={**environment({"DATABASE_URL": sqlite_url}), "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def has_begun() -> bool:
        with closing(sqlite3.connect(path)) as database:
            return bool(database.execute("SELECT COUNT(*) FROM message").fetchone()[0])

    await eventually(has_begun, "the first messages")
    process.kill()
    await process.wait()
    async with opened(sqlite_url):
        room = await Room.get(name="general")
        assert 0 < room.revision < count
        assert await Membership.filter(room_id=room.id).count() == 0  # Nobody sees half of it.
        await job_breaks_off()
        report = await run(file)
        assert counts(report)["messages"] == (count - room.revision + 2, room.revision, {})
        messages = await Message.filter(room_id=room.id).order_by("number")
        assert [each.body for each in messages] == [f"#{second}" for second in range(count)]
        assert [each.change for each in messages] == list(range(1, count + 1))
        assert (await members(room))["anna"] == ("member", count, count)


async def job_breaks_off() -> None:
    """A server says so of the command that is no more."""
    job = await Job.get(kind=IMPORT)
    assert (job.state, import_source(job)) == (Job.RUNNING, "slack")
    await Job.filter(id=job.id).update(lease_until=job.created_at)
    async with acting():

        async def problem() -> str:
            return str((await Job.get(id=job.id)).problem)

        assert await eventually(problem, "the end of the job") == "import_broken_off"
    assert (await Job.get(id=job.id)).state == Job.FAILED


async def test_progress_is_told_while_it_runs(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a server has taken it for meanwhile is of no matter; a file that is none ends it."""
    monkeypatch.setattr(import_job, "TELL_SECONDS", 0)
    file, told = slack(tmp_path / "slack.zip"), []

    def say(_: str) -> None:
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as database:
            told.extend(database.execute("SELECT state, progress, total FROM job").fetchall())

    async with opened(sqlite_url):
        await import_export(file, Options(), say)
        total = 10  # What is left out while the file is read is none of them.
        assert told[-1] == (Job.RUNNING, total, total)
        (done,) = await Job.all()
        assert (done.state, done.progress, done.total) == (Job.DONE, total, total)
        lost = await ImportJob.begin("slack")
        await Job.filter(kind=IMPORT, state=Job.RUNNING).update(state=Job.FAILED, problem="lost")
        await lost.tell(1, 2)
        assert await Job.filter(state=Job.RUNNING, problem="", progress=1, total=2).count() == 1
        await lost.fail()
        (failed,) = await Job.filter(state=Job.FAILED)
        assert failed.problem == "import_broken_off"
        await run(file, is_dry=True)
        assert await Job.all().count() == 2


async def test_deleted_account_writes_nothing_more(sqlite_url: str, tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip", TALK[:1])
    async with opened(sqlite_url):
        await run(file)
        await User.filter(username="bob").update(state=User.DELETED)
        report = await run(slack(file, [TALK[0], said(9, "Never again", "U2")]))
        assert report.tallies["messages"].left == {"account_deleted": 2}
        assert report.added == 0


async def test_everybody_has_a_name_that_can_be(sqlite_url: str, tmp_path: Path) -> None:
    names = ["all", "x", "", "\u0430nna", "\x1b[2J", "Anna"]  # The fourth begins in Cyrillic.
    there = [{"id": f"U{index}", "name": name} for index, name in enumerate(names)]
    async with opened(sqlite_url):
        report = await run(slack(tmp_path / "slack.zip", [], users=there))
        assert counts(report)["people"] == (6, 0, {})
        found = {each.username for each in await User.all()}
        assert found == {"all2", "x2", "u2", "member", "2j", "anna"}
