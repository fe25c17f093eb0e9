"""Logging out at the OpenID provider, from here and from there: a real one."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.accounts.test_oidc import LOGIN, arrive, who
from tests.support.databases import SqliteDatabases
from tests.support.factories import StartServer
from tests.support.nodes import running
from tests.support.oidc import Provider, follow, log_out_there, provider, walk
from tests.support.person import Person, unique
from tests.support.second_factor import run_sql
from tests.support.server import Server


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases, acme: Provider) -> AsyncIterator[Server]:
    """A server whose logouts go on to the provider, and which the provider tells of its own."""
    settings = {**acme.settings, "OIDC_LOGOUT": "provider", "RATE_LIMITS": "off"}
    async with running(folder, DATABASE_URL=sqlite.fresh(), **settings) as node:
        await (await Person.join(node, "founder")).close()
        await acme.tell_logouts(node)
        yield node


async def test_logout_goes_on_to_the_provider(site: Server, acme: Provider) -> None:
    """With OIDC_LOGOUT=provider. The login here ends first."""
    async with await arrive(site, unique("vera")) as vera:
        left = await vera.http.post("/logout")
        assert left.headers["location"] == "/oidc/logged-out"
        assert not await who(vera)
        page = await vera.http.get("/oidc/logged-out")
        address = page.headers["refresh"].partition("url=")[2]
        assert address.startswith(f"{acme.issuer}/session/end?")
        back = f"{site.url}/login"
        asked = {"client_id": ["beseda"], "post_logout_redirect_uri": [back]}
        assert parse_qs(urlsplit(address).query) == asked, "no token goes through the address"
        assert (await log_out_there(vera.http, address)).headers["location"] == back


async def test_who_has_not_come_by_it_does_not_go_there(site: Server) -> None:
    async with await Person.join(site, "oleg") as oleg:
        page = await oleg.http.get("/oidc/logged-out")
        assert page.headers["location"] == "/login", "a link there logs nobody out"
        assert "refresh" not in page.headers
        assert (await oleg.http.post("/logout")).headers["location"] == "/login"


async def test_logout_stays_here_by_default(server: StartServer, acme: Provider) -> None:
    async with await arrive(await server(**acme.settings), unique("vera")) as vera:
        assert (await vera.http.post("/logout")).headers["location"] == "/login"
        assert (await vera.http.get("/oidc/logged-out")).headers["location"] == "/login"


async def test_provider_ends_the_session_that_is_over(site: Server, acme: Provider) -> None:
    """That of one browser."""
    name = unique("vera")
    async with await arrive(site, name) as vera, Person(site) as phone:
        await walk(phone.http, LOGIN, name)
        socket = await vera.lobby()
        await log_out_there(vera.http, f"{acme.issuer}/session/end?client_id=beseda")
        assert await socket.closed() == 4401
        assert not await who(vera)
        assert await who(phone) == vera.id
        acts = run_sql(
            site, "SELECT actor_id, action, reason FROM audit_entry WHERE user_id = ?", vera.id
        )
        assert acts[-1] == (None, "logins_ended_by_provider", "OIDC_ISSUER")
        await walk(vera.http, LOGIN, name)
        assert await who(vera) == vera.id


async def test_database_has_digests_of_who_they_are_there(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera:
        theirs = "SELECT oidc_subject, oidc_session FROM session WHERE user_id = ?"
        ((subject, session),) = run_sql(site, theirs, vera.id)
    assert (len(subject), len(session)) == (64, 64)
    assert subject != session


async def test_on_postgres(server: StartServer, acme: Provider, postgres_url: str) -> None:
    node = await server(**acme.settings, DATABASE_URL=postgres_url)
    async with await arrive(node, unique("vera")) as vera:
        await acme.tell_logouts(node)
        await log_out_there(vera.http, f"{acme.issuer}/session/end?client_id=beseda")
        assert not await who(vera)


async def test_provider_that_is_away(server: StartServer) -> None:
    """Nobody waits for it to be logged out."""
    async with provider() as acme:
        node = await server(**acme.settings, OIDC_LOGOUT="provider")
        vera = await arrive(node, unique("vera"))
    async with vera:
        page = await follow(vera.http, await vera.http.post("/logout"))
        assert page.status_code == httpx.codes.OK
        assert not await who(vera)
