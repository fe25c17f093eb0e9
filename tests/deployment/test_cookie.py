"""The login's cookie over https, and what becomes of one from before."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person
from tests.support.server import Server

HTTPS = {"X-Forwarded-Proto": "https"}
HOST_ONLY = "__Host-beseda"
DEVICE = "beseda_device"  # The browser is known by it when it logs in again.


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server behind a proxy."""
    async with running(folder, DATABASE_URL=sqlite.fresh(), PROXY_HOPS="1") as server:
        yield server


async def ask(site: Server, method: str, path: str, **options: object) -> httpx.Response:
    """Send one request with nothing kept from those before."""
    options["headers"] = HTTPS | options.get("headers", {})  # type: ignore[operator]
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as browser:
        return await browser.request(method, path, **options)  # type: ignore[arg-type]


def cookies(answer: httpx.Response) -> dict[str, str]:
    """Return the value and flags of each cookie that an answer sets, by its name."""
    lines = answer.headers.get_list("set-cookie")
    return {name: rest for name, _, rest in (line.partition("=") for line in lines)}


async def log_in(site: Server, person: Person) -> str:
    """Log in over https; return the value of the cookie."""
    credentials = {"username": person.username, "password": PASSWORD}
    answer = await ask(site, "POST", "/api/session", json=credentials)
    return cookies(answer)[HOST_ONLY].partition(";")[0]


async def whose(site: Server, cookie: str, headers: dict[str, str] = HTTPS) -> str | None:
    """Return the name that a Cookie header logs in over https; None for nobody's."""
    answer = await ask(site, "GET", "/api/session", headers={"Cookie": cookie} | headers)
    return str(answer.json()["username"]) if answer.status_code == 200 else None


async def test_name_and_flags(site: Server, person: MakePerson) -> None:
    alice = await person("alice", on=site)
    credentials = {"username": alice.username, "password": PASSWORD}
    for path, body in (("/api/session", "json"), ("/login", "data")):
        given = cookies(await ask(site, "POST", path, **{body: credentials}))
        assert given.keys() == {HOST_ONLY, DEVICE}
        for each in given.values():
            flags = {flag.strip().lower() for flag in each.split(";")}
            assert {"secure", "path=/", "httponly", "samesite=lax"} <= flags
            assert not re.search("(?i)domain", each)
    assert alice.cookie.startswith("beseda="), "over plain http browsers take no other"


@pytest.mark.parametrize("path", ["/rooms/", "/login", "/api/rooms"])
async def test_old_cookie_is_exchanged(site: Server, person: MakePerson, path: str) -> None:
    alice = await person("alice", on=site)
    answer = await ask(site, "GET", path, headers={"Cookie": alice.cookie})
    assert answer.status_code in {200, 303}
    given = cookies(answer)
    assert given.keys() == {HOST_ONLY, "beseda"}
    assert "Max-Age=0" in given["beseda"]
    new = f"{HOST_ONLY}={given[HOST_ONLY].partition(';')[0]}"
    assert await whose(site, new) == alice.username
    again = await ask(site, "GET", "/rooms/", headers={"Cookie": new})
    assert cookies(again) == {}, "once"


async def test_nothing_is_exchanged_over_plain_http(site: Server, person: MakePerson) -> None:
    alice = await person("alice", on=site)
    plain = {"X-Forwarded-Proto": "http", "Cookie": alice.cookie}
    answer = await ask(site, "GET", "/rooms/", headers=plain)
    assert (answer.status_code, cookies(answer)) == (200, {})


async def test_sockets_accept_both(site: Server, person: MakePerson) -> None:
    alice = await person("alice", on=site)
    room = await alice.create_room()
    value = await log_in(site, alice)
    for name, cookie in (("beseda", None), (HOST_ONLY, value)):
        if cookie:
            alice.http.cookies.clear()
            alice.http.cookies.set(name, cookie)
        await (await alice.connect(room)).expect("ready", user_id=alice.id)


async def test_planted_cookie_does_not_win(site: Server, person: MakePerson) -> None:
    """Any host of the domain can set a cookie called `beseda`, and have it sent first."""
    alice, mallory = await person("alice", on=site), await person("mallory", on=site)
    own = f"{HOST_ONLY}={await log_in(site, alice)}"
    for header in (f"{mallory.cookie}; {own}", f"{own}; {mallory.cookie}"):
        assert await whose(site, header) == alice.username


async def test_new_login_cannot_be_planted_under_the_old_name(
    site: Server, person: MakePerson
) -> None:
    mallory = await person("mallory", on=site)
    assert await whose(site, f"beseda={await log_in(site, mallory)}") is None
    _, _, old = mallory.cookie.partition("=")
    assert await whose(site, f"{HOST_ONLY}={old}") is None


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/api/session"), ("POST", "/logout")])
async def test_logging_out_deletes_both(
    site: Server, person: MakePerson, method: str, path: str
) -> None:
    alice = await person("alice", on=site)
    header = f"{HOST_ONLY}={await log_in(site, alice)}; {alice.cookie}"
    given = cookies(await ask(site, method, path, headers={"Cookie": header}))
    assert given.keys() == {HOST_ONLY, "beseda"}
    assert all("Max-Age=0" in each for each in given.values())
    assert "Secure" in given[HOST_ONLY], "or no browser deletes it"


async def test_hsts_is_sent_over_https_alone(site: Server, shared_server: Server) -> None:
    name = "strict-transport-security"
    for path in ("/login", "/api/session", "/static/css/base.css", "/nothing"):
        answer = await ask(site, "GET", path)
        assert answer.headers[name] == "max-age=31536000", path
        plain = await ask(site, "GET", path, headers={"X-Forwarded-Proto": "http"})
        # Without PROXY_HOPS nobody has promised that there is a proxy.
        direct = await ask(shared_server, "GET", path)
        assert name not in plain.headers
        assert name not in direct.headers
