"""Guessing at second factors is limited; and who has to have one, and how it is taken away."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from models import Refusal, Session, User
from services.actor import ALL_SCOPES, Actor
from services.policy import require_admin
from tests.support.allowance import Allowance
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import NONE, OK, finish, run_sql, set_up, ticket
from tests.support.server import Server, quart
from tests.support.tables import opened, people


@pytest.fixture(scope="module")
async def guarded(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server with its limits on, where addresses are those that this test says."""
    settings = {"DATABASE_URL": sqlite.fresh(), "RATE_LIMITS": "on", "PROXY_HOPS": "1"}
    async with running(folder, **settings) as server:
        yield server


async def test_codes_cannot_be_guessed_from_many_addresses(guarded: Server) -> None:
    """Whoever knows the password tries ten; the owner's own browser gets in meanwhile."""
    async with await Person.join(guarded, "anna") as anna, Person(guarded) as thief:
        app, _ = await set_up(anna)
        statuses, token = [], ""
        for number in range(16):
            thief.http.headers["X-Forwarded-For"] = f"198.51.100.{number}"
            if number % 4 == 0:
                token = await ticket(thief, anna.username)
            statuses.append((await finish(thief, token, NONE))[0])
        assert statuses == [422] * 10 + [429] * 6
        await anna.logout()
        answer = await anna.http.post(
            "/api/session", json={"username": anna.username, "password": PASSWORD}
        )
        assert await finish(anna, answer.json()["ticket"], app.code()) == OK


async def test_tickets_are_limited_by_address(guarded: Server) -> None:
    """From nobody's account in particular."""
    async with Person(guarded) as thief:
        thief.http.headers["X-Forwarded-For"] = "203.0.113.1"
        allowance = Allowance()
        tries = (finish(thief, "x" * 43, NONE) for _ in range(90))
        found = [status for status, _ in await asyncio.gather(*tries)]
        assert set(found) == {401, 429}
        assert 60 <= found.count(401) <= allowance.most(60, 1)


async def test_administrators_without_a_factor_have_no_rights(
    folder: Path, sqlite: SqliteDatabases
) -> None:
    """Where it is so set; and somebody who has lost theirs is helped from the shell."""
    url, here = sqlite.fresh(), Path(tempfile.mkdtemp(dir=folder))

    async def admin(command: str) -> int:
        return (await quart(f"admin {command}", here, {"DATABASE_URL": url}))[0]

    async with running(folder, DATABASE_URL=url) as node, await Person.join(node, "anna") as anna:
        assert await admin("require-factor on") == 0
        page = await anna.http.get("/login")
        assert page.headers["location"] == "/profile#factors"
        assert (
            "you have no administrator rights"
            in (await anna.http.get("/profile", headers=ENGLISH)).text
        )
        _, codes = await set_up(anna)
        assert (await anna.http.get("/login")).headers["location"] == "/rooms/"
        assert len(codes) == 10
        assert await admin(f"clear-factors {anna.username} --reason lost") == 0
        async with Person(node) as new:
            await new.login(anna.username)
        assert await admin("require-factor off") == 0
        log = "SELECT action, actor_id, user_id, reason || details FROM audit_entry"
        acts = run_sql(node, log)
        acts = [(*who, said.removesuffix("{}")) for *who, said in acts]
        setting = '{{"setting":"admins_need_factor","value":{}}}'
        assert acts[1:] == [
            ("setting_changed", None, None, setting.format("true")),
            ("totp_added", anna.id, anna.id, ""),
            ("factors_cleared", None, anna.id, "lost"),
            ("setting_changed", None, None, setting.format("false")),
        ]


async def test_rights_wait_for_the_factor(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        (anna,) = await people("anna")
        anna.server_role = User.ADMIN
        actor = Actor(anna, Session(), ALL_SCOPES)
        require_admin(actor)
        anna.needs_factor = True
        assert not anna.is_admin
        with pytest.raises(Refusal, match="factor_required"):
            require_admin(actor)


ENGLISH = httpx.Headers({"Accept-Language": "en"})
