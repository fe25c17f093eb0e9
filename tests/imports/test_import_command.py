"""`quart --app app import`, beside a server that serves: what people then see of it."""

from pathlib import Path

import httpx

from commands.importing.items import SourceMessage
from commands.importing.report import Report
from commands.importing.staging import Staging
from tests.support.exports_of_others import campfire, slack
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.second_factor import run_sql
from tests.support.server import Server, quart


async def run(server: Server, arguments: str) -> str:
    """Run the command on the server's database; return what it says."""
    status, output = await quart(f"import {arguments}", server.folder, server.settings)
    assert status == 0, output
    return output


async def test_people_see_what_was_imported(
    person: MakePerson, shared_server: Server, tmp_path: Path
) -> None:
    anna, bob = await person("anna"), await person("bob")
    chosen = tmp_path / "people.csv"
    chosen.write_text(f"U1,{anna.username}\nU2,{bob.username}\n", encoding="utf-8")
    file = slack(tmp_path / "slack.zip")
    said = await run(shared_server, f"{file} --map {chosen} --name {anna.username}")
    assert "messages: 11 = 7 added" in said
    sql = "SELECT action, actor_id FROM audit_entry ORDER BY id DESC LIMIT 2"
    acts = run_sql(shared_server, sql)
    assert acts == [("import_finished", None), ("import_started", None)]
    run_sql(shared_server, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", anna.id)
    job = (await anna.http.get("/api/admin/jobs")).json()["jobs"][0]
    told = [job[name] for name in ("kind", "source", "state", "progress", "total")]
    assert told == ["import", f"slack:{anna.username}", "done", 10, 10]
    assert "user_id" not in job
    page = (await anna.http.get("/admin/jobs")).text
    assert f"<bdi>slack:{anna.username}</bdi>" in page
    rooms = {room["kind"]: room for room in await anna.rooms()}
    assert {kind: room["unread_count"] for kind, room in rooms.items()} == {"room": 0, "direct": 0}
    general = rooms["room"]["id"]
    history = await anna.messages(general)
    assert [frame["message_id"] for frame in history] == [1, 2, 3, 4, 5, 6]
    assert history[0]["mentions"] == [bob.id]
    assert history[0]["timestamp"].startswith("2024-01-01T")
    assert (history[1]["reply_to"]["message_id"], "edited_at" in history[1]) == (1, True)
    assert (await anna.http.get("/api/mentions")).json()["messages"] == []
    # Whoever resumes from the beginning is told the same, by the same numbers.
    resumed = (await bob.changes(general, since=0))["changes"]
    assert [frame["change"] for frame in resumed] == [1, 2, 3, 4, 5, 6]
    page = (await bob.http.get(f"/rooms/{general}/")).text
    assert "plan.pdf" in page
    # Life goes on from there.
    chat = await bob.connect(general)
    assert (await chat.say("Here we are"))["message_id"] == 7
    await chat.send({"type": "edit_message", "message_id": 2, "message": "A better reply"})
    assert (await chat.expect("message_changed"))["message"] == "A better reply"
    await chat.send({"type": "react", "message_id": 1, "emoji": "👍", "is_on": False})
    assert (await chat.expect("reaction"))["count"] == 1
    async with Person(shared_server) as nobody:
        for password in ("", "none", "gone.one"):
            login = {"username": "gone.one", "password": password}
            answer = await nobody.http.post("/api/session", json=login)
            assert answer.status_code == httpx.codes.UNAUTHORIZED


async def test_what_cannot_be_read_is_said_in_a_line(shared_server: Server, tmp_path: Path) -> None:
    file = campfire(tmp_path / "production.sqlite3")
    arguments = f"import {file} --format slack"
    status, output = await quart(arguments, shared_server.folder, shared_server.settings)
    assert status == 1
    assert output.endswith("Error: it looks like an export of campfire, not of slack\n")
    assert "Traceback" not in output


def test_nothing_of_an_export_is_left_over() -> None:
    """The file has no name as soon as there is one, so it ends with the process."""
    staging = Staging()
    long = (SourceMessage(str(each), "C1", "U1", 1, "word " * 1_000) for each in range(4_000))
    assert list(staging.fill(long, Report())) == []
    assert staging.count("C1") == 4_000
    opened = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.exists()]
    files = [each for each in opened if "etilqs" in each]
    assert files
    assert all(each.endswith("(deleted)") for each in files)
    staging.close()
