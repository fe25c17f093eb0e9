"""What is read of a request is bounded: fields of forms and queries, cookies, languages."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import werkzeug.http
import werkzeug.sansio.request
from quart.typing import TestClientProtocol as Client

from app import create_app
from blueprints import locale
from blueprints import request_parsers as parsers
from blueprints.request_parsers import COOKIES_MAX, FIELDS_MAX, fields
from config import Settings
from tests.support.person import PASSWORD
from tests.support.started import started

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def client(sqlite_url: str) -> AsyncIterator[Client]:
    """A browser without a login; limits are on."""
    app = create_app(Settings(database_url=sqlite_url, secret_key=PASSWORD))
    async with started(app):
        yield app.test_client()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters the parsers were given each time."""
    lengths: list[int] = []

    def counting(parse: Callable[..., Any]) -> Callable[..., Any]:
        def counted(text: Any, *args: Any) -> Any:
            lengths.append(len(text or ""))
            return parse(text, *args)

        return counted

    for name in ("parse_accept_header", "parse_cookie"):
        parse = counting(getattr(werkzeug.http, name))
        for module in (locale, parsers, werkzeug.http, werkzeug.sansio.request):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, parse)
    return lengths


@pytest.mark.parametrize("path", ["/login", "/register"])
async def test_form_of_many_fields_is_refused(client: Client, path: str) -> None:
    statuses = [
        (await client.post(path, data="a&" * 32_000, headers=FORM)).status_code for _ in range(3)
    ]
    assert statuses == [413] * 3
    form = "&".join(["username=alice&password=x", *["a=b"] * (FIELDS_MAX - 2)])
    assert (await client.post(path, data=form, headers=FORM)).status_code in {401, 422}
    assert (await client.post(path, data=f"{form}&a=b", headers=FORM)).status_code == 413


@pytest.mark.parametrize("path", ["/login", "/rooms/1/hide", "/blocks/1", "/direct"])
async def test_forms_are_read_in_the_one_way_that_pages_send_them(
    client: Client, path: str
) -> None:
    """Multipart has headers of each part, and parts of parts: nobody needs it here."""
    account = {"username": "alice", "password": PASSWORD}
    for door in ("/api/users", "/api/session"):
        await client.post(door, json=account)
    headers = {"content-type": "multipart/form-data; boundary=x"}
    body = '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\r\n' * 900
    answer = await client.post(path, data=body, headers=headers)
    assert answer.status_code in {403, 415}
    if path in {"/login", "/direct"}:
        assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/login", "/api/session", "/static/none", "/none", "/healthz"])
async def test_query_of_many_fields_is_refused(client: Client, path: str) -> None:
    answer = await client.get(f"{path}?{'a&' * 7_500}")
    assert answer.status_code == 400
    assert (await client.get(f"/login?{'a=b&' * 19}next=/rooms/")).status_code == 200


@pytest.mark.parametrize("path", ["/login", "/api/session", "/static/none", "/none"])
async def test_headers_are_read_as_far_as_browsers_write_them(
    client: Client, read: list[int], path: str
) -> None:
    headers = {"accept-language": "a," * 7_500, "cookie": "a;" * 7_500}
    await client.get(path, headers=headers)
    assert read
    assert max(read) < 2 * COOKIES_MAX


async def test_language_that_is_asked_for_first_is_found(client: Client) -> None:
    for liked, shown in (("en", "en"), ("ru", "ru"), ("fr,en;q=0.5", "en")):
        header = ",".join([liked, *["de;q=0.1"] * 100])
        page = await (await client.get("/login", headers={"accept-language": header})).get_data()
        assert f'lang="{shown}"'.encode() in page


def test_fields_are_read_as_browsers_write_them() -> None:
    data = "a=1+2&b=%D1%8F%2B&&c&=d&e=я&f=%ff%zz".encode()
    expected = [("a", "1 2"), ("b", "я+"), ("c", ""), ("", "d"), ("e", "я"), ("f", "\ufffd%zz")]
    assert fields(data) == expected
