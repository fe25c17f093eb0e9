"""Guessing at a name from many addresses is stopped, and its owner gets in."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.allowance import Allowance
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import ROOT, Server
from tests.support.waiting import DEADLINE

LIMITED = httpx.codes.TOO_MANY_REQUESTS


WRONG = "wrong password"


AT_ONCE = 60


@pytest.fixture(scope="module")
async def behind(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server with its limits on, behind a proxy: clients come from where this test says."""
    async with running(
        folder, DATABASE_URL=sqlite.fresh(), RATE_LIMITS="on", PROXY_HOPS="1"
    ) as server:
        yield server


@asynccontextmanager
async def browser(server: Server, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser at this address."""
    headers = {"X-Forwarded-For": address}
    async with httpx.AsyncClient(
        base_url=server.url, trust_env=False, timeout=DEADLINE, headers=headers
    ) as client:
        yield client


async def log_in(client: httpx.AsyncClient, name: str, password: str = WRONG) -> httpx.Response:
    """POST /api/session."""
    return await client.post("/api/session", json={"username": name, "password": password})


async def log_in_at_once(client: httpx.AsyncClient, name: str) -> list[int]:
    """Try far more often than one may, at once: what is hashed slowly lets no more of them pass."""
    tries = (log_in(client, name) for _ in range(AT_ONCE))
    return [answer.status_code for answer in await asyncio.gather(*tries)]


async def guess(server: Server, name: str, addresses: list[str], each: int) -> list[int]:
    """Guess at a name so often from each of these addresses; return the statuses."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=DEADLINE) as client:
        body = {"username": name, "password": WRONG}
        return [
            (
                await client.post("/api/session", json=body, headers={"X-Forwarded-For": address})
            ).status_code
            for _ in range(each)
            for address in addresses
        ]


async def test_many_addresses_guess_and_the_owner_gets_in(behind: Server) -> None:
    name = unique("alice")
    async with browser(behind, "192.0.2.1") as known, browser(behind, "192.0.2.2") as new:
        credentials = {"username": name, "password": PASSWORD}
        assert (await known.post("/api/users", json=credentials)).status_code == 201
        assert (await log_in(known, name, PASSWORD)).status_code == 200
        await known.delete("/api/session")

        allowance = Allowance()
        statuses = await guess(behind, name, [f"198.51.100.{n}" for n in range(50)], each=3)
        # Each of the fifty is a newcomer once, and has failed then.
        assert 70 <= statuses.count(401) <= 50 + allowance.most(20, 30), statuses
        assert set(statuses) == {401, LIMITED}

        assert (await log_in(known, name, PASSWORD)).status_code == 200
        assert (await log_in(new, name, PASSWORD)).status_code == 200


async def test_ever_new_addresses_guess_and_a_known_browser_gets_in(behind: Server) -> None:
    """And a new one within ten seconds, unless another one is quicker."""
    name, own = unique("alice"), unique("eve")
    async with (
        browser(behind, "192.0.2.9") as known,
        browser(behind, "192.0.2.10") as new,
        browser(behind, "192.0.2.11") as eve,
    ):
        for client, who in ((known, name), (eve, own)):
            await client.post("/api/users", json={"username": who, "password": PASSWORD})
            assert (await log_in(client, who, PASSWORD)).status_code == 200
        allowance = Allowance()
        statuses = await guess(behind, name, [f"203.0.113.{n}" for n in range(80)], each=1)
        assert 60 <= statuses.count(401) <= allowance.most(60, 10), statuses
        assert (await log_in(known, name, PASSWORD)).status_code == 200
        # Its cookie is no key to the limits of another name.
        answers = [await log_in(client, name) for client in (eve, new)]
        limited = [each for each in answers if each.status_code == LIMITED]
        passed = statuses.count(401) + len(answers) - len(limited)
        assert passed <= allowance.most(60, 10)
        assert all(int(each.headers["Retry-After"]) <= 10 for each in limited)


async def test_own_browser_is_not_locked_out_by_its_neighbour(behind: Server) -> None:
    """Behind one address, where somebody guesses at the name until it is limited there."""
    name, address = unique("bob"), "192.0.2.3"
    async with browser(behind, address) as known, browser(behind, address) as neighbour:
        credentials = {"username": name, "password": PASSWORD}
        assert (await known.post("/register", data=credentials)).status_code == 303
        assert LIMITED in await log_in_at_once(neighbour, name)
        assert (await known.post("/login", data=credentials)).status_code == 303


async def test_known_browser_has_limits_of_its_own(behind: Server) -> None:
    name = unique("carol")
    async with browser(behind, "192.0.2.4") as known:
        await known.post("/api/users", json={"username": name, "password": PASSWORD})
        for _ in range(25):  # What succeeds does not count.
            assert (await log_in(known, name, PASSWORD)).status_code == 200
        allowance = Allowance()
        statuses = await log_in_at_once(known, name)
        assert 20 <= statuses.count(401) <= allowance.most(20, 3)
        assert LIMITED in statuses


async def test_what_succeeds_does_not_count(behind: Server) -> None:
    """Neither by name nor by address, from a browser that nobody has logged in with."""
    name, address = unique("dave"), "192.0.2.8"
    async with browser(behind, address) as first:
        await first.post("/api/users", json={"username": name, "password": PASSWORD})
    for _ in range(13):
        async with browser(behind, address) as new:
            assert (await log_in(new, name, PASSWORD)).status_code == 200
        async with browser(behind, address) as new:
            form = {"username": name, "password": PASSWORD}
            assert (await new.post("/login", data=form)).status_code == 303
    async with browser(behind, address) as new:
        statuses = [(await log_in(new, name)).status_code for _ in range(30)]
    assert statuses[:20] == [401] * 20
    assert statuses[-1] == LIMITED, "what fails does"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("a&" * 100, "application/x-www-form-urlencoded"),
        ("{", "application/json"),
    ],
)
async def test_what_cannot_be_read_counts_by_address(
    behind: Server, content: str, kind: str
) -> None:
    """As tries at no name: nobody's limit by name, and no way to have bodies read for nothing."""
    path = "/api/session" if kind == "application/json" else "/login"
    async with browser(behind, f"198.51.100.{len(content)}") as client:
        headers = {"content-type": kind}
        answers = [await client.post(path, content=content, headers=headers) for _ in range(200)]
    statuses = [answer.status_code for answer in answers]
    assert LIMITED in statuses
    assert statuses.index(LIMITED) >= 120


async def test_cookie_of_a_browser_is_there_for_a_year_and_has_no_name(behind: Server) -> None:
    name = unique("dora")
    async with browser(behind, "192.0.2.12") as known:
        await known.post("/api/users", json={"username": name, "password": PASSWORD})
        answer = await log_in(known, name, PASSWORD)
    (cookie,) = (
        each for each in answer.headers.get_list("set-cookie") if each.startswith("beseda_device=")
    )
    value, *flags = (part.strip().lower() for part in cookie.split(";"))
    assert {"max-age=31536000", "httponly", "samesite=lax"} <= set(flags)
    payload = cookie.partition("=")[2].strip('"').partition(".")[0]
    id_, names = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert re.fullmatch("[0-9a-f]{16}", *names)
    assert name not in value + id_


async def test_forged_device_is_none(behind: Server) -> None:
    name = unique("erin")
    async with browser(behind, "192.0.2.5") as owner, browser(behind, "192.0.2.6") as thief:
        await owner.post("/api/users", json={"username": name, "password": PASSWORD})
        await log_in(owner, name, PASSWORD)
        cookie = owner.cookies["beseda_device"]
        for forged in ("x", cookie[:-3] + "abc", cookie.partition(".")[0] + ".."):
            thief.cookies.set("beseda_device", forged)
            assert (await log_in(thief, name)).status_code == 401
        assert LIMITED in await log_in_at_once(thief, name)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_json_that_says_it_is_a_form_is_not_read(behind: Server, kind: str) -> None:
    """The limit read the form, where it found no name, and the view the JSON."""
    body = json.dumps({"username": unique("alice"), "password": WRONG})
    async with browser(behind, "192.0.2.7") as client:
        for path in ("/api/session", "/api/users"):
            answer = await client.post(path, content=body, headers={"Content-Type": kind})
            assert (answer.status_code, answer.json()["code"]) == (415, "bad_content_type")
        answer = await client.post("/login", json={"username": "x", "password": WRONG})
        assert answer.status_code == 415


async def test_both_doors_count_together(behind: Server) -> None:
    short = {"username": unique("frank"), "password": "short"}
    allowance = Allowance()
    async with browser(behind, "192.0.2.8") as client:
        statuses = []
        for _ in range(100):
            statuses.append((await client.post("/api/users", json=short)).status_code)
            statuses.append((await client.post("/register", data=short)).status_code)
    assert 60 <= statuses.count(422) <= allowance.most(60, 1)


async def test_network_of_ipv6_counts_as_one_address(behind: Server) -> None:
    name = unique("grace")
    same = [f"2001:db8:0:7:{n:x}::1" for n in range(AT_ONCE)]
    allowance = Allowance()
    assert (await guess(behind, name, same, each=1)).count(401) <= allowance.most(20, 3)
    others = [f"2001:db8:0:{n + 16:x}::1" for n in range(5)]
    assert await guess(behind, name, others, each=1) == [401] * 5


async def test_failures_are_logged_for_fail2ban(behind: Server) -> None:
    name = unique("heidi")
    await guess(behind, name, ["198.51.100.77", "2001:db8::77", 'x"<HOST>'], each=1)
    pattern = (ROOT / "docs" / "fail2ban.md").read_text()
    (failregex,) = re.findall(r"^ *failregex = (.+)$", pattern, re.MULTILINE)
    regex = re.compile(failregex.replace("<HOST>", r"(?P<host>[0-9a-f.:]+)"))
    lines = [line for line in behind.log().splitlines() if "login_refused" in line]
    hosts = [match["host"] for line in lines if (match := regex.search(line))]
    # As fail2ban reads it from systemd's journal.
    assert regex.search(f"host hypercorn[4711]: {lines[-1]}")
    # What is no address is not believed: the proxy's own stands instead.
    assert hosts[-3:] == ["198.51.100.77", "2001:db8::77", "127.0.0.1"]
    assert name not in behind.log()
    digests = {json.loads(line)["name"] for line in lines[-3:]}
    assert len(digests) == 1
    assert re.fullmatch("[0-9a-f]{16}", digests.pop())


async def test_password_and_name_changes_are_limited_by_person(behind: Server) -> None:
    """Not by login: whoever has five browsers has no five times as many."""
    async with Person(behind) as first:
        await first.register(unique("ivan"))
        await first.login()
        second = await first.at(behind)

        async def tries(client: httpx.AsyncClient, number: int) -> int:
            body: dict[str, Any] = {"password": WRONG, "new_password": PASSWORD}
            answers = [await client.post("/api/password", json=body) for _ in range(number)]
            return sum(answer.status_code == 422 for answer in answers)

        allowance = Allowance()
        tried = await tries(first.http, 15) + await tries(second.http, AT_ONCE)
        assert 20 <= tried <= allowance.most(20, 3)
        allowance = Allowance()
        changes = [
            client.patch("/api/profile", json={"display_name": f"Ivan {n}"})
            for n in range(AT_ONCE)
            for client in (first.http, second.http)
        ]
        chosen = [answer.status_code for answer in await asyncio.gather(*changes)]
        assert 60 <= chosen.count(200) <= allowance.most(60, 1)
        await second.close()
