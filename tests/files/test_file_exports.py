"""What people save has the files of messages: their own, or of the room that they own."""

import hashlib

from tests.accounts.test_exports import export, lines
from tests.support.doing import delete
from tests.support.factories import MakePerson
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.uploading import PNG, posted, upload


async def test_exports_have_files(person: MakePerson, each_server: Server) -> None:
    two = await talk(person, each_server)
    mine = await upload(two.alice, two.room, PNG, "../план.png")
    theirs = await upload(two.bob, two.room, b"bob's", "note.<b>")
    gone = await upload(two.bob, two.room, b"gone", "gone.txt")
    for author, file in ((two.alice, mine), (two.bob, theirs), (two.bob, gone)):
        assert (await posted(author, two.room, file)).status_code == 201
    await delete(two.b, 3)
    path = f"files/{mine['id']}.png"
    line = {
        "name": "../план.png",
        "content_type": "image/png",
        "bytes": len(PNG),
        "path": path,
        "sha256": hashlib.sha256(PNG).hexdigest(),
    }
    own = await export(two.alice)
    (message,) = lines(own)
    assert message["files"] == [line]
    assert own.read(path) == PNG
    picture = f'<a href="{path}"><img src="{path}" alt="">../план.png</a>'
    assert picture in own.read("index.html").decode()
    assert [each for each in own.namelist() if each.startswith("files/")] == [path]
    room = await export(two.alice, f"/api/rooms/{two.room}/export")
    said = [each for each in lines(room) if each["type"] == "message"]
    assert [each.get("files", []) for each in said][:1] == [[line]]
    assert room.read(said[1]["files"][0]["path"]) == b"bob's"
    assert "files" not in said[2]
    assert room.read(path) == PNG
