"""Logout tokens of an OpenID provider, or of somebody in its place: who is logged out by them."""

import time
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from tests.accounts.test_oidc import who
from tests.support.factories import StartServer
from tests.support.fake_oidc import CLIENT, FakeProvider, come_back
from tests.support.person import Person, unique
from tests.support.server import Server

PATH = "/oidc/backchannel-logout"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def site(shared_site: Server, shared: FakeProvider) -> Server:
    """The same, its provider saying what is right, of somebody new."""
    shared.reset()
    shared.subject = unique("vera")
    return shared_site


async def came(site: Server, provider: FakeProvider, session: str | None = None) -> Person:
    """The subject, logged in by this session over there."""
    person = Person(site)
    provider.claims = {"sid": session}
    answer = await come_back(person, provider)
    if answer.headers["location"] == "/oidc/new":
        await person.http.post("/oidc/new", data={"username": provider.subject})
    assert await who(person)
    return person


async def tell(site: Server, *tokens: str) -> int:
    """Send it as the provider does. Returns the status."""
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as client:
        answer = await client.post(PATH, data={"logout_token": list(tokens)})
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code


async def test_ends_a_session_or_all(site: Server, shared: FakeProvider) -> None:
    desk, phone = await came(site, shared, "desk"), await came(site, shared, "phone")
    old = await came(site, shared)  # Of which the provider has not said which session it is.
    other, shared.subject = shared.subject, unique("eva")
    eva = await came(site, shared, "eva's")
    shared.subject = other
    assert await tell(site, shared.logout_token(sid="nobody's", sub=None)) == 200
    assert await who(old)
    assert await tell(site, shared.logout_token(sid="desk", sub=None)) == 200
    assert (bool(await who(desk)), bool(await who(phone)), bool(await who(old))) == (0, 1, 1)
    assert await tell(site, shared.logout_token(sid="eva's")) == 200
    assert await who(eva), "the session is of another subject"
    assert await who(phone)
    assert not await who(old), "it may have been that one"
    assert await tell(site, shared.logout_token()) == 200
    assert not await who(phone)
    assert await who(eva)
    for each in (desk, phone, old, eva):
        await each.close()


BAD: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another client": {"aud": "another"},
    "no client": {"aud": None},
    "an ID token's nonce": {"nonce": "n"},
    "an empty nonce": {"nonce": ""},
    "no events": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "an event that is no object": {"events": {EVENT: True}},
    "events that are none": {"events": [EVENT]},
    "nobody": {"sub": None},
    "nobody and an empty session": {"sub": None, "sid": ""},
    "a subject that is no text": {"sub": 7},
    "a session that is no text": {"sid": ["desk"]},
    "an endless session": {"sid": "x" * 300},
    "no id": {"jti": None},
    "an empty id": {"jti": ""},
    "of no time": {"iat": None},
    "of an hour ago": {"iat": int(time.time()) - 3600},
    "of the future": {"iat": int(time.time()) + 100_000},
    "expired": {"exp": int(time.time()) - 120},
}


async def test_tokens_that_are_no_logouts(site: Server, shared: FakeProvider) -> None:
    async with await came(site, shared, "desk") as vera:
        found = {about: await tell(site, shared.logout_token(**bad)) for about, bad in BAD.items()}
        assert {about: status for about, status in found.items() if status != 400} == {}
        assert await tell(site, shared.token()) == 400, "an ID token"
        assert await tell(site, "") == 400
        assert await tell(site, "a.b.c") == 400
        assert await tell(site) == 400
        assert await tell(site, shared.logout_token(), shared.logout_token()) == 400
        assert await who(vera)
        # Providers of before the final specification say no end; several clients may be told.
        good = shared.logout_token(exp=None, aud=["another", CLIENT], iat=int(time.time()) - 200)
        assert await tell(site, good) == 200
        assert not await who(vera)


async def test_signatures_that_are_not_the_providers(site: Server, shared: FakeProvider) -> None:
    async with await came(site, shared, "desk") as vera:
        for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "PS256"}):
            shared.header = {**header, "kid": "one"}
            assert await tell(site, shared.logout_token()) == 400, header
        shared.header = {"alg": "RS256", "kid": "one"}
        shared.signer = RSAKey.generate_key(2048)
        assert await tell(site, shared.logout_token()) == 400
        assert await who(vera)


async def test_token_is_good_once(site: Server, shared: FakeProvider) -> None:
    async with await came(site, shared) as first:
        token = shared.logout_token()
        assert await tell(site, token) == 200
        assert not await who(first)
    async with await came(site, shared) as again:
        assert await tell(site, token) == 400
        assert await who(again)


async def test_browsers_of_other_sites_cannot_tell(site: Server, shared: FakeProvider) -> None:
    async with await came(site, shared) as vera:
        given = {"logout_token": shared.logout_token()}
        foreign = {"Origin": "https://evil.example"}
        assert (await vera.http.post(PATH, data=given, headers=foreign)).status_code == 403
        assert (await vera.http.post(PATH, json=given)).status_code == 400
        large = await vera.http.post(PATH, data={"logout_token": "x" * 20_000})
        assert large.status_code in (400, 413)
        assert await who(vera)


async def test_logouts_are_limited(server: StartServer, shared: FakeProvider) -> None:
    """Also those that are refused: their signatures cost time."""
    node = await server(**{**shared.settings, "RATE_LIMITS": "on"})
    async with httpx.AsyncClient(base_url=node.url, trust_env=False) as client:
        answers = [await client.post(PATH) for _ in range(2)]
    left = [int(answer.headers["ratelimit-remaining"]) for answer in answers]
    assert left[0] > left[1] > 590, left


async def test_where_there_is_no_provider(shared_server: Server) -> None:
    async with Person(shared_server) as nobody:
        answer = await nobody.http.post(PATH, data={"logout_token": "x"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
