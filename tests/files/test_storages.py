"""Both storages do the same; and a server with a bucket of S3 does what one with a folder does."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.storage import FolderStorage, Storage
from services.storage.s3 import S3Storage
from tests.files.test_tus import append, create
from tests.support.factories import MakePerson, StartServer
from tests.support.s3_server import S3Server, s3_server
from tests.support.uploading import posted, sent, upload
from tests.support.waiting import eventually

LARGE = os.urandom((11 << 20) + 5)  # Of several parts.


@pytest.fixture
async def bucket() -> AsyncIterator[S3Server]:
    """A server of this test's own."""
    async with s3_server() as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each kind, empty."""
    if request.param == "folder":
        return FolderStorage(tmp_path / "files")
    server: S3Server = request.getfixturevalue("bucket")
    return S3Storage(server.url, tmp_path / "unfinished")


async def taken(storage: Storage, key: str, data: bytes) -> Path:
    """Put it there, as an upload does."""
    storage.workplace.mkdir(parents=True, exist_ok=True)
    source = storage.workplace / key
    source.write_bytes(data)
    await storage.take(key, source)
    return source


async def content(storage: Storage, key: str, first: int, end: int) -> bytes:
    """Read these bytes."""
    return b"".join([part async for part in storage.read(key, first, end)])


async def test_contract(storage: Storage) -> None:
    for key, data in (("aa1", LARGE), ("aa2", b"x"), ("bb3", b"")):
        source = await taken(storage, key, data)
        assert not source.exists()
        assert await storage.size(key) == len(data)
        assert await content(storage, key, 0, len(data)) == data
    assert await content(storage, "aa1", 6 << 20, (6 << 20) + 300_000) == LARGE[6 << 20 :][:300_000]
    assert await content(storage, "aa1", len(LARGE) - 1, len(LARGE)) == LARGE[-1:]
    assert await storage.size("cc4") is None
    with pytest.raises(FileNotFoundError):
        await content(storage, "cc4", 0, 1)
    (storage.workplace / "dd5").write_bytes(b"unfinished")
    for _ in range(2):  # What is not there is no error.
        await storage.delete("aa1", "dd5", "cc4")
    assert [await storage.size(key) for key in ("aa1", "aa2")] == [None, 1]
    assert list(storage.workplace.iterdir()) == []


async def test_server_with_a_bucket(
    person: MakePerson, server: StartServer, bucket: S3Server
) -> None:
    """By both ways in; what is deleted leaves it, and without it nothing is left behind."""
    node = await server(FILES_URL=bucket.url)
    anna = await person("anna", on=node)
    room = await anna.create_room()
    one = await upload(anna, room)
    url = (await create(anna, room, len(LARGE))).headers["location"]
    assert (await append(anna, url, 0, LARGE)).status_code == 204
    two = (await anna.http.get(url)).json()
    assert (await posted(anna, room, one, two)).status_code == 201
    assert (await anna.http.get(two["url"])).content == LARGE
    part = await anna.http.get(two["url"], headers={"Range": "bytes=-100"})
    assert (part.status_code, part.content) == (206, LARGE[-100:])
    keys = await bucket.keys()
    assert len(keys) == 3, "a picture has a smaller one"
    assert all(key.startswith("some/folder/") for key in keys)
    kept = await upload(anna, room, b"kept", "kept.txt")
    assert (await posted(anna, room, kept)).status_code == 201
    assert (await anna.http.delete(f"/api/rooms/{room}/messages/1")).status_code == 204

    async def is_swept() -> bool:
        return len(await bucket.keys()) == 1

    await eventually(is_swept, "the sweeper")
    await bucket.kill()
    refused = await sent(anna, room, b"x")
    assert (refused.status_code, refused.json()["code"]) == (503, "file_not_stored")
    away = await anna.http.get(kept["url"])
    assert away.status_code == 503
    assert list((node.folder / "instance" / "unfinished").iterdir()) == []
