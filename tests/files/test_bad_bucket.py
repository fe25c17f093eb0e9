"""A bucket of S3 that fails: nothing is half stored, and nobody is told that all went well."""

import httpx
import pytest

from tests.support.bad_bucket import Mode, bad_bucket
from tests.support.factories import MakePerson, StartServer
from tests.support.uploading import posted, sent, upload

SIZE = 600_000
UNSTORED: tuple[Mode, ...] = ("500", "403", "less")


async def test_it_fails(person: MakePerson, server: StartServer) -> None:
    async with bad_bucket() as bucket:
        node = await server(FILES_URL=bucket.url)
        anna = await person("anna", on=node)
        room = await anna.create_room()
        kept = await upload(anna, room, b"\0" * SIZE, "kept")
        assert (await posted(anna, room, kept)).status_code == 201
        assert (await anna.http.get(kept["url"])).content == bytes(SIZE)
        for bucket.mode in UNSTORED:
            refused = await sent(anna, room, b"\0" * 10, "new")
            answer = refused.status_code, refused.json()["code"]
            assert answer == (503, "file_not_stored"), bucket.mode
            assert list((node.folder / "instance" / "unfinished").iterdir()) == []
        assert len(bucket.sizes) == 1, "what it kept of the others is gone"
        bucket.mode = "cut"
        with pytest.raises(httpx.RemoteProtocolError):
            await anna.http.get(kept["url"])
        for bucket.mode in ("500", "403"):
            away = await anna.http.get(kept["url"])
            assert away.status_code == 503, bucket.mode
        bucket.mode = "well"
        part = await anna.http.get(kept["url"], headers={"Range": "bytes=9-"})
        assert (part.status_code, len(part.content)) == (206, SIZE - 9)
        assert (await sent(anna, room, b"x", "new")).status_code == 201
