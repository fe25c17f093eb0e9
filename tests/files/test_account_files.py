"""What becomes of the files of somebody who deletes their account."""

from tests.support.factories import MakePerson
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.uploading import posted, stored_files, upload
from tests.support.waiting import eventually


async def test_what_a_deleted_account_has_not_posted(
    person: MakePerson, shared_server: Server
) -> None:
    """It goes with the account; what was posted stays with its message."""
    await person("first")  # Who may be the only administrator.
    two = await talk(person)
    kept = await upload(two.bob, two.room, b"kept")
    await posted(two.bob, two.room, kept)
    before = stored_files(shared_server)
    await upload(two.bob, two.room, b"waits")
    (key,) = stored_files(shared_server) - before
    answer = await two.bob.http.post("/api/profile/delete", json={"messages": "keep"})
    assert answer.status_code == 204

    async def is_swept() -> bool:
        return key not in stored_files(shared_server)

    await eventually(is_swept, "the sweeper")
    assert (await two.alice.http.get(kept["url"])).content == b"kept"
