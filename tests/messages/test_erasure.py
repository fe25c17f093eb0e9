"""What was deleted is gone from the disk, once swept."""

from pathlib import Path

from tests.support.databases import PostgresDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.server import ROOT, quart
from tests.support.waiting import eventually

SECRETS = [f"plum-{name}-quince" for name in ("deleted", "edited", "version")]


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


def files_of(database_url: str, postgres: PostgresDatabases) -> list[Path]:
    """Return the files in which the database keeps what it is told."""
    if database_url.startswith("sqlite://"):
        path = Path(database_url.removeprefix("sqlite://"))
        return [path, path.with_name(f"{path.name}-wal")]
    return [path for path in (postgres.folder / "base").rglob("*") if path.is_file()]


async def test_text_is_gone_from_the_disk(
    database_url: str, server: StartServer, person: MakePerson, postgres: PostgresDatabases
) -> None:
    anna = await person("anna", on=await server(DATABASE_URL=database_url))
    await plant_and_delete(anna, await anna.create_room())

    if database_url.startswith("postgres"):
        status, output = await quart("sweep --full", ROOT, {"DATABASE_URL": database_url})
        assert status == 0, output

    async def is_gone() -> bool:
        await postgres.checkpoint()  # What is in shared memory alone is not on the disk yet.
        found = b"".join(path.read_bytes() for path in files_of(database_url, postgres))
        return b"harmless" in found and not any(secret.encode() in found for secret in SECRETS)

    await eventually(is_gone, "no secret in the files", 30)
