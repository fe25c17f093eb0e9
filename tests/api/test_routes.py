"""Every route but a short list needs a login: asked of a real server, with nobody logged in."""

from pathlib import Path

import httpx
import pytest

from tests.support.person import Person
from tests.support.routes import Route, all_routes
from tests.support.server import Server

# What somebody without a login may see. Whoever adds to it says why.
PUBLIC = {
    "/": "leads on to /rooms/",
    "/login": "is how to log in",
    "/login/factor": "is its second step",
    "/login/passkey": "is the other way",
    "/oidc/login": "is a third way",
    "/oidc/callback": "is its end",
    "/oidc/new": "is how to become somebody by it",
    "/oidc/logged-out": "is for who has just logged out",
    "/oidc/backchannel-logout": "is for the provider, which signs what it says",
    "/register": "is how to become somebody",
    "/reset/<token>": "is for whoever has the link",
    "/forgot": "is for who cannot log in",
    "/email/confirm/<token>": "is for whoever has the link, in whatever browser",
    "/unsubscribe/<token>": "is pressed in programs for mail",
    "/invite/<token>": "is for who has no account yet, and has the link",
    "/static/<path:filename>": "is the same for everybody",
    "/healthz": "asked by load balancers",
    "/readyz": "asked by load balancers",
    "/metrics": "has a token of its own",
    "/arrival": "is answered to who has signed the question with the server's key",
}
PUBLIC_CALLS = {
    ("POST", "/api/users"),
    ("POST", "/api/users/passkey/options"),
    ("POST", "/api/session"),
    ("POST", "/api/password/forgotten"),
    ("POST", "/api/invites/look"),
    ("POST", "/api/session/factor"),
    ("POST", "/api/session/passkey"),
    ("POST", "/api/session/passkey/options"),
}


def is_public(route: Route) -> bool:
    """Whether the short list has it."""
    return route.rule in PUBLIC or (route.method, route.rule) in PUBLIC_CALLS


@pytest.fixture
async def routes(tmp_path: Path) -> list[Route]:
    """Every route of the app."""
    return await all_routes(tmp_path)


async def test_exceptions_are_routes_that_exist(routes: list[Route]) -> None:
    """An exception left over from a route that is gone would let in the next one of that name."""
    assert set(PUBLIC) <= {route.rule for route in routes}
    assert {(route.method, route.rule) for route in routes} >= PUBLIC_CALLS


async def test_routes_need_a_login(routes: list[Route], shared_server: Server) -> None:
    closed = [route for route in routes if not is_public(route) and not route.websocket]
    assert len(closed) > len(routes) / 2, "the list of exceptions has become the rule"
    async with httpx.AsyncClient(base_url=shared_server.url, trust_env=False) as nobody:
        answers = [(route, await nobody.request(route.method, route.path)) for route in closed]
    assert [f"{route}: {answer}" for route, answer in answers if not refuses(route, answer)] == []


def refuses(route: Route, answer: httpx.Response) -> bool:
    """Return whether the answer sends somebody without a login away, in the way of its part."""
    if route.rule.startswith("/api/"):
        error = answer.json() if answer.status_code == httpx.codes.UNAUTHORIZED else {}
        return (error.get("type"), error.get("code")) == ("error", "unauthorized")
    to_login = answer.headers.get("location", "").startswith("/login")
    return answer.status_code == httpx.codes.SEE_OTHER and to_login


async def test_every_websocket_is_known(routes: list[Route]) -> None:
    """A new kind of socket needs the admission that room.py and lobby.py have, and a test of it;
    that of `doctor` has its own, in tests/deployment/test_doctor.py.
    """
    rules = {route.rule.rstrip("/") for route in routes if route.websocket}
    assert rules == {"/ws/chat/<int:room_id>", "/ws", "/ws/arrival"}


async def test_websocket_needs_a_login(shared_server: Server) -> None:
    nobody = Person(shared_server)
    assert await nobody.refused(1) == httpx.codes.UNAUTHORIZED
    await nobody.close()
