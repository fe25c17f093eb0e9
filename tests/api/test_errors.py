"""What goes wrong has a status, a code and a sentence; and is never a 500."""

import asyncio
import json

import httpx
import pytest

from tests.support.factories import MakePerson, StartServer
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import Server

POSTS = [
    "/api/users",
    "/api/session",
    "/api/rooms",
    "/api/rooms/1/members",
    "/api/rooms/1/messages",
    "/api/rooms/1/unread",
    "/api/direct",
]


def code(answer: httpx.Response, status: int) -> str:
    """Return the error's code; AssertionError unless it is an error of this status and shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["type"] == "error"
    assert body["message"].strip()
    assert body.keys() <= {"type", "code", "message", "client_id", "retry_after"}
    return str(body["code"])


@pytest.fixture
async def alice(person: MakePerson) -> Person:
    """Somebody who owns a room."""
    return await person("alice")


@pytest.fixture
async def paths(alice: Person) -> list[str]:
    """Every path that takes a JSON body, in a room of alice's."""
    room = await alice.create_room()
    return [path.replace("/1/", f"/{room}/") for path in POSTS]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"hello", b"{", b'{"name": "x"', b"{'name': 'x'}", b"\xff\xfe",
        b'{"a":' * 10_000, b'{"name": "\\ud800", "username": "\\ud800", "message": "\\ud800"}',
    ],
    ids=["empty", "text", "cut", "cut 2", "quotes", "bytes", "deep objects", "half a pair"],
)  # fmt: skip
async def test_not_json_is_400(alice: Person, paths: list[str], body: bytes) -> None:
    for path in paths:
        assert code(await alice.http.post(path, content=body), 400) == "bad_json", path


@pytest.mark.parametrize("body", [b"[" * 30_000, b"[" * 30_000 + b"]" * 30_000], ids=len)
async def test_deep_nesting_is_no_failure(alice: Person, paths: list[str], body: bytes) -> None:
    for path in paths:
        answer = await alice.http.post(path, content=body)
        assert answer.status_code in {400, 422}, path
        assert code(answer, answer.status_code) in {"bad_json", "bad_field"}


@pytest.mark.parametrize(
    "body",
    [
        1, "x", [], {}, {"name": 1, "username": 1, "message": 1},
        {"name": None, "username": None, "message": None, "password": PASSWORD},
        {"username": "bob", "password": 12345678, "name": "x", "members": "bob", "message": ["x"]},
        {"name": "x", "members": [1], "username": ["x"], "message": {}},
    ],
    ids=repr,
)  # fmt: skip
async def test_wrong_shape_is_422(alice: Person, paths: list[str], body: object) -> None:
    for path in paths:
        if (
            path.endswith(("members", "direct"))
            and isinstance(body, dict)
            and body.get("username") == "bob"
        ):
            continue
        assert code(await alice.http.post(path, json=body), 422) == "bad_field", path


@pytest.mark.parametrize(
    ("username", "password", "expected"),
    [
        ("a", PASSWORD, "bad_username"),
        ("x" * 33, PASSWORD, "bad_username"),
        ("", PASSWORD, "bad_username"),
        ("two words", PASSWORD, "bad_username"),
        ("<b>bold</b>", PASSWORD, "bad_username"),
        ("nul\0", PASSWORD, "bad_username"),
        ("new\nline", PASSWORD, "bad_username"),
        ("right\u202eleft", PASSWORD, "bad_username"),
        ("good", "short", "bad_password"),
        ("good", "x" * 257, "bad_password"),
        ("good", "", "bad_password"),
    ],
)
async def test_bad_names_and_passwords(
    shared_server: Server, username: str, password: str, expected: str
) -> None:
    async with Person(shared_server) as nobody:
        answer = await nobody.http.post(
            "/api/users", json={"username": username, "password": password}
        )
    assert code(answer, 422) == expected


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, lambda name: f" {name} "])
async def test_taken_name_is_taken_in_every_case(person: MakePerson, change: object) -> None:
    alice = await person("Élise")
    username = change(alice.username)  # type: ignore[operator]
    answer = await alice.http.post("/api/users", json={"username": username, "password": PASSWORD})
    assert code(answer, 409) == "username_taken"


async def test_name_is_given_once_to_many_who_ask_together(shared_server: Server) -> None:
    credentials = {"username": unique("alice"), "password": PASSWORD}
    async with Person(shared_server) as nobody:
        asked = [nobody.http.post("/api/users", json=credentials) for _ in range(6)]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


async def test_closed_registration(server: StartServer) -> None:
    async with Person(await server(REGISTRATION="closed")) as nobody:
        answer = await nobody.http.post(
            "/api/users", json={"username": "alice", "password": PASSWORD}
        )
        page = await nobody.http.post("/register", data={"username": "alice", "password": PASSWORD})
    assert code(answer, 403) == "registration_closed"
    assert page.status_code == 403


async def test_wrong_credentials_give_one_answer(person: MakePerson) -> None:
    """Nobody learns whether a name exists."""
    alice = await person("alice")
    wrong = {"username": alice.username, "password": "wrong password"}
    answers = [
        await alice.http.post("/api/session", json=credentials)
        for credentials in (
            wrong,
            wrong | {"username": "nobody-at-all"},
            wrong | {"username": "x" * 9999},
        )
    ]
    assert {code(answer, 401) for answer in answers} == {"bad_credentials"}
    assert len({answer.content for answer in answers}) == 1
    assert all("set-cookie" not in answer.headers for answer in answers)


async def test_unknown_people_and_members_twice(alice: Person, person: MakePerson) -> None:
    bob = await person("bob")
    room = await alice.create_room(bob)
    path = f"/api/rooms/{room}/members"
    made = await alice.http.post("/api/rooms", json={"name": "x", "members": ["nobody-at-all"]})
    assert code(made, 422) == "unknown_user"
    assert "nobody-at-all" in made.json()["message"]
    for name in ("nobody-at-all", "", "\0", "x" * 5000, "%(username)s %s"):
        answer = await alice.http.post(path, json={"username": name})
        assert code(answer, 422) == "unknown_user"
    twice = await alice.http.post(path, json={"username": bob.username})
    assert code(twice, 409) == "already_a_member"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b", "a\u202eb"], ids=repr)
async def test_bad_room_names(alice: Person, name: str) -> None:
    assert code(await alice.http.post("/api/rooms", json={"name": name}), 422) == "bad_room_name"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": " "}, "empty_message"),
        ({"message": "x" * 4001}, "message_too_long"),
        ({"message": "a\0b"}, "bad_text"),
        ({"message": "x", "client_id": ""}, "bad_field"),
        ({"message": "x", "client_id": "x" * 65}, "bad_field"),
        ({"message": "x", "client_id": "a\0b"}, "bad_field"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_bad_messages(alice: Person, body: dict[str, str], expected: str) -> None:
    room = await alice.create_room()
    assert code(await alice.http.post(f"/api/rooms/{room}/messages", json=body), 422) == expected
    assert await alice.messages(room) == []


async def test_rooms_of_others_are_403_like_unknown_ones(alice: Person, person: MakePerson) -> None:
    room, eve = await alice.create_room(), await person("eve")
    for number in (room, 999_999, 0, 2**63, 10**40):
        for method, rest, body in (
            ("GET", "", None), ("DELETE", "", None), ("GET", "/messages", None),
            ("POST", "/messages", {"message": "x"}), ("DELETE", f"/members/{eve.id}", None),
            ("POST", "/members", {"username": eve.username}), ("PATCH", "", {"name": "x"}),
            ("PATCH", f"/members/{eve.id}", {"role": "owner"}),
            ("PUT", "/mute", {"is_muted": True}), ("POST", "/unread", {"message_id": 1}),
            ("GET", "/draft", None), ("PUT", "/draft", {"message": "x"}),
            ("DELETE", "/draft", None),
        ):  # fmt: skip
            answer = await eve.http.request(method, f"/api/rooms/{number}{rest}", json=body)
            assert code(answer, 403) == "not_a_member"


async def test_not_found(alice: Person) -> None:
    room = await alice.create_room()
    for path in ("/api/", "/api/nothing", "/api/rooms/abc", "/api/rooms/-1"):
        assert code(await alice.http.get(path), 404) == "not_found"
    for user_id in (0, 999_999, 2**63, 10**40):
        path = f"/api/rooms/{room}/members/{user_id}"
        assert code(await alice.http.delete(path), 404) == "not_found"
        appointed = await alice.http.patch(path, json={"role": "owner"})
        assert code(appointed, 404) == "not_found"


async def test_numbers_of_any_length_in_paths(alice: Person) -> None:
    room = await alice.create_room()
    for path in (f"/api/rooms/{'9' * 5000}", f"/rooms/{'9' * 5000}/"):
        assert (await alice.http.get(path)).status_code in {400, 403, 404}, path[:20]
    answer = await alice.http.delete(f"/api/rooms/{room}/members/{'9' * 5000}")
    assert answer.status_code in {400, 404}


async def test_method_not_allowed(alice: Person) -> None:
    for method, path in (("PUT", "/api/rooms"), ("GET", "/api/users"), ("PATCH", "/api/session")):
        assert code(await alice.http.request(method, path), 405) == "method_not_allowed"


async def test_too_large(alice: Person, paths: list[str]) -> None:
    body = json.dumps({"name": "x" * 70_000, "username": "x", "password": "x", "message": "x"})
    for path in paths:
        assert code(await alice.http.post(path, content=body), 413) == "too_large"


async def test_errors_do_not_shout_the_insides(alice: Person) -> None:
    answer = await alice.http.post("/api/rooms", content=b"{")
    assert "Traceback" not in answer.text
    assert "/" not in answer.json()["message"]


async def test_sentences_are_in_the_language_of_who_asks(alice: Person) -> None:
    async def sentence(liked: str) -> str:
        answer = await alice.http.get("/api/rooms/0", headers={"Accept-Language": liked})
        assert code(answer, 403) == "not_a_member"
        return str(answer.json()["message"])

    english, russian = [await sentence(each) for each in ("en-GB,en;q=0.9", "ru")]
    assert english == "You are not a member of this room"
    assert russian != english
    # Others, and programs, which like whatever there is, are answered in the server's.
    assert {await sentence(each) for each in ("de", "*", "")} == {russian}
    await alice.http.patch("/api/profile", json={"language": "en"})
    assert await sentence("ru") == english
