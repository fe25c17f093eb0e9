"""What was deleted is gone from the disk, once swept."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models import Session, User
from services.actor import Actor
from services.sweeper import Sweeper
from tests.support.acting import acting
from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.server import quart
from tests.support.tables import opened, people, room_of
from tests.support.waiting import eventually

SECRETS = [f"plum-{name}-quince" for name in ("deleted", "edited", "version")]
REMOVED = "plum-removed-quince"
DRAFTED = [f"plum-{name}-quince" for name in ("sent", "discarded", "left", "room")]


async def plant_and_delete(anna: Person, room: int) -> None:
    """Post each secret, and take it away: delete it, edit it, erase the version of it."""
    chat = await anna.connect(room)
    for message_id, text in enumerate(SECRETS, 1):
        await chat.say(text)
        where = f"/api/rooms/{room}/messages/{message_id}"
        if "deleted" in text:
            await anna.http.patch(where, json={"message": f"{text} again"})
            assert (await anna.http.delete(where)).status_code == 204
        else:
            await anna.http.patch(where, json={"message": "harmless"})
            assert (await anna.http.delete(f"{where}/versions")).status_code == 204
    await chat.close()


async def plant_in_drafts(anna: Person, boris: Person, room: int) -> None:
    """Write each secret without sending it, and let it go: with what was sent and deleted then, by
    hand, with the membership, with the room.
    """
    sent, discarded, left, of_room = DRAFTED
    other = await anna.create_room(boris)
    for author, where, text in (
        (anna, room, sent),
        (anna, room, discarded),
        (boris, room, left),
        (boris, other, of_room),
    ):
        path = f"/api/rooms/{where}/draft"
        assert (await author.http.put(path, json={"message": text})).status_code == 200
        if author is anna:
            assert (await author.http.delete(path)).status_code == 204
    await boris.remove_member(room, boris.id)
    assert (await anna.http.delete(f"/api/rooms/{other}")).status_code == 204


def content(path: Path) -> bytes:
    """Return what is in a file; nothing of one that the database has just put away."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


async def swept_at_the_start(database_url: str) -> None:
    """Wait until the server has done so: else that would take away what is planted."""
    if database_url.startswith("sqlite"):
        wal = files_of(database_url, None)[1]

        async def is_empty() -> bool:
            return content(wal) == b""

        await eventually(is_empty, "an empty WAL", 30)


def files_of(database_url: str, postgres: PostgresDatabases | None) -> list[Path]:
    """Return the files in which the database keeps what it is told."""
    if database_url.startswith("sqlite://"):
        path = Path(database_url.removeprefix("sqlite://"))
        return [path, path.with_name(f"{path.name}-wal")]
    assert postgres is not None
    return [path for path in (postgres.folder / "base").rglob("*") if path.is_file()]


async def are_gone(
    secrets: list[str], kept: str, database_url: str, postgres: PostgresDatabases
) -> None:
    """Wait until none of these texts is in the database's files; `kept` is there, so they are the
    right ones.
    """
    if database_url.startswith("postgres"):
        with TemporaryDirectory() as folder:
            settings = {"DATABASE_URL": database_url}
            status, output = await quart("sweep --full", Path(folder), settings)
        assert status == 0, output

    async def is_gone() -> bool:
        await postgres.checkpoint()  # What is in shared memory alone is not on the disk yet.
        found = b"".join(content(path) for path in files_of(database_url, postgres))
        return kept.encode() in found and not any(each.encode() in found for each in secrets)

    await eventually(is_gone, "no secret in the files", 30)


async def test_text_is_gone_from_the_disk(
    database_url: str, server: StartServer, person: MakePerson, postgres: PostgresDatabases
) -> None:
    anna = await person("anna", on=await server(DATABASE_URL=database_url))
    boris = await person("boris", on=anna.server)
    room = await anna.create_room(boris)
    await plant_and_delete(anna, room)
    await boris.post(room, REMOVED)
    path = f"/api/rooms/{room}/members/{boris.id}/messages/remove"
    assert (await anna.http.post(path, json={})).json() == {"count": 1}
    await are_gone([*SECRETS, REMOVED], "harmless", database_url, postgres)


async def test_a_room_that_an_administrator_deletes_is_swept(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    async with opened(database_url):
        (anna,) = await people("anna")
        await User.filter(id=anna.id).update(server_role=User.ADMIN)
        session = await Session.of(await Session.start(anna))
        assert session is not None
        room = await room_of(anna)
        async with acting() as services:
            monkeypatch.setattr(Sweeper, "soon", lambda _: asked.append("soon"))
            await services.administered_rooms.delete(Actor.of_session(session), room)
    assert asked == ["soon"]


async def test_drafts_are_gone_from_the_disk(
    database_url: str, server: StartServer, person: MakePerson, postgres: PostgresDatabases
) -> None:
    node = await server(DATABASE_URL=database_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room = await anna.create_room(boris)
    await anna.post(room, "peaceful")
    await swept_at_the_start(database_url)
    await plant_in_drafts(anna, boris, room)
    await are_gone(DRAFTED, "peaceful", database_url, postgres)
