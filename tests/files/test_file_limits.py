"""How large files are, and how many bytes of them there may be."""

from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.uploading import PNG, posted, sent, stored_files, upload


async def test_each_setting(person: MakePerson, server: StartServer, tmp_path: Path) -> None:
    """One server with all of them; what is refused leaves nothing, and counts for nothing."""
    folder = tmp_path / "elsewhere"
    node = await server(
        FILES_URL=str(folder),
        MAX_FILE_BYTES="20000",
        MAX_FILES_BYTES_PER_USER="50000",
        MAX_FILES_BYTES="70000",
    )
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room = await anna.create_room(boris)

    async def code(who: Person, size: int) -> str:
        answer = await sent(who, room, bytes(size))
        return str(answer.json().get("code", answer.status_code))

    assert [await code(anna, 20_001), await code(anna, 20_000)] == ["too_large", "201"]
    kept = await upload(anna, room, PNG)
    await posted(anna, room, kept)
    assert await code(anna, 20_000) == "quota", "one person's, posted or not"
    left = 30_000 - len(PNG)
    assert [await code(boris, 20_000), await code(boris, left + 1)] == ["201", "quota"]
    assert await code(boris, left) == "201", "everybody's"
    assert await code(boris, 1) == "quota"
    assert (await anna.http.delete(f"/api/rooms/{room}/messages/1")).status_code == 204
    assert await code(boris, len(PNG)) == "201", "deletion makes room"
    assert stored_files(node) == set()
    assert {path.stat().st_size for path in folder.rglob("*") if path.is_file()} >= {20_000, left}
    unfinished = folder / "unfinished"
    assert list(unfinished.iterdir()) == []


async def test_length_has_to_be_said(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()

    async def parts() -> AsyncIterator[bytes]:
        yield b"x"

    path = f"/api/rooms/{room}/files"
    answer = await anna.http.post(path, content=parts())
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")
