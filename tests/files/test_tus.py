"""Uploads by tus 1.0.0: as its own client does it, cut off, raced, and killed."""

import asyncio
import base64
import io
import json
import os
from collections.abc import AsyncIterator

import httpx
import pytest
from tusclient.client import TusClient

from models import File
from tests.support.factories import MakePerson, StartServer
from tests.support.oidc import NODE
from tests.support.person import Person
from tests.support.server import ROOT, Server
from tests.support.tables import opened
from tests.support.uploading import posted, stored_files
from tests.support.waiting import eventually

VERSION = {"Tus-Resumable": "1.0.0"}
PART = 512 << 10
DATA = os.urandom(3 * PART + 17)


def metadata(**values: object) -> str:
    """As the header has it."""
    pairs = (
        f"{key} {base64.b64encode(str(each).encode()).decode()}" for key, each in values.items()
    )
    return ",".join(pairs)


async def create(person: Person, room: int, size: int, **headers: str) -> httpx.Response:
    """Announce a file."""
    said = metadata(filename="план.bin", room=room)
    head = {**VERSION, "Upload-Length": str(size), "Upload-Metadata": said, **headers}
    return await person.http.post("/api/files/", headers=head)


async def append(
    person: Person, url: str, offset: int, data: bytes | AsyncIterator[bytes], **headers: str
) -> httpx.Response:
    """Send the next bytes."""
    kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    return await person.http.patch(url, content=data, headers={**VERSION, **kind, **headers})


async def offset(person: Person, url: str) -> int:
    """Ask how far it has come."""
    answer = await person.http.head(url, headers=VERSION)
    assert answer.status_code == 200, answer.status_code
    return int(answer.headers["upload-offset"])


async def test_its_own_client(person: MakePerson, each_server: Server) -> None:
    """tuspy, as it comes from its registry: in parts, cut off, and on from there."""
    anna = await person("anna", on=each_server)
    room = await anna.create_room()
    client = TusClient(f"{each_server.url}/api/files/", headers={"Cookie": anna.cookie})
    said = {"filename": "план.bin", "room": str(room), "alt": "noise"}

    def begin() -> str:
        first = client.uploader(file_stream=io.BytesIO(DATA), chunk_size=PART, metadata=said)
        first.upload(stop_at=PART)
        return str(first.url)

    def go_on(url: str) -> int:
        again = client.uploader(file_stream=io.BytesIO(DATA), chunk_size=PART, url=url)
        began = int(again.offset)
        again.upload()
        return began

    url = await asyncio.to_thread(begin)
    path = httpx.URL(url).path
    assert (await anna.http.get(path)).status_code == 404, "not there yet"
    early = {"message": "x", "files": [int(path.rpartition("/")[2])]}
    refused = await anna.http.post(f"/api/rooms/{room}/messages", json=early)
    assert refused.json()["code"] == "bad_files"
    assert await asyncio.to_thread(go_on, url) == PART
    view = (await anna.http.get(path)).json()
    assert (view["name"], view["alt"], view["bytes"]) == ("план.bin", "noise", len(DATA))
    assert (await anna.http.get(view["url"])).content == DATA
    assert (await posted(anna, room, view)).status_code == 201
    assert (await anna.http.head(path, headers=VERSION)).status_code == 404, "it is a message's"
    gone = await anna.http.delete(path, headers=VERSION)
    assert gone.json()["code"] == "not_found"


async def test_the_browsers_client(person: MakePerson, shared_server: Server) -> None:
    """tus-js-client, as it comes from npm."""
    anna = await person("anna")
    room = await anna.create_room()
    uploading = await asyncio.create_subprocess_exec(
        NODE,
        ROOT / "tests" / "examples" / "upload.mjs",
        *(f"{shared_server.url}/api/files/", anna.cookie, str(room), str(PART)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await uploading.communicate(DATA)
    assert uploading.returncode == 0, said.decode()
    done = json.loads(said)
    assert done["began"] == PART
    view = (await anna.http.get(httpx.URL(done["url"]).path)).json()
    assert (view["name"], view["alt"], view["bytes"]) == ("план.bin", "noise", len(DATA))
    assert (await anna.http.get(view["url"])).content == DATA
    assert (await posted(anna, room, view)).status_code == 201


async def test_words_of_the_protocol(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    asked = await anna.http.options("/api/files/")
    said = {key: value for key, value in asked.headers.items() if key.startswith("tus-")}
    assert (asked.status_code, said) == (
        204,
        {
            "tus-resumable": "1.0.0",
            "tus-version": "1.0.0",
            "tus-extension": "creation,termination,expiration",
            "tus-max-size": str(25 << 20),
        },
    )
    for headers, status in (
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": str((25 << 20) + 1)}, 413),
        ({"Upload-Metadata": "filename %%%"}, 400),
        ({"Upload-Metadata": metadata(filename="x")}, 422),
        ({"Upload-Metadata": metadata(room=10**9)}, 403),
    ):
        refused = await create(anna, room, 10, **headers)
        assert (refused.status_code, refused.headers["tus-resumable"]) == (status, "1.0.0"), headers
        assert ("tus-version" in refused.headers) is (status == 412)
    made = await create(anna, room, 10)
    url = made.headers["location"]
    assert made.headers["upload-expires"].endswith("GMT")
    for at, headers, status in (
        (0, {"Tus-Resumable": ""}, 412),
        (0, {"Content-Type": "text/plain"}, 415),
        (0, {"Upload-Offset": "x"}, 400),
        (1, {}, 409),
        (0, {}, 204),
        (0, {}, 409),
    ):
        answer = await append(anna, url, at, b"12345", **headers)
        assert (answer.status_code, answer.headers["tus-resumable"]) == (status, "1.0.0"), headers
    assert (await append(anna, url, 5, b"678901")).status_code == 413, "more than was announced"
    head = await anna.http.head(url, headers=VERSION)
    assert head.headers["upload-length"] == "10"
    assert head.headers["cache-control"] == "no-store"
    for answer in (
        await append(boris, url, 5, b"x"),
        await boris.http.head(url, headers=VERSION),
        await boris.http.delete(url, headers=VERSION),
        await boris.http.get(url),
    ):
        assert answer.status_code == 404, "somebody else's"
    assert (await anna.http.delete(url, headers=VERSION)).status_code == 204
    assert (await anna.http.head(url, headers=VERSION)).status_code == 404
    empty = (await create(anna, room, 0)).headers["location"]
    assert (await anna.http.get(empty)).json()["bytes"] == 0


async def test_two_at_once(person: MakePerson) -> None:
    """Of requests for the same bytes one wins, and no byte is there twice."""
    anna = await person("anna")
    room = await anna.create_room()
    url = (await create(anna, room, len(DATA))).headers["location"]
    at = 0
    while at < len(DATA):
        part = DATA[at : at + PART]
        answers = await asyncio.gather(*(append(anna, url, at, part) for _ in range(4)))
        statuses = sorted(each.status_code for each in answers)
        assert statuses[0] == 204
        assert set(statuses[1:]) <= {409, 423}
        at += len(part)
    view = (await anna.http.get(url)).json()
    assert (await anna.http.get(view["url"])).content == DATA


@pytest.mark.parametrize("rest", ["goes on", "is left"])
async def test_killed_in_the_middle(
    person: MakePerson, server: StartServer, sqlite_url: str, rest: str
) -> None:
    """HEAD tells what is on the disk; it goes on there, or is gone after a day."""
    node = await server(DATABASE_URL=sqlite_url)
    anna = await person("anna", on=node)
    room = await anna.create_room()
    url = (await create(anna, room, len(DATA))).headers["location"]
    assert (await append(anna, url, 0, DATA[:PART])).status_code == 204
    (name,) = stored_files(node)
    path = node.folder / "instance" / "files" / "unfinished" / name

    async def slowly() -> AsyncIterator[bytes]:
        yield DATA[PART : 2 * PART]
        await asyncio.Event().wait()

    length = {"Content-Length": str(len(DATA) - PART)}
    sending = asyncio.create_task(append(anna, url, PART, slowly(), **length))

    async def is_longer() -> bool:
        return path.stat().st_size > PART

    await eventually(is_longer, "the next bytes")
    await node.kill()
    await asyncio.gather(sending, return_exceptions=True) if sending.cancel() else None
    size = path.stat().st_size
    if rest == "is left":
        async with opened(sqlite_url):
            file = await File.get()
            await File.all().update(
                created_at=file.created_at - (file.expires_at - file.created_at)
            )
    await node.start()
    if rest == "is left":

        async def is_swept() -> bool:
            return stored_files(node) == set()

        await eventually(is_swept, "the sweeper")
        return
    assert await offset(anna, url) == size
    assert path.read_bytes() == DATA[:size]
    assert (await append(anna, url, size, DATA[size:])).status_code == 204
    view = (await anna.http.get(url)).json()
    assert (await anna.http.get(view["url"])).content == DATA
