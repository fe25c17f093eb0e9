"""Every route but a short list needs a login: asked of a real server, with nobody logged in."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.person import Person
from tests.support.server import Server, run_python

# What somebody without a login may see. Whoever adds to it says why.
PUBLIC = {
    "/": "leads on to /rooms/",
    "/login": "is how to log in",
    "/register": "is how to become somebody",
    "/static/<path:filename>": "is the same for everybody",
    "/healthz": "asked by load balancers",
    "/readyz": "asked by load balancers",
    "/favicon.ico": "asked by browsers",
    "/manifest.webmanifest": "asked by browsers",
    "/language": "chooses a language before a login too",
}
PUBLIC_CALLS = {
    ("POST", "/api/users"),
    ("POST", "/api/session"),
}


LIST_ROUTES = """
import json
from app import create_app
print(json.dumps([[rule.rule, sorted(rule.methods or ()), rule.websocket]
                  for rule in create_app().url_map.iter_rules()]))
"""


@dataclass(frozen=True)
class Route:
    """A method and a rule of the URL map, such as GET /rooms/<int:room_id>/."""

    method: str
    rule: str
    websocket: bool

    @property
    def path(self) -> str:
        """An address that the rule matches."""
        return re.sub(r"<[^>]+>", "1", self.rule)

    @property
    def public(self) -> bool:
        """Whether the short list has it."""
        return self.rule in PUBLIC or (self.method, self.rule) in PUBLIC_CALLS


@pytest.fixture
async def routes(tmp_path: Path) -> list[Route]:
    """Every route of the app, from a process of its own: importing it must not touch this one."""
    status, output = await run_python("-c", LIST_ROUTES, cwd=tmp_path, settings={})
    assert status == 0, output
    return [
        Route(method, rule, websocket)
        for rule, methods, websocket in json.loads(output.splitlines()[-1])
        for method in methods
        if method not in {"HEAD", "OPTIONS"}
    ]


async def test_routes_need_a_login(routes: list[Route], shared_server: Server) -> None:
    closed = [route for route in routes if not route.public and not route.websocket]
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
    """A new kind of socket needs the admission that chat.py and lobby.py have, and a test of it."""
    rules = {route.rule.rstrip("/") for route in routes if route.websocket}
    assert rules == {"/ws/chat/<int:room_id>", "/ws"}


async def test_websocket_needs_a_login(shared_server: Server) -> None:
    nobody = Person(shared_server)
    assert await nobody.refused(1) == httpx.codes.UNAUTHORIZED
    await nobody.close()
