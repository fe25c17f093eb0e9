"""Somebody whom an administrator has disabled: by no door, and for no longer than was said."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from websockets.exceptions import InvalidStatus

from commands.admin import disable_account
from tests.support.factories import MakePerson
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import finish, is_logged_in, run_sql, set_up, ticket
from tests.support.server import Server, quart

ENDED = 4401
GONE = httpx.codes.GONE
UNAUTHORIZED = httpx.codes.UNAUTHORIZED


async def status(person: Person, path: str) -> int:
    """Return what a handshake is refused with."""
    with pytest.raises(InvalidStatus) as refusal:
        await person.open(path)
    return int(refusal.value.response.status_code)


async def told(person: Person, password: str = PASSWORD) -> tuple[int, str]:
    """What a login is refused with: status and code."""
    body = {"username": person.username, "password": password}
    answer = await person.http.post("/api/session", json=body)
    return answer.status_code, answer.json()["code"]


async def program_of(person: Person) -> Person:
    """A program with an access token of the person's."""
    body = {"name": "bot", "scopes": ["read", "write"], "password": PASSWORD}
    made = await person.http.post("/api/tokens", json=body)
    bot = Person(person.server)
    bot.http.headers["Authorization"] = f"Bearer {made.json()['token']}"
    assert await is_logged_in(bot)
    return bot


async def test_who_is_disabled_comes_in_by_no_door(
    shared_server: Server, person: MakePerson
) -> None:
    chief, bob = await person("chief"), await person("bob")
    role = "UPDATE user_account SET server_role = ? WHERE id = ?"
    run_sql(shared_server, role, "admin", chief.id)
    account = f"/api/admin/people/{bob.id}"
    room = await bob.create_room()
    app, _ = await set_up(bob)
    reset = (await chief.http.post(f"{account}/reset")).json()["reset_url"]
    bot = await program_of(bob)
    async with bot, Person(shared_server) as half:
        half.username = bob.username
        # All of it is from before.
        token = await ticket(half, bob.username)
        sockets = [await bob.connect(room), await bob.lobby(), await bot.connect(room)]
        assert (await half.http.get(reset)).status_code == 200
        disabled = await chief.http.patch(account, json={"state": "disabled", "reason": "spam"})
        assert disabled.is_success, disabled.text
        assert [await each.closed() for each in sockets] == [ENDED] * 3
        for each in (bob, bot):
            assert await each.refused(room) == await status(each, "/ws/") == UNAUTHORIZED
            assert (await each.http.get(f"/api/rooms/{room}")).status_code == UNAUTHORIZED
        page = await bob.http.get(f"/rooms/{room}/")
        assert page.headers["location"].startswith("/login")
        assert await finish(half, token, app.code()) == (403, "account_disabled")
        assert await told(half) == (403, "account_disabled")
        assert (await half.http.get(reset)).status_code == GONE
        chosen = await half.http.post(reset, data={"password": "quite another one"})
        assert chosen.status_code == GONE
        assert not await is_logged_in(half)
        # Let in again, the password is the one of before, and no login comes back.
        assert (await chief.http.patch(account, json={"state": "active"})).is_success
        assert not await is_logged_in(bob)
        assert not await is_logged_in(bot)
        assert (await half.http.get(reset)).status_code == GONE
        assert await told(half) == (401, "second_factor_required")
    run_sql(shared_server, role, "", chief.id)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("tomorrow", "no date"),
        ("9999-12-31T23:59-23:00", "no date"),
        ("2001-01-01", "in the future"),
    ],
)
def test_an_end_that_is_none_is_refused(typed: str, problem: str) -> None:
    answer = CliRunner().invoke(disable_account, ["bob", "--until", typed])
    assert (answer.exit_code, problem in answer.output) == (2, True), answer.output


async def test_a_disabling_ends_by_itself(
    shared_server: Server, person: MakePerson, tmp_path: Path
) -> None:
    bob = await person("bob")
    command = f"admin disable {bob.username} --reason noise --until 2040-01-01T01:00+01:00"
    settings = {"DATABASE_URL": shared_server.database_url}
    assert await quart(command, tmp_path, settings) == (0, "")
    assert not await is_logged_in(bob)
    assert await told(bob) == (403, "account_disabled_until")
    details: Any = run_sql(
        shared_server, "SELECT details FROM audit_entry WHERE user_id = ?", bob.id
    )
    assert details == [('{"until":"2040-01-01T00:00:00+00:00"}',)]
    past = "UPDATE user_account SET state_until = '2026-01-01 00:00:00+00:00' WHERE id = ?"
    run_sql(shared_server, past, bob.id)
    await bob.login()
    await bob.lobby()
