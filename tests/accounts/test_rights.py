"""All routes and frames that change something of a room, tried by everybody: who may do it is what
services/policy.py says.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.policy import RIGHTS, Right, Who
from tests.support.chat import Chat
from tests.support.factories import StartServer
from tests.support.person import Person
from tests.support.route_rights import ANSWERS, DOORS, LAST, ROUTES
from tests.support.routes import Route, all_routes

# Whoever is tried, with what they are; who may do more comes later.
ROLES: dict[str, set[Who]] = {
    "anonymous": set(),
    "stranger": set(),
    "admin": {Who.ADMIN},
    "member": {Who.MEMBER},
    "author": {Who.MEMBER, Who.AUTHOR},
    "owner": {Who.MEMBER, Who.OWNER},
}


@dataclass
class Scene:
    """Two rooms, a message of the author's, somebody to be removed, and who is not in."""

    people: dict[str, Person]
    room: int
    other_room: int
    victim: Person
    spare: Person


@pytest.fixture
async def scene(server: StartServer) -> AsyncIterator[Scene]:
    """On a server of its own: its first account is the administrator's."""
    place = await server()
    names = ["admin", "stranger", "member", "author", "owner", "victim", "spare"]
    people = {name: await Person.join(place, name) for name in names}
    victim, spare = people.pop("victim"), people.pop("spare")
    owner = people["owner"]
    inside = (people["member"], people["author"], victim)
    room, other_room = [await owner.create_room(*inside) for _ in range(2)]
    await people["author"].post(room, "mine")
    people["anonymous"] = Person(place)
    yield Scene(people, room, other_room, victim, spare)
    for each in (*people.values(), victim, spare):
        await each.close()


def changes_a_room(route: Route) -> bool:
    """Whether it is one of those that the table has."""
    return route.method != "GET" and not route.websocket and "<int:room_id>" in route.rule


async def test_every_route_of_a_room_asks_for_its_right(tmp_path: Path, scene: Scene) -> None:
    routes = {
        (each.method, each.rule) for each in await all_routes(tmp_path) if changes_a_room(each)
    }
    administered = {each for each in routes if "/admin/" in each[1]}
    assert routes - administered == ROUTES.keys() | ANSWERS | DOORS, "add it to route_rights.py"
    wrong = []
    for (method, rule), asked in ROUTES.items():
        for role, person in ((role, scene.people[role]) for role in ROLES):
            answer = await ask(scene, person, method, rule, asked.sent)
            found, wanted = outcome(answer), expected(role, asked.right)
            # A form that is refused comes back with a sentence, and no code.
            if found != wanted and not (found == "refused" and wanted != "done"):
                wrong.append(f"{method} {rule} by {role}: {found}, and not {wanted}")
    assert not wrong, "\n".join(wrong)


async def ask(
    scene: Scene, person: Person, method: str, rule: str, sent: dict[str, object]
) -> httpx.Response:
    """Request the route, of the room, the message and the people of the scene."""
    # Of two ways to delete a room, each has one.
    room_id = scene.other_room if (method, rule) == LAST else scene.room
    values: dict[str, object] = {"room_id": room_id, "user_id": scene.victim.id, "message_id": 1}
    values |= {"link_id": 1, "report_id": 1, "held_id": 1, "emoji": "👍"}
    path = re.sub(r"<(?:int:)?(\w+)>", lambda found: str(values[found[1]]), rule)
    names = {
        name: scene.spare.username if value == "$spare" else value for name, value in sent.items()
    }
    if rule.startswith("/api/"):
        return await person.http.request(method, path, json=names or None)
    return await person.http.request(method, path, data=names)


def outcome(answer: httpx.Response) -> str:
    """Whether it was done (or failed for another reason than that of who asked)."""
    location = answer.headers.get("location", "")
    if answer.status_code == httpx.codes.UNAUTHORIZED or location.startswith("/login"):
        return "unauthorized"
    if answer.status_code != httpx.codes.FORBIDDEN:
        return "done"
    is_json = "json" in answer.headers["content-type"]
    found = re.search(r'data-code="(\w+)"', answer.text)
    return str(answer.json()["code"]) if is_json else found[1] if found else "refused"


def expected(role: str, right: Right) -> str:
    """What the table of rights says."""
    if role == "anonymous":
        return "unauthorized"
    if Who.MEMBER not in ROLES[role]:
        return "not_a_member"
    if ROLES[role] & RIGHTS[right]:
        return "done"
    return "not_author" if Who.AUTHOR in RIGHTS[right] else "not_owner"


FRAMES: list[tuple[dict[str, Any], Right]] = [
    ({"type": "chat_message", "message": "hello"}, Right.POST),
    ({"type": "react", "message_id": 1, "emoji": "👍", "is_on": True}, Right.REACT),
    ({"type": "pin_message", "message_id": 1, "is_pinned": True}, Right.REACT),
    ({"type": "edit_message", "message_id": 1, "message": "edited"}, Right.EDIT_MESSAGE),
    ({"type": "delete_message", "message_id": 1}, Right.DELETE_MESSAGE),
]


async def test_every_frame_asks_for_its_right(scene: Scene) -> None:
    for role in ("anonymous", "stranger", "admin"):
        status = 401 if role == "anonymous" else 403
        assert await scene.people[role].refused(scene.room) == status
    chats = {
        role: await scene.people[role].connect(scene.room) for role in ("member", "author", "owner")
    }
    for frame, right in FRAMES:
        for role, chat in chats.items():
            assert await told(chat, f"{role}-{frame['type']}", frame) == expected(role, right), (
                frame
            )


async def test_where_only_owners_write_every_frame_asks_for_that(scene: Scene) -> None:
    owner, member = scene.people["owner"], scene.people["author"]
    rules = await owner.http.patch(f"/api/rooms/{scene.room}", json={"writers": "owners"})
    assert rules.status_code == httpx.codes.OK
    mine, theirs = await owner.connect(scene.room), await member.connect(scene.room)
    for number in (0, 3):
        frame, _ = FRAMES[number]
        assert await told(theirs, f"member-{number}", frame) == "owners_only"
    assert await told(mine, "owner", FRAMES[0][0]) == "done"
    assert await told(theirs, "delete", FRAMES[4][0]) == "done"


async def told(chat: Chat, client_id: str, frame: dict[str, Any]) -> str:
    """Send a frame; return the code of its error, or "done"."""
    await chat.send({**frame, "client_id": client_id})
    while True:
        answer = await chat.next()
        if answer.get("client_id") == client_id and answer["type"] in {"done", "message_sent"}:
            return "done"
        if answer.get("client_id") == client_id and answer["type"] == "error":
            return str(answer["code"])
