"""Every route of what somebody owns alone, whoever they are: what is in its address, and what its
owner is answered with. Everybody else finds nothing there.
"""

import secrets
from typing import Any

from models import AccessToken, Job, ModerationNotice, OidcIdentity, Passkey, Session, User
from models.job import OWN_EXPORT
from tests.files.test_tus import VERSION, append, metadata
from tests.support.person import Person
from tests.support.route_rights import EMPTY, SEEN, THERE, Found

# What addresses have in them that is one person's own; and what is none: people, rooms, secrets,
# files of ours, names that stand beside a number.
OWN = {"file_id", "identity_id", "job_id", "link_id", "notice_id", "passkey_id"}
OWN |= {"session_id", "token_id"}
OTHERS = {"user_id", "room_id", "token", "name", "path", "filename"}
# Those of administrators and owners of rooms have tables of their own.
ELSEWHERE = ("/admin/", "/api/admin/", "/rooms/", "/api/rooms/")

GONE: Found = (410, "export_gone")
ROUTES: dict[tuple[str, str], Found] = {
    ("GET", "/api/files/<int:file_id>"): SEEN,
    ("PATCH", "/api/files/<int:file_id>"): EMPTY,
    ("DELETE", "/api/files/<int:file_id>"): EMPTY,
    ("GET", "/files/<int:file_id>/<name>"): SEEN,
    ("DELETE", "/api/identities/<int:identity_id>"): EMPTY,
    ("POST", "/profile/linked/<int:identity_id>/unlink"): THERE,
    ("GET", "/api/jobs/<int:job_id>"): SEEN,
    ("DELETE", "/api/jobs/<int:job_id>"): EMPTY,
    ("GET", "/api/jobs/<int:job_id>/file"): GONE,
    ("GET", "/exports/<int:job_id>"): GONE,
    ("POST", "/exports/<int:job_id>/delete"): THERE,
    ("DELETE", "/api/invites/<int:link_id>"): EMPTY,
    ("POST", "/invites/<int:link_id>/revoke"): THERE,
    ("DELETE", "/api/notices/<int:notice_id>"): EMPTY,
    ("POST", "/notices/<int:notice_id>/noticed"): THERE,
    ("PATCH", "/api/passkeys/<int:passkey_id>"): EMPTY,
    ("DELETE", "/api/passkeys/<int:passkey_id>"): EMPTY,
    ("POST", "/profile/passkeys/<int:passkey_id>/remove"): THERE,
    ("POST", "/profile/passkeys/<int:passkey_id>/rename"): THERE,
    ("DELETE", "/api/sessions/<int:session_id>"): EMPTY,
    ("POST", "/profile/sessions/<int:session_id>/end"): THERE,
    ("DELETE", "/api/tokens/<int:token_id>"): EMPTY,
    ("POST", "/profile/tokens/<int:token_id>/end"): THERE,
}
# What is put away has been put away, whether it was theirs or has never been: nothing is done.
ANYBODY: dict[tuple[str, str], Found] = {
    ("DELETE", "/api/notices/<int:notice_id>"): EMPTY,
    ("POST", "/notices/<int:notice_id>/noticed"): THERE,
}
# Administrators revoke the invitations of all.
ADMINISTERED = {"link_id"}


async def make(name: str, owner: Person, *, is_whole: bool) -> int:
    """Something of the owner's; its number. `is_whole`: of a file, that it is all there."""
    user = await User.get(id=owner.id)
    match name:
        case "session_id":
            await Session.start(user, "another browser")
            there = await Session.filter(user_id=user.id)
            return int(max(each.id for each in there))
        case "token_id":
            return int((await AccessToken.make(user, "bot", {"read"}, None))[0].id)
        case "link_id":
            made = await owner.http.post("/api/invites", json={"room_id": await _room(owner)})
            return int(made.json()["id"])
        case "file_id":
            return await _file(owner, b"1. Go" if is_whole else b"")
    return await _row(name, user.id)


async def _row(name: str, user_id: int) -> int:
    mine: dict[str, Any] = {"user_id": user_id}
    models: dict[str, Any] = {
        "job_id": Job,
        "notice_id": ModerationNotice,
        "passkey_id": Passkey,
        "identity_id": OidcIdentity,
    }
    unique = secrets.token_hex(8)
    about: dict[str, dict[str, Any]] = {
        "job_id": {"kind": OWN_EXPORT, "state": Job.DONE, "file_name": f"1-{'a' * 24}.zip"},
        "notice_id": {"kind": "messages_removed", "amount": 1},
        "passkey_id": {"label": "My phone", "credential_id": unique, "public_key": "x"},
        "identity_id": {"issuer": "https://id.example", "subject": unique},
    }
    return int((await models[name].create(**mine, **about[name])).pk)


async def _file(owner: Person, content: bytes) -> int:
    """One that is in no message yet."""
    said = {"Upload-Length": "5", "Upload-Metadata": metadata(room=await _room(owner))}
    sent = await owner.http.post("/api/files/", headers={**VERSION, **said})
    number = int(sent.headers["location"].rpartition("/")[2])
    if content:
        assert (await append(owner, f"/api/files/{number}", 0, content)).is_success
    return number


async def _room(owner: Person) -> int:
    return int((await owner.rooms())[0]["id"])
