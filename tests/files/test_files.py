"""Files: uploaded, posted with messages, fetched by who sees these, and gone with them."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from models import ErasedFile, File, Message, Room
from models.database import atomically
from models.retention import RaiseFloor
from tests.support.chat import Frame
from tests.support.doing import delete, edit
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened
from tests.support.talk import Talk, talk
from tests.support.uploading import PNG, mode_of, posted, sent, stored_files, upload
from tests.support.waiting import eventually

# Names that other servers have lost, cut, or followed.
NAMES = (
    "отчёт за март.pdf",
    "../../etc/passwd",
    "..",
    "a/b\\c",
    'quo"te; filename=x',
    "per%2Fcent?#",
    "line\nbreak\r\nSet-Cookie: a=b",
    "семья 👨‍👩‍👧.png",
    "\u202egnp.exe",
    "x" * 255,
)


async def test_from_the_upload_to_every_reader(person: MakePerson, each_server: Server) -> None:
    """Live, in the history, resumed: the same, in the order in which they were named."""
    two = await talk(person, each_server)
    one = await upload(two.alice, two.room, alt="the plan of the house")
    note = await upload(two.alice, two.room, "Привет".encode(), "note.txt")
    assert one == {
        "id": one["id"],
        "name": "plan.png",
        "content_type": "image/png",
        "bytes": len(PNG),
        "url": f"/files/{one['id']}/plan.png",
        "thumbnail_url": f"/files/{one['id']}/plan.png?thumbnail=on",
        "width": 120,
        "height": 90,
        "alt": "the plan of the house",
    }
    assert note["content_type"] == "text/plain"
    assert (await two.alice.http.get(one["url"])).content == PNG
    assert (await two.bob.http.get(one["url"])).status_code == 404, "nobody else's yet"
    message = {"type": "chat_message", "message": "", "files": [note["id"], one["id"]]}
    await two.a.send({**message, "client_id": "f"})
    frame = check(await two.b.expect("chat_message"))
    assert (frame["files"], frame["message"]) == ([note, one], "")
    await two.a.expect("message_sent", client_id="f")
    await two.a.send({**message, "client_id": "f"})
    assert (await two.a.expect("message_sent", client_id="f"))["message_id"] == 1
    assert (await two.bob.http.get(one["url"])).content == PNG
    path = f"/api/rooms/{two.room}/messages/1"
    for found in (
        (await two.bob.messages(two.room))[0],
        (await two.bob.http.get(path)).json(),
        (await two.bob.changes(two.room, since=0))["changes"][-1],
    ):
        assert found["files"] == [note, one]
    await with_an_edit(two, [note, one])


async def with_an_edit(two: Talk, files: list[Any]) -> None:
    """Of its text, which may go: the files stay."""
    for text in ("look", ""):
        await edit(two.a, text, 1)
        frame = check(await two.b.expect("message_changed"))
        assert (frame["message"], frame["files"]) == (text, files)
    await two.a.say("no files")
    refused = await edit(two.a, "", 2)
    assert refused["code"] == "empty_message"


async def test_whose_files_are_taken(person: MakePerson, each_server: Server) -> None:
    """One's own, whole, of that room, once; else nothing is posted."""
    two = await talk(person, each_server)
    mine, theirs = await upload(two.alice, two.room), await upload(two.bob, two.room)
    elsewhere = await upload(two.alice, await two.alice.create_room())
    assert (await posted(two.alice, two.room, mine)).status_code == 201
    for some in ([theirs], [elsewhere], [mine], [theirs, theirs], [{"id": 10**9}]):
        answer = await posted(two.alice, two.room, *some, text="x")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_files")
    answer = await posted(two.alice, two.room, *[{"id": n} for n in range(11)], text="x")
    assert answer.json()["code"] == "bad_field"
    both = await asyncio.gather(*(posted(two.bob, two.room, theirs) for _ in range(2)))
    assert sorted(each.status_code for each in both) == [201, 422]
    assert len(await two.alice.messages(two.room)) == 2
    assert (await posted(two.alice, two.room)).json()["code"] == "empty_message"


async def test_names_come_back_as_they_were(person: MakePerson, shared_server: Server) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    for name in NAMES:
        view = await upload(anna, room, name=name)
        assert view["name"] == name
        answer = await anna.http.get(view["url"])
        assert answer.content == PNG, name
        shown = answer.headers["content-disposition"]
        assert unquote(shown.partition("filename*=UTF-8''")[2]) == name
        assert "set-cookie" not in answer.headers
        assert shown.isascii()
    for bad in ("", "x" * 256, "a\0b"):
        assert (await sent(anna, room, name=bad)).json()["code"] == "bad_field"
    folder = shared_server.folder / "instance" / "files"
    assert {mode_of(path) for path in folder.rglob("*") if path.is_file()} == {0o600}
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {mode_of(path) for path in folders} == {0o700}


async def test_parts_and_what_is_known(person: MakePerson) -> None:
    """Ranges, as players and programs that go on ask for them; and nothing twice."""
    anna = await person("anna")
    room = await anna.create_room()
    url = (await upload(anna, room))["url"]
    whole = await anna.http.get(url)
    tag, last = whole.headers["etag"], len(PNG) - 1
    assert whole.headers["cache-control"] == "private, no-cache"
    for asked, first, end in (
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        (f"bytes={last}-", last, last),
        ("bytes=-100", last - 99, last),
        ("bytes=-99999999", 0, last),
        ("bytes=3-99999999", 3, last),
    ):
        answer = await anna.http.get(url, headers={"Range": asked, "If-Range": tag})
        assert (answer.status_code, answer.content) == (206, PNG[first : end + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{end}/{len(PNG)}"
    for asked in (f"bytes={len(PNG)}-", "bytes=-0", f"bytes={'9' * 18}-"):
        answer = await anna.http.get(url, headers={"Range": asked})
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(PNG)}"
    many = "bytes=" + ",".join(f"{n}-{n}" for n in range(1_000))
    for headers in (
        {"Range": many},
        {"Range": "bytes=9-5"},
        {"Range": "lines=1-2"},
        {"Range": "bytes=0-0", "If-Range": '"another"'},
    ):
        answer = await anna.http.get(url, headers=headers)
        assert (answer.status_code, answer.content) == (200, PNG)
    head = await anna.http.head(url)
    assert (head.headers["content-length"], head.content) == (str(len(PNG)), b"")
    known = await anna.http.get(url, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (known.status_code, known.content) == (304, b"")


async def test_who_sees_it(person: MakePerson, each_server: Server) -> None:
    """Members, while they are, of what they see; and nobody without a login."""
    two = await talk(person, each_server)
    view = await upload(two.alice, two.room)
    await posted(two.alice, two.room, view)
    stranger, late = await person("carol", on=each_server), await person("late", on=each_server)
    path = f"/api/rooms/{two.room}"
    rules = {"newcomers_see": "from_joining"}
    assert (await two.alice.http.patch(path, json=rules)).is_success
    await two.alice.add_member(two.room, late)
    later = await upload(two.bob, two.room)
    await posted(two.bob, two.room, later)
    assert [await status(who, view) for who in (two.bob, stranger, late)] == [200, 404, 404]
    assert [await status(who, later) for who in (two.alice, late)] == [200, 200]
    async with Person(each_server) as nobody:
        answer = await nobody.http.get(view["url"])
        assert answer.headers["location"].startswith("/login")
        nobody.http.headers["Authorization"] = "Bearer beseda_none"
        assert (await nobody.http.get(view["url"])).json()["code"] == "unauthorized"
    await two.alice.remove_member(two.room, two.bob.id)
    tag = f'"{"0" * 32}"'
    for headers in ({}, {"If-None-Match": "*"}, {"If-None-Match": tag}, {"Range": "bytes=0-0"}):
        assert (await two.bob.http.get(view["url"], headers=headers)).status_code == 404
        assert (await two.bob.http.get(later["url"], headers=headers)).status_code == 404
    assert await status(two.alice, later) == 200
    assert (await sent(two.bob, two.room)).json()["code"] == "not_a_member"


async def status(who: Person, view: Frame) -> int:
    """How somebody is answered who asks for the file."""
    return (await who.http.get(view["url"])).status_code


WAYS = ("delete", "remove", "expire", "room", "unattached")


async def test_files_go_with_their_message(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    """By whichever way it goes: at once for everybody, and soon from the disk."""
    node = await server(DATABASE_URL=database_url)
    kept = await talk(person, node)
    view = await upload(kept.alice, kept.room)
    await posted(kept.alice, kept.room, view)
    lost = []
    for way in WAYS:
        two = await talk(person, node)
        files = [await upload(two.bob, two.room, name=name) for name in ("one", "two")]
        lost += [(two.bob, file) for file in files]
        if way != "unattached":
            await posted(two.bob, two.room, *files, text="look")
        await let_go(two, database_url, way)
        if way != "unattached":
            assert [await status(two.bob, each) for each in files] == [404, 404], way
    await node.restart()  # What has only expired is found at the start.

    async def is_swept() -> bool:
        return len(stored_files(node)) == 2

    await eventually(is_swept, "the sweeper")
    assert {await status(*each) for each in lost} == {404}
    assert await status(kept.alice, view) == 200
    async with opened(database_url):
        assert [each.name for each in await File.all()] == ["plan.png"]
        assert await ErasedFile.all().count() == 0


async def let_go(two: Talk, database_url: str, way: str) -> None:
    """The message, with its two files; or these, when nobody has attached them for a day."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    if way == "delete":
        await delete(two.b)
        tombstone = check(await two.a.expect("message_changed", what="deleted"))
        assert "files" not in tombstone
    elif way == "remove":
        path = f"/api/rooms/{two.room}/members/{two.bob.id}/messages/remove"
        answer = await two.alice.http.post(path, json={"reason": "x"})
        assert answer.json() == {"count": 1}
    elif way == "room":
        assert (await two.alice.http.delete(f"/api/rooms/{two.room}")).status_code == 204
    async with opened(database_url):
        if way == "expire":
            await Room.filter(id=two.room).update(retention_days=1)
            await Message.filter(room_id=two.room).update(created_at=long_ago)
            await atomically(RaiseFloor(two.room, 1, 1).store)
        elif way == "unattached":
            await File.filter(number__isnull=True).update(created_at=long_ago)
    if way in {"delete", "remove"}:
        assert "files" not in (await two.bob.messages(two.room))[0]
