"""What protects every request: the Origin rule, the headers, the cookie, `next=`."""

import re
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from models import Refusal, User, passwords
from tests.support.factories import MakePerson
from tests.support.person import PASSWORD, Person
from tests.support.server import Server
from tests.support.tables import opened

FOREIGN = [
    "https://evil.example",
    "null",
    "http://",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "nonsense",
    "",
]


@pytest.fixture
async def alice(person: MakePerson) -> Person:
    """Somebody on the shared server."""
    return await person("alice")


@pytest.mark.parametrize("origin", FOREIGN, ids=repr)
async def test_foreign_origin_is_refused(alice: Person, origin: str) -> None:
    room = await alice.create_room()
    # Refused before their bodies are read: the server may close, and the next one needs another.
    headers = {"Origin": origin, "Connection": "close"}
    for method, path in (
        ("POST", "/api/rooms"),
        ("DELETE", f"/api/rooms/{room}"),
        ("DELETE", "/api/session"),
        ("POST", "/api/session"),
        ("POST", "/logout"),
        ("POST", f"/rooms/{room}/"),
    ):
        answer = await alice.http.request(method, path, json={"name": "x"}, headers=headers)
        assert answer.status_code == 403, (method, path)
    assert await alice.refused(room, origin=origin) == 403
    assert len(await alice.rooms()) == 1, "alice is logged in, and her room is there"


async def test_own_origin_and_none_are_let_in(alice: Person) -> None:
    room = await alice.create_room()
    host = alice.server.url.removeprefix("http://")
    for origin in (f"http://{host}", f"http://{host.upper()}", None):
        headers = {"Origin": origin} if origin else {}
        answer = await alice.http.post("/api/rooms", json={"name": "x"}, headers=headers)
        assert answer.status_code == 201, origin
        assert (await (await alice.connect(room, origin=origin)).next())["type"] == "ready"


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 201), ("none", 201)],
)
async def test_sec_fetch_site_speaks_where_origin_does_not(
    alice: Person, site: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site, "Connection": "close"}
    answer = await alice.http.post("/api/rooms", json={"name": "x"}, headers=headers)
    assert answer.status_code == status
    assert (await alice.http.get("/rooms/", headers=headers)).status_code == 200, (
        "links may lead in"
    )


async def test_headers_on_every_kind_of_answer(alice: Person) -> None:
    nobody = Person(alice.server)
    room = await alice.create_room()
    answers = [
        (200, await alice.http.get("/rooms/")),
        (200, await alice.http.get(f"/rooms/{room}/")),
        (200, await nobody.http.get("/login")),
        (200, await alice.http.get("/static/css/base.css")),
        (200, await alice.http.get("/api/rooms")),
        (200, await alice.http.get("/healthz")),
        (303, await nobody.http.get("/rooms/")),
        (303, await alice.http.get("/")),
        (400, await alice.http.post("/api/rooms", content=b"{")),
        (401, await nobody.http.get("/api/rooms")),
        (403, await alice.http.get("/rooms/999999/")),
        (403, await nobody.http.post("/logout", headers={"Origin": FOREIGN[0]})),
        (404, await alice.http.get("/nothing")),
        (404, await alice.http.get("/static/nothing")),
        (405, await alice.http.put("/login")),
        (413, await alice.http.post("/api/rooms", content=b"x" * 70_000)),
        (422, await nobody.http.post("/login", data={"username": ""})),
    ]
    await nobody.close()
    for status, answer in answers:
        assert answer.status_code == status, answer.request.url
        check_headers(answer)


def check_headers(answer: httpx.Response) -> None:
    """AssertionError unless the answer carries what every answer carries."""
    headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"same-origin", "no-referrer"}
    if "/static/" not in answer.request.url.path:
        assert "no-store" in headers["cache-control"]
    assert "python" not in headers.get("server", "").lower()


async def test_pages_have_no_inline_script_or_style(alice: Person) -> None:
    room = await alice.create_room()
    for path in ("/rooms/", "/rooms/new", f"/rooms/{room}/"):
        page = (await alice.http.get(path)).text
        assert re.findall(r"<script(?![^>]*(src=|type=\"application/json\"))[^>]*>", page) == []
        assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []


async def test_data_in_a_page_cannot_end_its_script(alice: Person) -> None:
    room = await alice.create_room(name="</script><script>alert(1)</script>")
    await alice.post(room, "<img src=x onerror=alert(1)> </script>")
    page = (await alice.http.get(f"/rooms/{room}/")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ({}, False),
        ({"X-Forwarded-Proto": "https"}, True),
        ({"X-Forwarded-Proto": "https, http"}, True),
        ({"X-Forwarded-Proto": "http"}, False),
        ({"X-Forwarded-Proto": "https", "Origin": "https://HOST"}, True),
        ({"Origin": "http://HOST"}, False),
    ],
    ids=str,
)
async def test_flags_of_the_cookie(alice: Person, headers: dict[str, str], secure: bool) -> None:
    host = alice.server.url.removeprefix("http://")
    headers = {name: value.replace("HOST", host) for name, value in headers.items()}
    credentials = {"username": alice.username, "password": PASSWORD}
    async with Person(alice.server) as nobody:
        answers = [
            await alice.http.post("/api/session", json=credentials, headers=headers),
            await nobody.http.post("/login", data=credentials, headers=headers),
        ]
    expected = {"__Host-beseda" if secure else "beseda", "beseda_device"}
    for answer in answers:
        assert set(answer.cookies) == expected
        for cookie in answer.headers.get_list("set-cookie"):
            flags = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "samesite=lax", "path=/"} <= flags
            assert ("secure" in flags) == secure
            assert not any(flag.startswith("domain") for flag in flags)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "https://evil.example/", "http:evil.example",
        "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example",
        "/\n/evil.example", " //evil.example", "javascript:alert(1)", "evil.example", "",
        "/rooms/../../\\evil.example", "/%0d%0aX-Injected: 1", "/\r\nX-Injected: 1",
    ],
    ids=repr,
)  # fmt: skip
async def test_next_stays_on_the_site(alice: Person, target: str) -> None:
    credentials = {"username": alice.username, "password": PASSWORD}
    async with Person(alice.server) as nobody:
        entered = await nobody.http.post("/login", params={"next": target}, data=credentials)
        there = await nobody.http.get(entered.headers["location"])
        again = await nobody.http.get("/login", params={"next": target})
    for answer in (entered, there, again):
        assert answer.status_code == 303
        # As browsers read it: a backslash is a slash, tabs and newlines are nothing.
        location = re.sub(r"[\t\r\n]", "", answer.headers["location"]).replace("\\", "/")
        leads_to = urlsplit(urljoin(f"{alice.server.url}/login", location))
        assert f"http://{leads_to.netloc}" == alice.server.url, location
        assert "x-injected" not in answer.headers


async def test_next_leads_back(alice: Person, shared_server: Server) -> None:
    room = await alice.create_room()
    async with Person(shared_server) as nobody:
        asked = await nobody.http.get(f"/rooms/{room}/?before=7")
        assert asked.status_code == 303
        entered = await nobody.http.post(
            asked.headers["location"], data={"username": alice.username, "password": PASSWORD}
        )
        # By way of the form, which whoever is logged in by now does not see.
        there = await nobody.http.get(entered.headers["location"])
    assert there.headers["location"] == f"/rooms/{room}/?before=7"


async def test_unknown_name_costs_a_verification_too(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the time of the answer would tell who is registered."""
    verified: list[str] = []
    verify = passwords.verify  # The seam where all of them pass.

    def counting(password_hash: str, password: str) -> bool:
        verified.append(password_hash)
        return verify(password_hash, password)

    monkeypatch.setattr(passwords, "verify", counting)
    async with opened(sqlite_url):
        known = await User.register("alice", PASSWORD)
        for name in ("alice", "nobody", "x" * 100, "a\0b"):
            with pytest.raises(Refusal, match="bad_credentials"):
                await User.authenticate(name, "wrong password")
    assert len(verified) == 4
    kinds = {password_hash.rsplit("$", 2)[0] for password_hash in verified}
    assert kinds == {known.password_hash.rsplit("$", 2)[0]}, "the same parameters"
