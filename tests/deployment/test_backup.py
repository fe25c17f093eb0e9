"""`backup` beside a server that serves, `restore`, and a server on what was restored."""

import asyncio
from pathlib import Path

import pytest

from tests.support.databases import PostgresDatabases, sqlite_url
from tests.support.factories import MakePerson, StartServer
from tests.support.keeping import back_up, done, refused
from tests.support.person import Person
from tests.support.server import Server
from tests.support.uploading import PNG, mode_of, posted, upload

# What COPY writes in another way than it is.
STRANGE = "a\tb\\n \\N \\\\ 'ж'\n\\."


async def talk(anna: Person, room: int, until: asyncio.Event) -> int:
    """Post until it is enough; how many."""
    count = 0
    while not until.is_set():
        await anna.post(room, f"beside the backup {count}")
        count += 1
    return count


@pytest.fixture
async def elsewhere(each_server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of the same kind."""
    if each_server.database_url.startswith("sqlite"):
        return sqlite_url(tmp_path / "restored" / "beseda.sqlite3")
    postgres: PostgresDatabases = request.getfixturevalue("postgres")
    return await postgres.empty()


async def test_what_was_backed_up_is_served_again(
    person: MakePerson, each_server: Server, elsewhere: str, tmp_path: Path, server: StartServer
) -> None:
    anna = await person("anna", on=each_server)
    room = await anna.create_room()
    view = await upload(anna, room)
    assert (await posted(anna, room, view, text=STRANGE)).status_code == 201
    painted = await anna.http.put(f"/api/rooms/{room}/picture", content=PNG)
    assert painted.is_success
    target, enough = tmp_path / "one", asyncio.Event()
    talking = asyncio.create_task(talk(anna, room, enough))
    said = await back_up(each_server, target)
    enough.set()
    count = await talking
    assert f"{target}: " in said
    modes = {mode_of(path) for path in target.rglob("*")}
    assert (mode_of(target), modes) == (0o700, {0o600, 0o700})

    settings = {**each_server.settings, "DATABASE_URL": elsewhere}
    place = tmp_path / "place"
    place.mkdir()
    assert await refused(f"restore {target}", place, each_server.settings) in {
        "DATABASE_URL: the database is not empty",
        f"DATABASE_URL: {each_server.database_url.removeprefix('sqlite://')}-wal is there already",
    }
    assert "restored: " in await done(f"restore {target}", place, settings)
    node = await server(**settings, FILES_URL=str(place / "instance" / "files"))
    await _compare(await anna.at(node), anna, room, count)


async def _compare(later: Person, earlier: Person, room: int, count: int) -> None:
    there = await later.messages(room, limit=200)
    whole = await earlier.messages(room, limit=200)
    assert there[0]["message"] == STRANGE
    assert (await later.http.get(there[0]["files"][0]["url"])).content == PNG
    picture = f"/pictures/{(await later.room(room))['picture']}-64.webp"
    shown = [await each.http.get(picture) for each in (later, earlier)]
    assert shown[0].content == shown[1].content
    assert shown[0].status_code == 200
    assert there == whole[: len(there)], "the backup is of one moment"
    assert 0 < len(there) <= count + 1
    last = there[-1]["change"]
    resumed = await later.connect(room, since=last - 1)
    assert (await resumed.expect("chat_message"))["change"] == last
    ahead = await later.connect(room, since=last + 1)
    assert (await ahead.expect("error"))["code"] == "too_far_behind"
    assert (await resumed.say("Life goes on"))["message_id"] == len(there) + 1
    await later.close()
