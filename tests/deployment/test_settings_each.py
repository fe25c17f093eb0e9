"""Each setting of the README's table does what it says."""

import ast
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import ROOT, Server

OIDC = "tests/accounts/test_oidc.py"
MAIL = "tests/accounts/test_email.py"
FILES = "tests/files/test_file_limits.py"
HERE = "tests/deployment/test_settings_each.py"
# The test that fails where the setting does nothing.
PROVEN_BY = {
    "DATABASE_URL": (HERE, "test_database_is_where_the_url_says"),
    "REDIS_URL": ("tests/processes/test_two_servers.py", "test_every_frame_crosses"),
    "SECRET_KEY": (HERE, "test_cookies_are_good_under_their_key_alone"),
    "ALLOWED_ORIGINS": ("tests/deployment/test_origins.py", "test_preflight_of_each_method"),
    "ALLOWED_HOSTS": ("tests/deployment/test_hosts.py", "test_wrong_host_is_refused"),
    "LOCALE": (HERE, "test_language_of_errors"),
    "RATE_LIMITS": (HERE, "test_frames_of_one_connection"),
    "REGISTRATION": (HERE, "test_registration_can_be_closed"),
    "PROXY_HOPS": ("tests/deployment/test_proxy_hops.py", "test_each_address_has_its_own_limit"),
    "MAX_CONNECTIONS": (HERE, "test_connections_of_a_process"),
    "MAX_CONNECTIONS_PER_USER": (HERE, "test_connections_of_one_person"),
    "MAX_CONNECTIONS_PER_ADDRESS": (
        "tests/security/test_places.py",
        "test_two_accounts_at_one_address_do_not_take_all_places",
    ),
    "MAX_ROOMS_PER_USER": (HERE, "test_rooms_of_one_person"),
    "MAX_MEMBERS_PER_ROOM": (HERE, "test_members_of_a_room"),
    "MAX_FRAMES_PER_SECOND": (HERE, "test_frames_of_one_connection"),
    "MAX_MESSAGE_BYTES": (HERE, "test_size_of_bodies_and_frames"),
    "PLAIN_ASGI": (
        "tests/deployment/test_plain_asgi.py",
        "test_nothing_of_hypercorn_and_quart_is_replaced",
    ),
    "EDIT_HISTORY": (HERE, "test_earlier_texts_are_kept_or_not"),
    "EDIT_SECONDS": (HERE, "test_time_for_edits"),
    "SESSION_DAYS": (HERE, "test_logins_end_after_so_many_days"),
    "SESSION_IDLE_DAYS": (HERE, "test_logins_end_when_they_are_not_used"),
    "OIDC_ISSUER": (OIDC, "test_whole_way"),
    "OIDC_CLIENT_ID": (OIDC, "test_public_client"),
    "OIDC_CLIENT_SECRET": (OIDC, "test_whole_way"),
    "OIDC_NAME": (OIDC, "test_name_of_the_button"),
    "OIDC_SCOPES": (OIDC, "test_scopes_and_groups_claim"),
    "OIDC_GROUPS_CLAIM": (OIDC, "test_scopes_and_groups_claim"),
    "OIDC_ADMIN_GROUP": (OIDC, "test_group_gives_and_takes_the_role"),
    "OIDC_LOGOUT": (
        "tests/accounts/test_oidc_logout.py",
        "test_logout_goes_on_to_the_provider",
    ),
    "OIDC_ONLY": ("tests/accounts/test_oidc_only.py", "test_nobody_comes_by_a_password"),
    "SMTP_URL": ("tests/accounts/test_mail_server.py", "test_each_way_to_a_server"),
    "MAIL_FROM": (MAIL, "test_address_is_confirmed_by_a_press"),
    "BASE_URL": (MAIL, "test_address_is_confirmed_by_a_press"),
    "EXPORT_FOLDER": (
        "tests/accounts/test_exports.py",
        "test_job_of_a_killed_server_is_done_by_the_next",
    ),
    "FILES_URL": (FILES, "test_each_setting"),
    "MAX_FILE_BYTES": (FILES, "test_each_setting"),
    "MAX_FILES_BYTES_PER_USER": (FILES, "test_each_setting"),
    "MAX_FILES_BYTES": (FILES, "test_each_setting"),
    "TRACE_MESSAGES": ("tests/messages/test_trace.py", "test_one_message"),
    "METRICS_TOKEN": ("tests/deployment/test_metrics.py", "test_nobody_gets_in_without_the_token"),
}


def test_every_setting_has_a_test() -> None:
    """A row of the table without one fails here, and so does a test that has been renamed."""
    table = (ROOT / "README.md").read_text("utf-8").split("## Settings")[1].split("\n## ")[0]
    assert set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", table)) == PROVEN_BY.keys()
    for name, (path, test) in PROVEN_BY.items():
        source = (ROOT / path).read_text("utf-8")
        functions = {getattr(node, "name", "") for node in ast.parse(source).body}
        assert test in functions, f"{path} has no {test}"
        rest = re.sub(r"(?ms)^PROVEN_BY = .*?^}", "", source)
        assert re.search(rf"\b{name}\b|{name.lower()}", rest), f"{path} never sets {name}"


@pytest.fixture(scope="module")
async def small(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server that allows little of everything."""
    settings = {
        "DATABASE_URL": sqlite.fresh(),
        "LOCALE": "en",
        "RATE_LIMITS": "on",
        "MAX_CONNECTIONS_PER_USER": "2",
        "MAX_ROOMS_PER_USER": "2",
        "MAX_MEMBERS_PER_ROOM": "2",
        "MAX_FRAMES_PER_SECOND": "1",
        "MAX_MESSAGE_BYTES": "2000",
    }
    async with running(folder, **settings) as server:
        yield server


async def test_database_is_where_the_url_says(sqlite_url: str, server: StartServer) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    async with await Person.join(node, "alice") as alice:
        with sqlite3.connect(sqlite_url.removeprefix("sqlite://")) as database:
            rows = database.execute("SELECT username FROM user_account").fetchall()
    assert rows == [(alice.username,)]


async def test_cookies_are_good_under_their_key_alone(
    sqlite_url: str, server: StartServer, person: MakePerson
) -> None:
    keys = ("one key of all processes", "one key of all processes", "and another one's")
    one, two, other = [await server(DATABASE_URL=sqlite_url, SECRET_KEY=key) for key in keys]
    alice = await person("alice", on=one)
    for node, status in ((two, 200), (other, 401)):
        async with Person(node) as there:
            answer = await there.http.get("/api/session", headers={"Cookie": alice.cookie})
        assert answer.status_code == status


async def test_language_of_errors(small: Server, person: MakePerson) -> None:
    for node, text in ((small, "Log in first"), ((await person()).server, "Сначала войдите")):
        async with Person(node) as nobody:
            answer = await nobody.http.get("/api/rooms", headers={"Accept-Language": "de"})
        assert answer.json()["message"] == text


async def test_registration_can_be_closed(server: StartServer) -> None:
    async with Person(await server(REGISTRATION="closed")) as nobody:
        form = {"username": unique("anna"), "password": PASSWORD}
        answers = [
            await nobody.http.post("/api/users", json=form),
            await nobody.http.post("/register", data=form),
            await nobody.http.get("/register"),
        ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert answers[0].json()["code"] == "registration_closed"


async def test_connections_of_a_process(server: StartServer, person: MakePerson) -> None:
    node = await server(MAX_CONNECTIONS="2")
    alice, bob = await person("alice", on=node), await person("bob", on=node)
    room = await alice.create_room(bob)
    for _ in range(2):
        await (await alice.connect(room)).expect("ready")
    assert await bob.refused(room) == 503


async def test_connections_of_one_person(small: Server, person: MakePerson) -> None:
    alice, bob = await person("alice", on=small), await person("bob", on=small)
    room = await alice.create_room(bob)
    for _ in range(2):
        await (await alice.connect(room)).expect("ready")
    assert await alice.refused(room) == 503
    await (await bob.connect(room)).expect("ready")


async def test_rooms_of_one_person(small: Server, person: MakePerson) -> None:
    alice = await person("alice", on=small)
    for _ in range(2):
        await alice.create_room()
    answer = await alice.http.post("/api/rooms", json={"name": "a third"})
    assert answer.json()["code"] == "too_many_rooms"


async def test_members_of_a_room(small: Server, person: MakePerson) -> None:
    alice, bob, carol = [await person(name, on=small) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob)
    body = {"username": carol.username}
    answer = await alice.http.post(f"/api/rooms/{room}/members", json=body)
    assert answer.json()["code"] == "too_many_members"


async def test_frames_of_one_connection(small: Server, person: MakePerson) -> None:
    """One a second, and four seconds' worth at once; without RATE_LIMITS as many as one likes."""
    for node, is_limited in ((small, True), ((await person()).server, False)):
        alice = await person("alice", on=node)
        chat = await alice.connect(await alice.create_room())
        await chat.expect("ready")
        for _ in range(6):
            await chat.send({"type": "typing", "is_typing": False})
        if is_limited:
            await chat.expect("error", code="rate_limited")
        else:
            assert all(frame["type"] != "error" for frame in await barrier(chat))


async def test_size_of_bodies_and_frames(small: Server, person: MakePerson) -> None:
    alice = await person("alice", on=small)
    room = await alice.create_room()
    large = {"message": "x" * 2500}
    answer = await alice.http.post(f"/api/rooms/{room}/messages", json=large)
    assert answer.status_code == 413
    chat = await alice.connect(room)
    ready = await chat.expect("ready")
    assert ready["limits"]["frame_bytes"] == 2000
    await chat.send({"type": "chat_message", **large})
    assert await chat.closed() == 1009


async def edited(author: Person) -> tuple[int, list[str]]:
    """Edit a message a moment after it was posted. Return the status and the earlier texts."""
    room = await author.create_room()
    await author.http.post(f"/api/rooms/{room}/messages", json={"message": "one"})
    where = f"/api/rooms/{room}/messages/1"
    answer = await author.http.patch(where, json={"message": "two"})
    versions = (await author.http.get(f"{where}/versions")).json()["versions"]
    return answer.status_code, [version["message"] for version in versions]


async def test_earlier_texts_are_kept_or_not(server: StartServer, person: MakePerson) -> None:
    for value, kept in (("on", ["one"]), ("off", [])):
        node = await server(EDIT_HISTORY=value)
        assert await edited(await person("anna", on=node)) == (200, kept)


async def test_time_for_edits(server: StartServer, person: MakePerson, sqlite_url: str) -> None:
    node = await server(EDIT_SECONDS="3600", DATABASE_URL=sqlite_url)
    anna = await person("anna", on=node)
    assert await edited(anna) == (200, ["one"])
    room = await anna.create_room()
    await anna.http.post(f"/api/rooms/{room}/messages", json={"message": "one"})
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as database:
        database.execute("UPDATE message SET created_at = '2026-01-01 00:00:00.000000+00:00'")
        database.commit()
    answer = await anna.http.patch(f"/api/rooms/{room}/messages/1", json={"message": "two"})
    assert (answer.status_code, answer.json()["code"]) == (403, "too_late")


def change(url: str, sql: str) -> None:
    """Let time pass in the database of a running server."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://"))) as database:
        assert database.execute(sql).rowcount == 1
        database.commit()


def days_left(url: str) -> int:
    """Return after how many days the only login ends."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://"))) as database:
        (left,) = database.execute(
            "SELECT julianday(expires_at) - julianday() FROM session"
        ).fetchone()
    return int(left + 0.5)


async def test_logins_end_after_so_many_days(server: StartServer, sqlite_url: str) -> None:
    """Also those that were begun when they lived longer."""
    async with await Person.join(await server(DATABASE_URL=sqlite_url), "anna") as anna:
        assert days_left(sqlite_url) == 90
        node = await server(DATABASE_URL=sqlite_url, SESSION_DAYS="7")
        change(sqlite_url, "UPDATE session SET last_used_at = '2026-01-01 00:00:00+00:00'")
        cookie = {"Cookie": anna.cookie}
        async with Person(node) as there:
            assert (await there.http.get("/api/session", headers=cookie)).status_code == 200
            assert days_left(sqlite_url) == 7
            body = {"username": anna.username, "password": PASSWORD}
            answer = await there.http.post("/api/session", json=body)
            assert f"Max-Age={7 * 24 * 3600}" in answer.headers["set-cookie"]


async def test_logins_end_when_they_are_not_used(server: StartServer, sqlite_url: str) -> None:
    node = await server(DATABASE_URL=sqlite_url, SESSION_IDLE_DAYS="3")
    async with await Person.join(node, "anna") as anna:
        assert days_left(sqlite_url) == 3
        used = "UPDATE session SET last_used_at = '2026-01-01 00:00:00+00:00', expires_at ="
        change(sqlite_url, f"{used} strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '+1 hour')")
        assert (await anna.http.get("/api/session")).status_code == 200
        assert days_left(sqlite_url) == 3, "it was used"
        change(sqlite_url, f"{used} strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '-1 hour')")
        assert (await anna.http.get("/api/session")).status_code == 401
