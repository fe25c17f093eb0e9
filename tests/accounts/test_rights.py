"""All routes of a room and all frames, tried by everybody: who may do it is what services/policy.py
says, and what each is answered is in the table, to the status and the code.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from protocol.client_frames import RoomFrame
from services.policy import RIGHTS, Right, Who
from tests.support.chat import Chat
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.rights_scene import ROLES, Scene, done, set_scene
from tests.support.route_rights import (
    BEGUN,
    CHANGES,
    DOORS,
    EMPTY,
    LAST,
    LEFT_BEHIND,
    NOT_FOUND,
    READS,
    SEEN,
    THERE,
    Asked,
    Found,
)
from tests.support.routes import Route, all_routes


@pytest.fixture(scope="module")
async def scene(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Scene]:
    """On a server of its own: its first account is the administrator's. Each test has its room."""
    async with running(folder, DATABASE_URL=sqlite.fresh()) as server:
        found = await set_scene(server)
        yield found
        await found.close()


def is_of_a_room(route: Route) -> bool:
    """Whether the tables have it."""
    is_administered = "/admin/" in route.rule
    return "<int:room_id>" in route.rule and not route.websocket and not is_administered


async def test_every_route_of_a_room_asks_for_its_right(tmp_path: Path, scene: Scene) -> None:
    routes = {(each.method, each.rule) for each in await all_routes(tmp_path) if is_of_a_room(each)}
    asked = {("GET", rule): each for rule, each in READS.items()} | CHANGES
    assert routes == asked.keys() | set(DOORS) | LEFT_BEHIND, "add it to route_rights.py"
    wrong = []
    for (method, rule), each in asked.items():
        for role in roles_of(rule):
            found = result(await ask(scene, role, method, rule, each))
            wanted = expected(role, method, rule, each)
            if found != wanted:
                wrong.append(f"{method} {rule} by {role}: {found}, and not {wanted}")
    assert not wrong, "\n".join(wrong)


def roles_of(rule: str) -> list[str]:
    """A program asks the API alone."""
    return [role for role in ROLES if role != "reader" or rule.startswith("/api/")]


async def ask(scene: Scene, role: str, method: str, rule: str, asked: Asked) -> httpx.Response:
    """Request the route, of the room, the message and the people of the scene."""
    # Of two ways to delete a room, each has one.
    name = "last" if (method, rule) == LAST else "doors" if (method, rule) in DOORS else "routes"
    values: dict[str, object] = {
        "message_id": 1,
        "link_id": 1,
        "report_id": 1,
        "held_id": 1,
        "file_id": 1,
        "client_id": "a",
        "emoji": "👍",
    }
    values |= {"room_id": scene.rooms[name], "user_id": scene.people[asked.whom].id}
    path = re.sub(r"<(?:int:)?(\w+)>", lambda found: str(values[found[1]]), rule)
    sent = {name: filled(scene, value) for name, value in asked.sent.items()}
    http = scene.people[role].http
    if rule.startswith("/api/"):
        return await http.request(method, path, json=sent or None)
    return await http.request(method, path, data=sent)


def filled(scene: Scene, value: object) -> object:
    """What is sent, with the name of whom it is about."""
    if isinstance(value, str) and value.startswith("$"):
        return scene.people[value[1:]].username
    return value


def result(answer: httpx.Response) -> Found:
    """The status, and the code of the refusal; "login" of what leads there."""
    if answer.headers.get("location", "").startswith("/login"):
        return answer.status_code, "login"
    if "json" in answer.headers.get("content-type", ""):
        return answer.status_code, str(answer.json().get("code", ""))
    found = re.search(r'data-code="(\w+)"', answer.text)
    return answer.status_code, found[1] if found else ""


def without_login(role: str, method: str, rule: str) -> Found | None:
    """What is answered before a right is asked for, if anything."""
    if role in ("anonymous", "disabled"):
        return (401, "unauthorized") if rule.startswith("/api/") else (303, "login")
    return (403, "forbidden") if role == "reader" and method != "GET" else None


def expected(role: str, method: str, rule: str, asked: Asked) -> Found:
    """What the table of rights says, and that of routes."""
    if nobody := without_login(role, method, rule):
        return nobody
    if Who.MEMBER not in ROLES[role]:
        return 403, "room_banned" if role == "banned" else "not_a_member"
    if role == "newcomer" and "<int:message_id>" in rule:
        return NOT_FOUND
    if role in asked.others:
        return asked.others[role]
    if ROLES[role] & RIGHTS[asked.right]:
        return asked.answer(method, rule)
    return 403, "not_author" if Who.AUTHOR in RIGHTS[asked.right] else "not_owner"


# By kind of person, what they find at each door of a private room, and of a public one: anybody who
# is not in it; who is; and who is banned, where that is something else than for anybody.
CLOSED, BANNED, FORBIDDEN = (403, "not_a_member"), (403, "room_banned"), (403, "forbidden")
Answers = tuple[Found, Found, Found]
PRIVATE: list[Answers] = [
    (CLOSED, EMPTY, BANNED),
    (CLOSED, FORBIDDEN, BANNED),
    (CLOSED, THERE, BANNED),
    (CLOSED, FORBIDDEN, BANNED),
    (THERE, THERE, THERE),
    (CLOSED, CLOSED, CLOSED),
    # Whoever asks learns nothing: not of a ban, nor whether there is such a room.
    (BEGUN, BEGUN, BEGUN),
    (THERE, THERE, THERE),
    (CLOSED, SEEN, CLOSED),
    (CLOSED, THERE, CLOSED),
]
PUBLIC: list[Answers] = [
    *PRIVATE[:5],
    (SEEN, THERE, SEEN),
    *PRIVATE[6:8],
    (SEEN, SEEN, BANNED),
    (THERE, THERE, BANNED),
]


async def test_every_door_lets_in_whom_it_is_for(scene: Scene) -> None:
    wrong = []
    for visibility, table in (("private", PRIVATE), ("public", PUBLIC)):
        path = f"/api/rooms/{scene.rooms['doors']}"
        await done(scene.people["owner"], "PATCH", path, {"visibility": visibility})
        for (method, rule), answers in zip(DOORS, table, strict=True):
            sent: dict[str, object] = {"note": ""} if rule.endswith("requests") else {}
            for role in roles_of(rule):
                found = result(await ask(scene, role, method, rule, Asked(Right.READ, sent)))
                if found != (wanted := at_door(role, method, rule, answers)):
                    wrong.append(f"{visibility} {method} {rule} by {role}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def at_door(role: str, method: str, rule: str, answers: Answers) -> Found:
    """What somebody finds there; who has come in by the API has done so for the page as well."""
    nobody = without_login(role, method, rule)
    if nobody:
        return nobody
    outside, inside, banned = answers
    return banned if role == "banned" else inside if Who.MEMBER in ROLES[role] else outside


FRAMES: dict[str, tuple[Right, dict[str, Any]]] = {
    "chat_message": (Right.POST, {"message": "hello"}),
    "typing": (Right.POST, {"is_typing": True}),
    "mark_read": (Right.READ, {"message_id": 1}),
    "react": (Right.REACT, {"message_id": 1, "emoji": "👍", "is_on": True}),
    "pin_message": (Right.REACT, {"message_id": 1, "is_pinned": True}),
    "edit_message": (Right.EDIT_MESSAGE, {"message_id": 1, "message": "edited"}),
    "delete_message": (Right.DELETE_MESSAGE, {"message_id": 1}),
}
# Before the handshake; `reader` needs to write for a room's socket.
OUTSIDE = {"anonymous": 401, "disabled": 401, **dict.fromkeys(("stranger", "admin"), 403)}
OUTSIDE |= dict.fromkeys(("left", "banned", "reader"), 403)


async def test_every_frame_asks_for_its_right(scene: Scene) -> None:
    people, room = scene.people, scene.rooms["frames"]
    assert {role: await people[role].refused(room) for role in OUTSIDE} == OUTSIDE
    inside = [role for role in ROLES if role not in OUTSIDE]
    chats = {role: await people[role].connect(room) for role in inside}
    assert {each.__struct_config__.tag for each in get_args(RoomFrame)} == FRAMES.keys()
    for kind, (right, fields) in FRAMES.items():
        for role, chat in chats.items():
            found = await told(chat, f"{role}-{kind}", {"type": kind, **fields})
            assert found == wanted(role, right, fields), (role, kind)


def wanted(role: str, right: Right, fields: dict[str, Any]) -> str:
    """What the table of rights says of a frame."""
    if role == "newcomer" and "message_id" in fields and right != Right.READ:
        return "not_found"
    if ROLES[role] & RIGHTS[right]:
        return "done"
    return "not_author" if Who.AUTHOR in RIGHTS[right] else "not_owner"


async def test_where_only_owners_write_every_frame_asks_for_that(scene: Scene) -> None:
    owner, author = scene.people["owner"], scene.people["author"]
    room = await owner.create_room(author)
    await author.post(room, "mine")
    await done(owner, "PATCH", f"/api/rooms/{room}", {"writers": "owners"})
    mine, theirs = await owner.connect(room), await author.connect(room)
    frames = {kind: {"type": kind, **fields} for kind, (_, fields) in FRAMES.items()}
    refused = {"chat_message", "edit_message"}
    for kind, frame in frames.items():
        found = await told(theirs, f"author-{kind}", frame)
        assert found == ("owners_only" if kind in refused else "done"), kind
    assert await told(mine, "owner", frames["chat_message"]) == "done"


async def told(chat: Chat, client_id: str, frame: dict[str, Any]) -> str:
    """Send a frame; return the code of its error, or "done". That one without an answer was not
    refused shows the answer to the next.
    """
    await chat.send({**frame, "client_id": client_id})
    last = client_id
    if frame["type"] in ("typing", "mark_read"):
        last = f"after-{client_id}"
        await chat.send({"type": "nothing", "client_id": last})
    while True:
        answer = await chat.next()
        if answer["type"] == "error" and answer["code"] != "unknown_type":
            return str(answer["code"])
        if answer.get("client_id") == last and answer["type"] in ("done", "message_sent", "error"):
            return "done"
