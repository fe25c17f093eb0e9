"""Second factors as their owners use them: an app that makes codes, through the JSON API."""

import sqlite3
import time
from contextlib import closing
from typing import Any

import httpx
import pyotp

from tests.support.person import PASSWORD, Person
from tests.support.server import Server

STEP = 30
CLOCK = pyotp.TOTP
NONE = "000000"  # Nobody's code, but once in a million.
OK = (200, "")
BAD_CODE = (422, "bad_code")


class App:
    """An app on somebody's phone. Each code is good once, so it shows another one at each look: of
    the step before, of this one, of the next.
    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._last = int(time.time()) // STEP - 2

    def code(self) -> str:
        """A code that was not used yet; three at once at most."""
        self._last = max(self._last + 1, int(time.time()) // STEP - 1)
        return self.at(self._last)

    def at(self, counter: int) -> str:
        """The code of a step."""
        return CLOCK(self.secret).generate_otp(counter)


async def set_up(person: Person) -> tuple[App, list[str]]:
    """Turn codes on. Returns the app and the recovery codes."""
    begun = await person.http.post("/api/totp")
    assert begun.status_code == httpx.codes.OK, begun.text
    app = App(begun.json()["secret"])
    done = await person.http.post("/api/totp/confirm", json={"code": app.code()})
    assert done.status_code == httpx.codes.OK, done.text
    return app, list(done.json()["recovery_codes"])


async def ask(person: Person, path: str, **body: Any) -> tuple[int, str]:
    """POST; the status, and the code of an error."""
    answer = await person.http.post(path, json=body)
    found = answer.json() if answer.content else {}
    return answer.status_code, found.get("code", "")


async def ticket(person: Person, username: str, password: str = PASSWORD) -> str:
    """Log in by the password, and be asked for more."""
    body = {"username": username, "password": password}
    answer = await person.http.post("/api/session", json=body)
    found = answer.json()
    assert (answer.status_code, found["code"]) == (401, "second_factor_required"), found
    assert not person.cookie, "half a login is none"
    return str(found["ticket"])


async def finish(person: Person, token: str, code: str) -> tuple[int, str]:
    """Send the second factor."""
    return await ask(person, "/api/session/factor", ticket=token, code=code)


async def is_logged_in(person: Person) -> bool:
    """Whether the server knows the login."""
    return (await person.http.get("/api/session")).status_code == httpx.codes.OK


def run_sql(server: Server, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Look into the server's database, or let time pass in it."""
    path = server.database_url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(sql, values).fetchall()
        database.commit()
    return rows


def let_pass(server: Server, person: Person) -> None:
    """More than 15 minutes pass since the person's logins were confirmed."""
    long_ago = "2026-01-01 00:00:00.000000+00:00"
    run_sql(server, "UPDATE session SET confirmed_at = ? WHERE user_id = ?", long_ago, person.id)
