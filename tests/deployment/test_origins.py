"""ALLOWED_ORIGINS and the scheme of the site: which pages may act as their visitor."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person
from tests.support.server import Server

FRIEND = "https://app.example.org"
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server that lets one other origin in, and limits how often one may log in."""
    async with running(
        folder, DATABASE_URL=sqlite.fresh(), ALLOWED_ORIGINS=FRIEND, RATE_LIMITS="on"
    ) as server:
        yield server


async def test_sockets_of_the_site_itself_are_let_in(site: Server, person: MakePerson) -> None:
    alice = await person("alice", on=site)
    room = await alice.create_room()
    for origin in (site.url, None, FRIEND):
        await (await alice.connect(room, origin=origin)).expect("ready")
        await (await alice.open("/ws/", origin)).expect("ready")
    assert await alice.refused(room, origin="https://evil.example") == 403
    assert await alice.refused(room, origin=FRIEND.replace("https", "http")) == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_preflight_of_each_method(site: Server, method: str) -> None:
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as web:
        answer = await web.options("/api/rooms/1", headers=asked)
        foreign = await web.options("/api/rooms/1", headers=asked | {"Origin": "https://x.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == FRIEND
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert method in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
    assert set(allowed) == {"authorization", "content-type"}
    assert "access-control-allow-origin" not in foreign.headers
    assert "access-control-allow-headers" not in foreign.headers


async def test_friend_can_read_every_refusal(site: Server, person: MakePerson) -> None:
    """Without the headers a browser tells its page nothing but that it failed."""
    alice = await person("alice", on=site)
    friend = {"Origin": FRIEND}
    large = {"message": "x" * 70_000}
    async with Person(site) as nobody:
        answers = {
            401: await nobody.http.get("/api/rooms", headers=friend),
            403: await alice.http.get("/api/rooms/999999", headers=friend),
            404: await alice.http.get("/api/nothing", headers=friend),
            405: await alice.http.put("/api/session", headers=friend),
            413: await alice.http.post("/api/rooms/1/messages", json=large, headers=friend),
            429: await _too_many(nobody, friend),
        }
    assert {asked: answer.status_code for asked, answer in answers.items()} == {
        status: status for status in answers
    }
    for status, answer in answers.items():
        assert answer.headers["access-control-allow-origin"] == FRIEND, status
        assert answer.headers["access-control-allow-credentials"] == "true", status
        assert "retry-after" in answer.headers["access-control-expose-headers"].lower()
        assert "origin" in answer.headers["vary"].lower(), status
    assert int(answers[429].headers["retry-after"]) > 0


async def _too_many(nobody: Person, headers: dict[str, str]) -> httpx.Response:
    """Guess a password until that is refused."""
    guess = {"username": "nobody", "password": "guess guess"}
    for _ in range(30):
        answer = await nobody.http.post("/api/session", json=guess, headers=headers)
        if answer.status_code != 401:
            return answer
    raise AssertionError("30 guesses were let through")


async def test_friend_can_read_a_failure(server: StartServer, person: MakePerson) -> None:
    """An error of ours, made by a database that has lost a table."""
    node = await server(ALLOWED_ORIGINS=FRIEND)
    node.may_log_tracebacks = True
    alice = await person("alice", on=node)
    await _break(node)
    answer = await alice.http.get("/api/rooms", headers={"Origin": FRIEND})
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == FRIEND


async def _break(node: Server) -> None:
    path = node.database_url.removeprefix("sqlite://")
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE room RENAME TO lost")


async def test_scheme_of_a_direct_site_is_plain(shared_server: Server, person: MakePerson) -> None:
    alice = await person("alice")
    room = await alice.create_room()
    secure = shared_server.url.replace("http", "https")
    assert await alice.refused(room, origin=secure) == 403
    answer = await alice.http.post("/api/rooms", json={"name": "x"}, headers={"Origin": secure})
    assert answer.json()["code"] == "foreign_origin"
    assert "does the proxy set X-Forwarded-Proto?" in shared_server.log()


async def test_scheme_of_a_site_behind_a_proxy_is_what_it_says(
    server: StartServer, person: MakePerson
) -> None:
    """A plain page of the same name may be anybody's who sits between."""
    node = await server(PROXY_HOPS="1")
    cookie = (await person("alice", on=node)).cookie
    plain, secure = node.url, node.url.replace("http", "https")
    for said, origin, status in (
        ("https", secure, 201),
        ("https", plain, 403),
        ("http", plain, 201),
        ("http", secure, 403),
        ("wss", secure, 201),
        (None, secure, 201),  # It does not say: both are let in.
        (None, plain, 201),
    ):
        headers = {"Origin": origin, "Cookie": cookie, "X-Forwarded-Proto": said or ""}
        async with httpx.AsyncClient(base_url=node.url, trust_env=False) as browser:
            answer = await browser.post("/api/rooms", json={"name": "x"}, headers=headers)
        assert answer.status_code == status, (said, origin)


async def test_form_login_behind_a_proxy(server: StartServer, person: MakePerson) -> None:
    node = await server(PROXY_HOPS="1")
    alice = await person("alice", on=node)
    headers = {
        **HTTPS,
        "Origin": node.url.replace("http", "https"),
        "Sec-Fetch-Site": "same-origin",
    }
    form = {"username": alice.username, "password": PASSWORD}
    async with Person(node) as nobody:
        assert (await nobody.http.post("/login", data=form, headers=headers)).status_code == 303
        forged = headers | {"Origin": node.url}
        assert (await nobody.http.post("/login", data=form, headers=forged)).status_code == 403
