"""Two-step login: codes by an app, recovery codes, re-authentication, and what attackers try."""

import asyncio
import sqlite3
import time
from contextlib import closing

from models import LoginTicket, Totp
from tests.support.factories import MakePerson
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import (
    NONE,
    OK,
    STEP,
    App,
    ask,
    finish,
    is_logged_in,
    let_pass,
    run_sql,
    set_up,
    ticket,
)
from tests.support.server import Server

BAD = (422, "bad_code")
OVER = (401, "bad_ticket")


async def test_login_takes_both_steps(shared_server: Server, person: MakePerson) -> None:
    anna = await person("anna")
    app, codes = await set_up(anna)
    assert len(set(codes)) == 10
    state = (await anna.http.get("/api/factors")).json()
    assert state == {"totp": True, "recovery_codes_left": 10, "passkeys": []}
    async with Person(shared_server) as new:
        token = await ticket(new, anna.username)
        assert await finish(new, token, NONE) == BAD
        code = app.code()
        assert await finish(new, token, f" {code[:3]} {code[3:]}") == OK
        assert await is_logged_in(new)
        assert await finish(new, token, app.code()) == OVER, "a ticket is good once"


async def test_a_code_works_once_also_for_two_at_once(
    shared_server: Server, person: MakePerson
) -> None:
    anna = await person("anna")
    app, _ = await set_up(anna)
    async with Person(shared_server) as one, Person(shared_server) as two:
        tokens = [await ticket(each, anna.username) for each in (one, two)]
        code = app.code()
        answers = await asyncio.gather(finish(one, tokens[0], code), finish(two, tokens[1], code))
        assert sorted(answers) == [OK, BAD]
        loser = one if answers[0] == BAD else two
        assert not await is_logged_in(loser)
        again = await ticket(loser, anna.username)
        assert await finish(loser, again, code) == BAD, "nor later"
        earlier = app.at(int(time.time()) // STEP - 1)
        assert await finish(loser, again, earlier) == BAD, "nor one of before"
        assert await finish(loser, again, app.code()) == OK


async def test_ticket_raced_by_two_codes_logs_in_once(
    shared_server: Server, person: MakePerson
) -> None:
    anna = await person("anna")
    _, codes = await set_up(anna)
    async with Person(shared_server) as one, Person(shared_server) as two:
        token = await ticket(one, anna.username)
        answers = await asyncio.gather(*map(finish, (one, two), (token, token), codes[:2]))
        assert sorted(answers) == [OK, OVER]


async def test_recovery_code_works_once(shared_server: Server, person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    _, codes = await set_up(anna)
    await set_up(boris)
    async with Person(shared_server) as new:
        token = await ticket(new, boris.username)
        assert await finish(new, token, codes[0]) == BAD, "it is another account's"
        token = await ticket(new, anna.username)
        assert await finish(new, token, codes[0].upper()) == OK
        await new.logout()
        new.http.cookies.clear()
        token = await ticket(new, anna.username)
        assert await finish(new, token, codes[0]) == BAD
        renewed = (await anna.http.post("/api/recovery-codes")).json()["recovery_codes"]
        assert await finish(new, token, codes[1]) == BAD, "earlier ones are void"
        assert await finish(new, token, renewed[1]) == OK
    assert (await anna.http.get("/api/factors")).json()["recovery_codes_left"] == 9


async def test_ticket_is_of_one_account_and_ends(shared_server: Server, person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    app, _ = await set_up(anna)
    other, _ = await set_up(boris)
    async with Person(shared_server) as new:
        token = await ticket(new, anna.username)
        assert await finish(new, token, other.code()) == BAD
        answers = [await finish(new, token, NONE) for _ in range(LoginTicket.TRIES)]
        assert answers == [BAD] * (LoginTicket.TRIES - 1) + [OVER]
        assert await finish(new, token, app.code()) == OVER
        token = await ticket(new, anna.username)
        run_sql(shared_server, "UPDATE login_ticket SET expires_at = '2026-01-01 00:00:00+00:00'")
        assert await finish(new, token, app.code()) == OVER
        token = await ticket(new, anna.username)
        body = {"password": PASSWORD, "new_password": "quite another one"}
        assert (await anna.http.post("/api/password", json=body)).is_success
        assert await finish(new, token, app.code()) == OVER, "the password is another one"
        assert await finish(new, "x" * 43, app.code()) == OVER


async def test_database_has_no_recovery_code(shared_server: Server, person: MakePerson) -> None:
    app, codes = await set_up(await person("anna"))
    path = shared_server.database_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path)) as database:
        everything = "\n".join(database.iterdump())
    assert app.secret in everything, "it is the right database"
    assert [code for code in codes if code in everything] == []
    assert [code for code in codes if code.replace("-", "") in everything] == []


async def test_login_says_nothing_before_the_password_was_right(
    shared_server: Server, person: MakePerson
) -> None:
    anna, boris = await person("anna"), await person("boris")
    await set_up(anna)
    said = []
    for name in (anna.username, boris.username, "nobody at all"):
        body = {"username": name, "password": "wrong password"}
        async with Person(shared_server) as new:
            answers = [
                await new.http.post("/api/session", json=body),
                await new.http.post("/login", data=body),
            ]
            options = await new.http.post("/api/session/passkey/options", json={})
        assert options.json()["allowCredentials"] == []
        said.append([(each.status_code, each.text.replace(name, "")) for each in answers])
    assert said[0] == said[1] == said[2]
    assert said[0][0][0] == 401
    assert run_sql(
        shared_server, "SELECT count(*) FROM login_ticket WHERE user_id = ?", anna.id
    ) == [(0,)]


async def test_codes_of_a_clock_that_is_wrong() -> None:
    """One step before and behind, no more, and none again."""
    totp = Totp(id=1, user_id=1, secret=Totp.new_secret())
    app = App(totp.secret)
    current = int(time.time()) // STEP
    found = [totp._counter_of(app.at(current + drift)) for drift in (-3, -1, 0, 1, 3)]  # noqa: SLF001
    assert found[0] is None
    assert found[1:4] == [current - 1, current, current + 1]
    assert found[4] is None


async def test_stolen_login_changes_nothing_before_it_is_confirmed(
    shared_server: Server, person: MakePerson
) -> None:
    anna = await person("anna")
    app, codes = await set_up(anna)
    let_pass(shared_server, anna)
    needed = (403, "confirmation_required")
    for path in ("/api/recovery-codes", "/api/passkeys/options", "/api/totp"):
        assert await ask(anna, path) == needed, path
    off = {"password": PASSWORD, "code": codes[0]}
    answer = await anna.http.request("DELETE", "/api/totp", json=off)
    assert answer.json()["code"] == needed[1]
    page = await anna.http.post("/profile/recovery-codes")
    assert page.headers["location"].startswith("/confirm?next=")
    for wrong in ({"password": "not this one"}, {"code": NONE}, {}):
        assert (await ask(anna, "/api/session/confirm", **wrong))[0] == 422
        assert await ask(anna, "/api/recovery-codes") == needed
    assert await ask(anna, "/api/session/confirm", password=PASSWORD) == (204, "")
    assert (await ask(anna, "/api/recovery-codes"))[0] == 200
    let_pass(shared_server, anna)
    assert await ask(anna, "/api/session/confirm", code=app.code()) == (204, "")
    for wrong in ({**off, "password": "x"}, {**off, "code": NONE}):
        assert (await anna.http.request("DELETE", "/api/totp", json=wrong)).status_code == 422
    off["code"] = app.code()
    assert (await anna.http.request("DELETE", "/api/totp", json=off)).status_code == 204
    async with Person(shared_server) as new:
        await new.login(anna.username)
