"""Sentences of SECURITY.md that nothing else holds."""

import asyncio
import sqlite3

import httpx

from models.sql.fast_path import look_up
from tests.support.allowance import Allowance
from tests.support.factories import MakePerson, StartServer
from tests.support.person import PASSWORD
from tests.support.tables import opened
from tests.support.talk import talk
from tests.support.waiting import DEADLINE

BY_ADDRESS = 120


async def test_database_has_neither_passwords_nor_tokens(
    server: StartServer, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    alice = await person("alice", on=node)
    token = alice.cookie.partition("=")[2].partition(".")[0].strip('"')
    async with opened(sqlite_url):
        ((password_hash,),) = await look_up("SELECT password_hash FROM user_account")
        ((digest,),) = await look_up("SELECT token_digest FROM session")
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(digest) == 64
    everything = "\n".join(sqlite3.connect(sqlite_url.removeprefix("sqlite://")).iterdump())
    assert alice.username in everything, "it is the right database"
    assert PASSWORD not in everything
    assert len(token) > 20
    assert token not in everything


async def test_database_has_messages_as_they_were_written(
    server: StartServer, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    two = await talk(person, on=node)
    await two.a.say("readable by the operator")
    async with opened(sqlite_url):
        ((body,),) = await look_up("SELECT body FROM message")
    assert body == "readable by the operator"


async def test_nobody_edits_what_was_said(server: StartServer, person: MakePerson) -> None:
    """There is no way to it, for owners neither."""
    node = await server()
    two = await talk(person, on=node)
    await two.b.say("what bob said")
    for method, status in (("PUT", 405), ("PATCH", 403), ("POST", 405)):
        path = f"/api/rooms/{two.room}/messages/1"
        answer = await two.alice.http.request(method, path, json={"message": "forged"})
        assert answer.status_code == status, method
    await two.a.send({"type": "edit_message", "message_id": 1, "message": "forged"})
    await two.a.expect("error", code="not_author")
    assert [each["message"] for each in await two.alice.messages(two.room)] == ["what bob said"]


async def test_logins_from_one_address_are_limited(server: StartServer) -> None:
    """Whatever the names; without a password they cost no hash, and count all the same."""
    node = await server(RATE_LIMITS="on")
    async with httpx.AsyncClient(base_url=node.url, trust_env=False, timeout=DEADLINE) as client:
        allowance = Allowance()
        names = [f"name{number}" for number in range(3 * BY_ADDRESS)]
        tries = (client.post("/api/session", json={"username": name}) for name in names)
        statuses = [answer.status_code for answer in await asyncio.gather(*tries)]
    # It refills, by two a second.
    assert BY_ADDRESS <= statuses.count(422) <= allowance.most(BY_ADDRESS, 0.5)
    assert set(statuses) <= {422, 429}
