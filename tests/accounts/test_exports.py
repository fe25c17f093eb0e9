"""What people take with them: their own data, and as owners a room."""

import io
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest

from models import HeldMessage
from models.hash_chain import BrokenChainError, verify
from tests.support.doing import delete, edit, react
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass, run_sql
from tests.support.server import Server, quart
from tests.support.tables import opened
from tests.support.talk import Talk, talk
from tests.support.waiting import eventually

LONG_AGO = "2026-01-01 00:00:00+00:00"


async def export(person: Person, path: str = "/api/export") -> ZipFile:
    """Ask for one, and save it when it is ready."""
    asked = await person.http.post(path)
    assert asked.status_code == httpx.codes.ACCEPTED, asked.text
    job = await done(person, asked.json()["id"])
    saved = await person.http.get(job["url"])
    assert saved.headers["content-disposition"].startswith("attachment")
    assert len(saved.content) == job["bytes"]
    return ZipFile(io.BytesIO(saved.content))


async def done(person: Person, job_id: int) -> dict[str, Any]:
    """Wait for its end."""
    job: dict[str, Any] = {}

    async def is_done() -> bool:
        job.update((await person.http.get(f"/api/jobs/{job_id}")).json())
        return job["state"] in ("done", "failed")

    await eventually(is_done, "the end of the export")
    assert job["state"] == "done", job
    return job


def lines(archive: ZipFile, name: str = "messages.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


@pytest.fixture
async def two(person: MakePerson, server: StartServer, database_url: str) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=await server(DATABASE_URL=database_url), read="manual")


async def test_own_data_is_all_of_it_and_nothing_of_others(two: Talk) -> None:
    """In rooms that were left too, which are not called by what they are called since."""
    alice, bob, room = two.alice, two.bob, two.room
    await two.a.say("alice's words <b>\r\n")
    await two.b.say("bob's words")
    await edit(two.b, "bob's other words", 2)
    await two.b.say("gone")
    await delete(two.b, 3)
    await react(two.b, message_id=1)
    await barrier(two.a, two.b)
    direct = await bob.direct(alice)
    await bob.post(direct, "in private")
    await alice.http.post(f"/api/rooms/{room}/messages/2/report", json={"category": "spam"})
    judged = {"outcome": "dismissed", "reason": "alice's words"}
    await alice.http.patch(f"/api/rooms/{room}/reports/1", json=judged)
    await alice.set_role(room, bob.id, "owner")
    await bob.remove_member(room, bob.id)
    archive = await export(bob)
    messages = lines(archive)
    assert [(each["room"], each["message"]) for each in messages] == [
        (alice.username, "in private"),
        ("Kitchen", "bob's other words"),
        ("Kitchen", ""),
    ]
    assert [each["message"] for each in messages[1]["versions"]] == ["bob's words"]
    assert "deleted_at" in messages[2]
    assert [
        (each["room_id"], each["message_id"]) for each in lines(archive, "reactions.jsonl")
    ] == [(room, 1)]
    acts = {each["action"] for each in lines(archive, "audit.jsonl")}
    assert "owner_made" in acts
    assert not {each for each in acts if each.startswith("report_")}
    profile = json.loads(archive.read("profile.json"))
    assert (profile["id"], profile["username"]) == (bob.id, bob.username)
    assert len(json.loads(archive.read("logins.json"))) == 1
    page = archive.read("index.html").decode()
    assert "bob&#x27;s other words" in page
    assert "<script" not in page
    for name in archive.namelist():
        assert b"alice's words" not in archive.read(name), name
        assert b"$argon2" not in archive.read(name), name
    await _is_banned_and_held(two)
    await alice.rename_room(room, "Secret plan")
    again = await export(bob)
    assert {each["room"] for each in lines(again)} == {alice.username, None}
    assert b"Secret plan" not in again.read("rooms.json")
    ((ban,), (notice,), (held,)) = [
        json.loads(again.read(f"{name}.json")) for name in ("bans", "notices", "held")
    ]
    assert (ban["room"], ban["reason"], ban["until"]) == ("Kitchen", "too loud", None)
    assert (notice["what"], notice["room"]) == ("member_removed", "Cellar")
    assert (held["room_id"], held["message"]) == (direct, "that waits")


async def _is_banned_and_held(two: Talk) -> None:
    """From one room, removed from another one; and a message waits where they write still."""
    alice, bob = two.alice, two.bob
    ban = f"/api/rooms/{two.room}/bans/{bob.id}"
    assert (await alice.http.put(ban, json={"reason": "too loud"})).is_success
    cellar = await alice.create_room(bob, name="Cellar")
    await alice.remove_member(cellar, bob.id)
    direct = await bob.direct(alice)
    async with opened(alice.server.database_url):
        await HeldMessage.create(
            room_id=direct, user_id=bob.id, client_id="waits", held_text="that waits"
        )


async def test_exports_are_for_who_has_asked(person: MakePerson, shared_server: Server) -> None:
    """By a login that was confirmed of late; of a room for as long as they own it."""
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    job = (await anna.http.post(f"/api/rooms/{room}/export")).json()
    await done(anna, job["id"])
    file = f"/api/jobs/{job['id']}/file"
    for path in (file, f"/api/jobs/{job['id']}"):
        assert (await boris.http.get(path)).json()["code"] == "not_found"
    assert (await boris.http.post(f"/api/rooms/{room}/export")).json()["code"] == "not_owner"
    direct = await anna.direct(boris)
    assert (await anna.http.post(f"/api/rooms/{direct}/export")).json()["code"] == "forbidden"
    assert (await anna.http.get(f"/exports/{job['id']}")).status_code == httpx.codes.OK
    other = (await anna.http.post("/api/export")).json()["id"]
    await done(anna, other)
    assert (await boris.http.delete(f"/api/jobs/{other}")).json()["code"] == "not_found"
    assert (await anna.http.delete(f"/api/jobs/{other}")).status_code == httpx.codes.NO_CONTENT
    assert (await anna.http.get("/api/export")).json()["code"] == "not_found"
    await anna.set_role(room, boris.id, "owner")
    await boris.set_role(room, anna.id, "member")
    assert (await anna.http.get(file)).json()["code"] == "not_owner"
    let_pass(shared_server, anna)
    assert (await anna.http.post("/api/export")).json()["code"] == "confirmation_required"
    asked = await anna.http.post("/profile/data")
    assert asked.headers["location"].startswith("/confirm")
    assert [each["id"] for each in (await anna.http.get("/api/jobs")).json()["jobs"]] == [job["id"]]
    kept = shared_server.folder / "instance/exports"
    assert kept.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.iterdir())
    assert not [path for path in kept.iterdir() if path.name.startswith(f"{other}-")]


async def test_stolen_login_saves_no_export(person: MakePerson, shared_server: Server) -> None:
    """Not what lies there finished, either; and that a room's was saved is in the audit log."""
    anna = await person("anna")
    room = await anna.create_room()
    jobs = {}
    for page, path in (
        ("/profile/data", "/api/export"),
        (f"/rooms/{room}/export", f"/api/rooms/{room}/export"),
    ):
        jobs[page] = (await anna.http.post(path)).json()["id"]
        await done(anna, jobs[page])
    let_pass(shared_server, anna)
    for page, job in jobs.items():
        refused = await anna.http.get(f"/api/jobs/{job}/file")
        assert refused.json()["code"] == "confirmation_required"
        led = await anna.http.get(f"/exports/{job}")
        assert led.headers["location"] == f"/confirm?next={page}"
    acts = "SELECT action FROM audit_entry WHERE room_id = ? AND actor_id = ? ORDER BY id"
    before = run_sql(shared_server, acts, room, anna.id)
    assert before == [("room_exported",), ("room_export_made",)]
    await anna.http.post("/api/session/confirm", json={"password": PASSWORD})
    for job in jobs.values():
        assert (await anna.http.get(f"/exports/{job}")).status_code == httpx.codes.OK
    after = run_sql(shared_server, acts, room, anna.id)
    assert after == [*before, ("room_export_fetched",)]


async def test_owner_exports_what_they_see(person: MakePerson) -> None:
    """Not what was said before them, where the room keeps that from newcomers."""
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room()
    await anna.post(room, "from before")
    rule = {"newcomers_see": "from_joining"}
    assert (await anna.http.patch(f"/api/rooms/{room}", json=rule)).is_success
    await anna.add_member(room, boris)
    await anna.set_role(room, boris.id, "owner")
    await anna.post(room, "from now on")
    archive = await export(boris, f"/api/rooms/{room}/export")
    about, *messages, _ = lines(archive)
    assert [(each["message_id"], each["message"]) for each in messages] == [(2, "from now on")]
    assert (about["messages"], about["history_from"]) == (1, 2)
    assert b"from before" not in archive.read("index.html")
    whole = lines(await export(anna, f"/api/rooms/{room}/export"))
    assert (whole[0]["messages"], "history_from" in whole[0]) == (2, False)


async def test_room_is_chained(two: Talk, tmp_path: Path) -> None:
    """Each line by the one before; whatever is changed, left out, added or cut off is named."""
    alice, room = two.alice, two.room
    await two.a.say('one "<i>" \u2028 ё\r\n')
    await two.b.say("two")
    await react(two.a, message_id=2)
    await two.b.say("three")
    await delete(two.b, 3)
    await barrier(two.a, two.b)
    archive = await export(alice, f"/api/rooms/{room}/export")
    raw = archive.read("messages.jsonl").splitlines(keepends=True)
    first, one, two_, gone, end = map(json.loads, raw)
    assert (first["name"], first["messages"], end["lines"]) == ("Kitchen", 3, 4)
    assert (one["message"], one["message_id"]) == ('one "<i>" \u2028 ё\r\n', 1)
    assert two_["reactions"] == [{"emoji": "👍", "count": 1}]
    assert gone["is_deleted"]
    assert not {"message", "reply_to", "reactions"} & gone.keys()
    count, last = verify(raw)
    assert (count, last) == (5, end["hash"])
    broken = {
        2: [raw[0], raw[1].replace(b"one", b"0ne"), *raw[2:]],
        3: [*raw[:2], *raw[3:]],
        4: [*raw[:3], raw[2], *raw[3:]],
        5: raw[:4],
        6: [*raw, raw[0]],
    }
    for line, changed in broken.items():
        with pytest.raises(BrokenChainError, match=f"^line {line}:"):
            verify(changed)
    await verified(tmp_path, raw, last)


async def verified(folder: Path, raw: list[bytes], last: str) -> None:
    """The command says the same, and ends with 1 where something is wrong."""
    whole, cut, deep = (folder / f"{name}.jsonl" for name in ("messages", "cut", "deep"))
    deep.write_bytes(b"[" * 100_000)
    whole.write_bytes(b"".join(raw))
    cut.write_bytes(b"".join(raw[:-1]))
    with ZipFile(folder / "room.zip", "w", ZIP_DEFLATED) as archive:
        archive.write(whole, "messages.jsonl")
    data = bytearray((folder / "room.zip").read_bytes())
    data[60:70] = b"\xff" * 10
    (folder / "damaged.zip").write_bytes(data)
    status, said = await quart("verify-export room.zip", folder, {})
    assert (status, last in said) == (0, True)
    status, said = await quart("verify-export cut.jsonl", folder, {})
    assert (status, "line 5: the end is missing" in said) == (1, True)
    for name, problem in (("deep.jsonl", "line 1: it is no JSON"), ("damaged.zip", "no export")):
        status, said = await quart(f"verify-export {name}", folder, {})
        assert (status, problem in said, "Traceback" in said) == (1, True, False), said


async def test_job_of_a_killed_server_is_done_by_the_next(
    person: MakePerson, server: StartServer, sqlite_url: str
) -> None:
    """Once its lease is over; and old files go. `export_folder` is another one here."""
    folder = "elsewhere"
    node = await server(DATABASE_URL=sqlite_url, EXPORT_FOLDER=folder)
    anna = await person("anna", on=node)
    await done(anna, (await anna.http.post("/api/export")).json()["id"])
    (old,) = (node.folder / folder).iterdir()
    await node.kill()
    left_over, others = old.with_name(f"7-{'a' * 24}.zip"), old.with_name("backup.zip")
    for each in (left_over, others):
        each.touch()
        os.utime(each, (0, 0))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as database:
        database.execute("UPDATE job SET expires_at = ?", (LONG_AGO,))
        database.execute(
            "INSERT INTO job (kind, user_id, state, holder, lease_until, created_at)"
            " VALUES ('own_export', ?, 'running', 'x', ?, ?)",
            (anna.id, LONG_AGO, LONG_AGO),
        )
        database.commit()
    await node.start()
    (left,) = (await anna.http.get("/api/jobs")).json()["jobs"]
    assert (await done(anna, left["id"]))["url"]
    assert not old.exists()
    assert not left_over.exists()
    assert others.exists(), "it is none of ours"
