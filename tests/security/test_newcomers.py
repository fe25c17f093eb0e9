"""Where newcomers see only what comes after them, nothing from before reaches them: by no route, in
no frame, by whatever door they came.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.lobby.test_lobby import settled
from tests.support.chat import Chat, Frame
from tests.support.doing import delete, do, edit, pin, react, reply
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.routes import all_routes
from tests.support.talk import Talk, talk

SECRET = "zyxq"  # In every text, and in the name, from before.
BEFORE = range(1, 5)
FIRST = 5  # The first message that newcomers see.
GONE, HELLO, AGAIN = 5, 6, 7
# Of which more is told than of the room that is asked for.
QUERIES = {
    "/rooms/<int:room_id>/": ["", "?at=1", "?after=1", "?before=5", "?reply_to=1"],
    "/api/rooms/<int:room_id>/messages": ["?events=on", "?before=6", "?after=0&events=on"],
    "/api/rooms/<int:room_id>/changes": ["?since=0&limit=1000"],
}
# They end a login, or are about none.
ELSEWHERE = re.compile(r"<path:|<token>|<kind>|^/(oidc|login|register|admin|api/admin|confirm)")


@dataclass
class Scene:
    """Alice, who owns the room, and bob, who were there before; and who came in later."""

    two: Talk
    reactor: Person
    late: dict[str, Person]
    chats: dict[str, Chat] = field(default_factory=dict)
    lobbies: dict[str, Chat] = field(default_factory=dict)


@pytest.fixture
async def scene(person: MakePerson, server: StartServer, database_url: str) -> Scene:
    """On each kind of database."""
    on = await server(DATABASE_URL=database_url, RATE_LIMITS="off")
    two = await talk(person, on=on, read="manual")
    names = ("added", "link", "public", "asked", "back")
    late = {name: await person(name, on=on) for name in names}
    reactor = await person(SECRET, on=on)
    await say_what_is_kept(two, reactor, late["back"])
    rule = {"newcomers_see": "from_joining", "visibility": "public"}
    await done(two.alice, "PATCH", f"/api/rooms/{two.room}", rule)
    await let_in(two, late)
    made = Scene(two, reactor, late)
    for name, each in late.items():
        made.chats[name] = await each.connect(two.room, read="manual")
        ready = await made.chats[name].expect("ready")
        assert ready["history_from"] == FIRST
        made.lobbies[name] = await each.lobby()
    return made


async def done(actor: Person, method: str, path: str, sent: object = None) -> Any:
    """Ask for it; it is done."""
    answer = await actor.http.request(method, path, json=sent)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def say_what_is_kept(two: Talk, reactor: Person, back: Person) -> None:
    """Texts, earlier ones, a quote, a pin, a mention of who comes back; a reaction of who has left,
    and a report.
    """
    alice, room = two.alice, two.room
    for each in (reactor, back):
        await alice.add_member(room, each)
    await two.a.say(f"{SECRET} as it was first")
    await edit(two.a, f"{SECRET} body")
    await reply(two.b, f"{SECRET} reply", 1)
    await done(reactor, "PUT", f"/api/rooms/{room}/messages/1/reactions/🎉")
    await reactor.post(room, f"{SECRET} pinned")
    await reactor.remove_member(room, reactor.id)
    await pin(two.b, 3)
    await two.b.say(f"@{back.username} {SECRET} mention")
    report = {"category": "spam", "text": f"{SECRET} report"}
    await done(back, "POST", f"/api/rooms/{room}/messages/2/report", report)
    await back.remove_member(room, back.id)


async def let_in(two: Talk, late: dict[str, Person]) -> None:
    """By every door. One is made an owner."""
    alice, room = two.alice, two.room
    await alice.add_member(room, late["added"])
    await alice.set_role(room, late["added"].id, "owner")
    made = await done(alice, "POST", "/api/invites", {"room_id": room})
    await done(late["link"], "POST", "/api/invites/accept", {"token": made["token"]})
    await done(late["public"], "POST", f"/api/rooms/{room}/join")
    await done(late["asked"], "POST", f"/api/rooms/{room}/requests", {"note": ""})
    await done(alice, "POST", f"/api/rooms/{room}/requests/{late['asked'].id}")
    await alice.invite(room, late["back"])


async def begin(scene: Scene) -> None:
    """The first message that newcomers see is deleted: the latest that is left is one of those
    before.
    """
    two = scene.two
    await two.a.say("gone soon")
    await delete(two.a, GONE)
    for lobby in scene.lobbies.values():
        told = check(await lobby.expect("room_activity", removed=[GONE]))
        assert told["last_message"] is None


async def go_on(scene: Scene) -> None:
    """What is done to what was said before, and what is said now and quotes it."""
    two, added = scene.two, scene.late["added"].username
    await edit(two.a, f"{SECRET} edited, @{added}, @all")
    await react(two.b, "❤️", 1)
    await pin(two.a, 1)
    await reply(two.b, "hello again", 2)
    report = {"category": "spam"}
    await done(two.alice, "POST", f"/api/rooms/{two.room}/messages/{AGAIN}/report", report)
    await delete(two.b, 2)
    path = f"/api/rooms/{two.room}/members/{scene.reactor.id}/messages/remove"
    await done(two.alice, "POST", path, {"reason": f"{SECRET} reason"})
    for lobby in scene.lobbies.values():
        while [AGAIN, two.bob.id] not in check(await lobby.expect("room_activity"))["messages"]:
            pass


def told_nothing(frames: Iterable[Frame]) -> None:
    """Nothing of what was said before is in these."""
    for frame in frames:
        assert SECRET not in str(frame), frame


async def test_no_route_and_no_frame_tells_what_was_before(scene: Scene, tmp_path: Path) -> None:
    two = scene.two
    rules = [each.rule for each in await all_routes(tmp_path) if each.method == "GET"]
    rules = [each for each in rules if "/ws/" not in each and not ELSEWHERE.search(each)]
    await begin(scene)
    await what_is_not_seen_is_not_there(scene)
    await go_on(scene)
    of_room = [each for each in rules if "room_id" in each]
    looks = {"back": rules, "added": of_room}  # Who was there once, and an owner.
    for name, each in scene.late.items():
        assert await secret_places(each, two, looks.get(name, list(QUERIES))) == [], name
    # The look is worth something: who was there before sees it in many places.
    assert len(await secret_places(two.alice, two, rules)) > 12
    head = (await two.alice.changes(two.room, since=0))["change"]
    for name, chat in scene.chats.items():
        await barrier(chat)
        told_nothing([*chat.seen, *scene.lobbies[name].seen, *await settled(scene.lobbies[name])])
        assert contiguous(chat.seen) == head, name
    await resumes(scene.late["public"], two.room, range(0, head + 1, 3), head)
    await resumes(scene.late["added"], two.room, [0], head)


async def secret_places(person: Person, two: Talk, rules: list[str]) -> list[str]:
    """The addresses at which this person finds something of what was said before."""
    found = []
    for rule in rules:
        numbers = (1, 2, FIRST, HELLO) if "message_id" in rule else (1,)
        for path in {address(rule, two, number) for number in numbers}:
            for query in QUERIES.get(rule, [""]):
                answer = await person.http.get(f"{path}{query}")
                assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, path
                if SECRET in answer.text:
                    found.append(f"{path}{query}")
    return found


def address(rule: str, two: Talk, number: int) -> str:
    values = {"room_id": two.room, "message_id": number, "user_id": two.bob.id}
    return re.sub(r"<(?:int:)?(\w+)>", lambda found: str(values.get(found[1], 1)), rule)


def contiguous(frames: list[Frame]) -> int:
    """Live frames have the numbers of all changes, each once; return the last."""
    head = 0
    for frame in map(check, frames):
        change = frame.get("change")
        if frame["type"] == "ready":
            head = frame["change"]
        elif change and frame["type"] not in ("done", "message_sent"):
            assert frame.get("from", change) == head + 1, frame
            head = change
    return head


async def resumes(person: Person, room: int, since: Iterable[int], head: int) -> None:
    """From each of these changes on they get to where the room is."""
    for change in since:
        chat = await person.connect(room, since=change, read="manual")
        *frames, ready = await chat.frames_until("ready")
        told_nothing(map(check, frames))
        assert ready["change"] == head
        numbers = [frame["change"] for frame in frames]
        assert numbers == sorted(numbers)
        await chat.close()
    chat = await person.connect(room, after=0, read="manual")
    frames = await chat.frames_until("ready")
    told_nothing(frames)
    numbers = [frame["message_id"] for frame in frames if frame["type"] == "chat_message"]
    assert numbers == [GONE, HELLO, AGAIN]


async def what_is_not_seen_is_not_there(scene: Scene) -> None:
    """Nothing is to be done to it, and nothing of it is counted."""
    two, person = scene.two, scene.late["back"]
    chat, base = scene.chats["back"], f"/api/rooms/{scene.two.room}"
    (room,) = await person.rooms()
    assert (room["history_from"], room["unread_count"], room["mention_count"]) == (FIRST, 0, 0)
    assert "last_message" not in room
    for number in BEFORE:
        for kind, fields in (
            ("react", {"emoji": "👍", "is_on": True}),
            ("pin_message", {"is_pinned": True}),
            ("edit_message", {"message": "x"}),
            ("delete_message", {}),
        ):
            assert (await do(chat, kind, number, **fields))["code"] == "not_found"
        assert (await reply(chat, "x", number))["code"] == "not_found"
        for path, sent in (
            ("unread", {"message_id": number}),
            (f"messages/{number}/report", {"category": "spam"}),
        ):
            answer = await person.http.post(f"{base}/{path}", json=sent)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert [each["message_id"] for each in await person.messages(two.room)] == [5]
    await chat.send({"type": "mark_read", "message_id": 0, "digest": 1})
    assert (await chat.expect("messages_marked_read"))["digest"]["first"] == FIRST
    await reply(two.a, "hello", 1)
    seen = await chat.expect("chat_message", message="hello")
    assert seen["reply_to"] | {"message": ""} == {
        "message_id": 1,
        "user_id": 0,
        "username": "",
        "message": "",
        "is_unseen": True,
    }
    thread = await done(person, "GET", f"{base}/messages/6/thread")
    assert (thread["root"]["message_id"], thread["messages"]) == (6, [])
    assert thread["root"]["reply_to"] == seen["reply_to"]
    assert (await two.alice.room(two.room))["newcomers_see"] == "from_joining"
    assert "history_from" not in await two.alice.room(two.room)


async def test_rule_is_the_owners_and_touches_nobody_who_is_there(
    two: Talk, person: MakePerson
) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    path = f"/api/rooms/{room}"
    await two.a.say("before")
    sent = {"newcomers_see": "from_joining"}
    refused = await bob.http.patch(path, json=sent)
    assert refused.json()["code"] == "not_owner"
    wrong = await alice.http.patch(path, json={"newcomers_see": "nothing"})
    assert wrong.json()["code"] == "bad_field"
    await done(alice, "PATCH", path, sent)
    told = check(await two.b.expect("room_rules"))
    assert (told["what"], told["newcomers_see"]) == ("history_hidden", "from_joining")
    assert [each["message"] for each in await bob.messages(room)] == ["before"]
    carol = await person("carol")
    await alice.add_member(room, carol)
    assert await carol.messages(room) == []
    # They read to the end, and nothing that they do not see looks read by it.
    chat = await carol.connect(room)
    await chat.settled()
    path_of = f"{path}/messages/{{}}/readers"
    assert await seen_read(alice, room) == [False]
    assert (await done(alice, "GET", path_of.format(1)))["readers"] == []
    await two.a.say("after")
    await chat.settled()
    assert await seen_read(alice, room) == [False, True]
    # What is shown to newcomers from now on is not shown to who came in meanwhile; coming back is
    # coming in.
    await done(alice, "PATCH", path, {"newcomers_see": "all"})
    assert [each["message"] for each in await carol.messages(room)] == ["after"]
    await carol.remove_member(room, carol.id)
    await alice.invite(room, carol)
    assert [each["message"] for each in await carol.messages(room)] == ["before", "after"]
    events = (await bob.http.get(f"{path}/messages", params={"events": "on"})).json()["events"]
    texts = [each["text"] for each in events if each["what"].startswith("history_")]
    assert [alice.username in text for text in texts] == [True, True]


async def seen_read(person: Person, room: int) -> list[bool]:
    return [each["is_read"] for each in await person.messages(room)]


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people on the shared server."""
    return await talk(person, read="manual")
