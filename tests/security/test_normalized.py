"""Nothing longer than a name can be is normalized, whichever field it comes in: marks that are out
of order are sorted by moving each past the others, and 64 KiB of them take 0.8 seconds.
"""

import unicodedata
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from quart.typing import TestClientProtocol as Client

from app import create_app
from config import Settings
from models.names import LONGEST
from tests.support.person import PASSWORD
from tests.support.started import started

MARKS = "a" + "\u0301\u0316" * 16_000
# In a form each of their bytes is three.
FEWER = "a" + "\u0301\u0316" * 5_000
FIELDS: dict[str, dict[str, Any]] = {
    "POST /api/users": {"username": MARKS, "password": PASSWORD},
    "POST /api/session": {"username": MARKS, "password": PASSWORD},
    "PATCH /api/profile": {"display_name": MARKS},
    "POST /api/password": {"password": MARKS, "new_password": MARKS[:300]},
    "POST /api/rooms": {"name": MARKS, "members": []},
    "POST /api/rooms ": {"name": "Room", "members": [MARKS]},
    "PATCH /api/rooms/1": {"name": MARKS},
    "POST /api/rooms/1/members": {"username": MARKS},
    "POST /api/rooms/1/messages": {"message": MARKS, "client_id": "a"},
    "POST /api/direct": {"username": MARKS},
    "POST /register": {"username": FEWER, "password": PASSWORD},
    "POST /login": {"username": FEWER, "password": PASSWORD},
    "POST /profile/name": {"display_name": FEWER},
    "POST /profile/look": {"theme": FEWER},
    "POST /profile/password": {"password": FEWER, "new_password": PASSWORD},
    "POST /rooms/new": {"name": "Room", "members": FEWER},
    "POST /rooms/1/": {"message": FEWER},
    "POST /rooms/1/members": {"username": FEWER},
    "POST /rooms/1/rename": {"name": FEWER},
    "POST /direct": {"username": FEWER},
    "GET /api/people": {"q": MARKS[:6_000]},
    "GET /api/rooms": {"q": MARKS[:6_000]},
}


@pytest.fixture
async def client(sqlite_url: str) -> AsyncIterator[Client]:
    """A browser of somebody who owns a room."""
    app = create_app(Settings(database_url=sqlite_url, rate_limits=False, secret_key=PASSWORD))
    async with started(app):
        client = app.test_client()
        account = {"username": "alice", "password": PASSWORD}
        for path in ("/api/users", "/api/session"):
            await client.post(path, json=account)
        await client.post("/api/rooms", json={"name": "Room"})
        yield client


async def test_no_long_text_is_normalized(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    normalize = unicodedata.normalize
    longest = 0

    def counted(form: Any, text: str) -> str:
        nonlocal longest
        longest = max(longest, len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", counted)
    found = {}
    for field, values in FIELDS.items():
        method, path = field.split()
        longest = 0
        if method == "GET":
            answer = await client.get(path, query_string=values)
        elif path.startswith("/api/"):
            headers = {"content-type": "application/json"}
            data = msgspec.json.encode(values)
            ask = client.patch if method == "PATCH" else client.post
            answer = await ask(path, data=data, headers=headers)
        else:
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = await client.post(path, data=urlencode(values), headers=headers)
        assert answer.status_code not in {413, 500}, field
        found[field] = longest
    assert {field: size for field, size in found.items() if size > LONGEST} == {}
    assert found["POST /api/session"] == LONGEST, "it is counted"
