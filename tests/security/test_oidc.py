"""What is sent by an OpenID provider, or by somebody in its place, and must not be believed."""

import time
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.support.factories import StartServer
from tests.support.fake_oidc import CLIENT, FakeProvider, come_back, sent
from tests.support.person import Person
from tests.support.server import Server


@pytest.fixture
def site(shared_site: Server, shared: FakeProvider) -> Server:
    """The same, its provider saying what is right."""
    shared.reset()
    return shared_site


def is_in(answer: httpx.Response) -> bool:
    """Whether the callback has believed it: the name is to be chosen."""
    return str(answer.headers.get("location")) == "/oidc/new"


async def test_flow_has_pkce_state_and_nonce(site: Server, shared: FakeProvider) -> None:
    async with Person(site) as vera:
        first, second = await sent(vera), await sent(vera)
        assert first["code_challenge_method"] == "S256"
        for name in ("state", "nonce", "code_challenge"):
            assert first[name] != second[name]
            assert len(first[name]) >= 43
        assert is_in(await come_back(vera, shared))
        assert "code_verifier" in shared.forms[-1]
        cookies = [each for each in vera.http.cookies.jar if "oidc" in each.name]
        assert cookies
        assert all(each.has_nonstandard_attr("HttpOnly") for each in cookies)


async def test_states_that_are_not_the_browsers(site: Server, shared: FakeProvider) -> None:
    async with Person(site) as vera, Person(site) as eva:
        foreign = (await sent(eva))["state"]
        for state in (None, "", "x", "é", foreign):
            assert (await come_back(vera, shared, state=state)).status_code == 401
        twice = await sent(vera)
        shared.nonce = twice["nonce"]
        query = f"code=a&state={twice['state']}&state={foreign}"
        assert (await vera.http.get(f"/oidc/callback?{query}")).status_code == 401
        assert not shared.forms, "nothing is exchanged for it"


async def test_issuers_that_are_mixed_up(site: Server, shared: FakeProvider) -> None:
    """RFC 9207: a code of another provider is not taken to this one."""
    async with Person(site) as vera:
        for issuer in ("https://evil.example", shared.issuer + "/", ""):
            assert (await come_back(vera, shared, iss=issuer)).status_code == 401
        assert not shared.forms
        assert is_in(await come_back(vera, shared, iss=None)), "it does not promise to say it"


async def test_issuer_is_missed_where_it_is_promised(
    server: StartServer, fake: FakeProvider
) -> None:
    fake.metadata = {"authorization_response_iss_parameter_supported": True}
    async with Person(await server(**fake.settings)) as vera:
        assert (await come_back(vera, fake, iss=None)).status_code == 401
        assert is_in(await come_back(vera, fake))


async def test_errors_of_the_provider(site: Server, shared: FakeProvider) -> None:
    async with Person(site) as vera:
        answer = await come_back(vera, shared, error="access_denied")
        assert answer.status_code == 401
        assert "access_denied" not in answer.text
        assert (await come_back(vera, shared, code=None)).status_code == 401
        assert not shared.forms


BAD: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another client": {"aud": "another"},
    "another client among several": {"aud": ["another", "third"]},
    "several clients and no party": {"aud": [CLIENT, "another"]},
    "another party": {"aud": [CLIENT, "another"], "azp": "another"},
    "another party alone": {"azp": "another"},
    "no audience": {"aud": None},
    "swapped nonce": {"nonce": "of another login"},
    "no nonce": {"nonce": None},
    "nonce that is no text": {"nonce": ["x"]},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject that is no text": {"sub": 7},
    "subject that no database keeps": {"sub": "a\x00"},
    "endless subject": {"sub": "x" * 300},
    "expired": {"exp": 1},
    "no end": {"exp": None},
    "end that is no number": {"exp": "tomorrow"},
    "of no time": {"iat": None},
    "of the future": {"iat": int(time.time()) + 100_000},
    "not yet": {"nbf": int(time.time()) + 100_000},
}


async def test_claims_that_are_not_for_this_login(site: Server, shared: FakeProvider) -> None:
    async with Person(site) as vera:
        believed = []
        for about, claims in BAD.items():
            shared.claims = claims
            if (await come_back(vera, shared)).status_code != 401:
                believed.append(about)
        assert not believed
        shared.claims = {"aud": [CLIENT, "another"], "azp": CLIENT, "exp": int(time.time()) - 30}
        assert is_in(await come_back(vera, shared)), "two clocks may be a minute apart"


async def test_signatures_that_are_not_the_providers(site: Server, shared: FakeProvider) -> None:
    async with Person(site) as vera:
        assert is_in(await come_back(vera, shared))
        shared.header = {"alg": "none", "kid": "one"}
        assert (await come_back(vera, shared)).status_code == 401
        shared.header = {"alg": "HS256", "kid": "one"}
        assert (await come_back(vera, shared)).status_code == 401
        shared.header = {"alg": "RS256", "kid": "one"}
        shared.signer = RSAKey.generate_key(2048)
        assert (await come_back(vera, shared)).status_code == 401
        shared.header["alg"] = "PS256"  # The provider does not say that it signs so.
        shared.signer = shared.key
        assert (await come_back(vera, shared)).status_code == 401


async def test_other_algorithms_that_are_promised(server: StartServer, fake: FakeProvider) -> None:
    """HMAC and none stay refused, even where the provider says that it uses them."""
    supported = ["none", "HS256", "ES256"]
    fake.metadata = {"id_token_signing_alg_values_supported": supported}
    async with Person(await server(**fake.settings)) as vera:
        fake.header = {"alg": "none"}
        assert (await come_back(vera, fake)).status_code == 401
        fake.header = {"alg": "HS256", "kid": "one"}
        assert (await come_back(vera, fake)).status_code == 401
        fake.signer = key = ECKey.generate_key("P-256", {"kid": "curve"})
        fake.keys = [fake.key, key]
        fake.header = {"alg": "ES256", "kid": "curve"}
        assert is_in(await come_back(vera, fake))


async def test_keys_are_renewed_and_not_asked_for_in_a_storm(
    server: StartServer, fake: FakeProvider
) -> None:
    async with Person(await server(**fake.settings)) as vera:
        assert is_in(await come_back(vera, fake))
        fake.header = {"alg": "RS256", "kid": "nobody's"}
        for _ in range(10):
            assert (await come_back(vera, fake)).status_code == 401
        assert fake.asked.count("/keys") <= 2


async def test_new_key_is_found(server: StartServer, fake: FakeProvider) -> None:
    async with Person(await server(**fake.settings)) as vera:
        assert is_in(await come_back(vera, fake))
        fake.signer = key = RSAKey.generate_key(2048, {"kid": "two"})
        fake.keys, fake.header = [key], {"alg": "RS256", "kid": "two"}
        # Keys that were read a moment ago are read again after two seconds.
        while not is_in(await come_back(vera, fake)):
            pass
        fake.signer, fake.header = fake.key, {"alg": "RS256", "kid": "one"}
        assert (await come_back(vera, fake)).status_code == 401, "the old one was withdrawn"


async def test_provider_that_calls_itself_otherwise(
    server: StartServer, fake: FakeProvider
) -> None:
    for metadata in (
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": 7},
    ):
        fake.metadata = metadata
        async with Person(await server(**fake.settings)) as vera:
            assert (await vera.http.get("/oidc/login")).status_code == 503


async def test_answers_without_a_bound_and_redirects(
    server: StartServer, fake: FakeProvider
) -> None:
    fake.redirects = True
    async with Person(await server(**fake.settings)) as vera:
        assert (await vera.http.get("/oidc/login")).status_code == 503
    assert "/elsewhere" not in fake.asked
    fake.redirects, fake.answer_bytes = False, b"[" * 1_000_000
    async with Person(await server(**fake.settings)) as vera:
        assert (await vera.http.get("/oidc/login")).status_code == 503


async def test_logins_by_it_are_limited(server: StartServer, fake: FakeProvider) -> None:
    node = await server(**{**fake.settings, "RATE_LIMITS": "on"})
    async with Person(node) as vera:
        statuses = [(await vera.http.get("/oidc/login")).status_code for _ in range(70)]
    assert 429 in statuses[60:]
    assert 429 not in statuses[:60]


async def test_userinfo_of_somebody_else(server: StartServer, fake: FakeProvider) -> None:
    fake.metadata = {"userinfo_endpoint": f"{fake.issuer}/userinfo"}
    async with Person(await server(**fake.settings)) as vera:
        assert (await come_back(vera, fake)).status_code == 401
