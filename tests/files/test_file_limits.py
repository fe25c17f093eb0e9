"""How large files are, and how many bytes of them there may be."""

from collections.abc import AsyncIterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from models import File
from tests.files.test_tus import VERSION, append, create, offset
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.tables import opened
from tests.support.uploading import PNG, posted, sent, stored_files, upload

# More than the database has, so that it alone is not touched.
FULL = 8 << 20


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
    small = await anna.http.get(kept["thumbnail_url"])
    left = 30_000 - len(PNG) - len(small.content)
    assert [await code(boris, 20_000), await code(boris, left + 1)] == ["201", "quota"]
    assert await code(boris, left) == "201", "everybody's"
    assert await code(boris, 1) == "quota"
    assert (await anna.http.delete(f"/api/rooms/{room}/messages/1")).status_code == 204
    again = len(PNG) + len(small.content)
    assert await code(boris, again) == "201", "deletion makes room, of both pictures"
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


async def test_full_disk(person: MakePerson, server: StartServer) -> None:
    """Nothing is left of what does not fit, by either way, and all goes on when there is room."""
    node = await server()
    anna = await person("anna", on=node)
    room = await anna.create_room()
    process = psutil.Process(node.pid)
    process.rlimit(psutil.RLIMIT_FSIZE, (FULL, psutil.RLIM_INFINITY))
    refused = await sent(anna, room, bytes(FULL + 1))
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert stored_files(node) == set()
    url = (await create(anna, room, FULL + 1)).headers["location"]
    assert (await append(anna, url, 0, bytes(FULL))).status_code == 204
    refused = await append(anna, url, FULL, b"x")
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert (await anna.http.head(url, headers=VERSION)).status_code == 404
    assert stored_files(node) == set()
    process.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
    view = await upload(anna, room, bytes(FULL + 1))
    assert (await posted(anna, room, view)).status_code == 201


async def test_stored_and_killed_before_it_was_said(
    person: MakePerson, server: StartServer, sqlite_url: str
) -> None:
    """The row knew of no end: whoever asks by HEAD where to go on finds it complete."""
    node = await server(DATABASE_URL=sqlite_url)
    anna = await person("anna", on=node)
    room = await anna.create_room()
    url = (await create(anna, room, len(PNG))).headers["location"]
    assert (await append(anna, url, 0, PNG)).status_code == 204
    async with opened(sqlite_url):
        await File.all().update(is_complete=False)
    assert (await anna.http.get(url)).status_code == 404
    late = await append(anna, url, len(PNG), b"")
    assert late.json()["code"] == "upload_offset"
    assert await offset(anna, url) == len(PNG)
    view = (await anna.http.get(url)).json()
    assert view["content_type"] == "image/png"
    assert (await anna.http.get(view["url"])).content == PNG
