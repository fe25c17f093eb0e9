"""What the documents promise is what the code has."""

import re
from pathlib import Path
from typing import get_args

from msgspec.structs import fields

from blueprints import invite_tokens
from config import Settings
from errors import CODES
from limits import MESSAGE_MAX, REPLAY_MAX
from models import Block, Invitation, InviteLink, Room, User
from models.mentioned_names import NAMES_MAX
from models.message_commands import (
    ALL_MEMBERS_MAX,
    DELETED,
    EDITED,
    FILES,
    PINNED,
    PINS_MAX,
    REACTION_KINDS_MAX,
    UNPINNED,
)
from models.stored_message import TALLY_USERS_MAX
from protocol.client_frames import RoomFrame
from protocol.server_frames import ServerFrame
from protocol.views import MessageView
from realtime import connection, journal, room_changes, typing
from realtime import rate_limits as limits
from realtime.quote_views import QUOTE_MAX
from services.history import CHANGES_DEFAULT, CHANGES_MAX, HISTORY_MAX
from services.message_details import MENTIONS_MAX
from tests.project.test_architecture_md import functions
from tests.support.examples import DOCUMENT, code_block
from tests.support.server import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


def test_every_error_code_is_documented_and_no_other() -> None:
    section = PROTOCOL.split("## Errors")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {code for row in rows for code in re.findall(r"`(\w+)`", row)} == set(CODES)


def test_every_close_code_is_documented() -> None:
    codes = {value for value in vars(connection).values() if isinstance(value, int)}
    ours = {code for code in codes if 1000 <= code <= 1015 or 4000 <= code <= 4999}
    documented = {int(code) for code in re.findall(r"^\| (\d{4}) ", PROTOCOL, re.MULTILINE)}
    assert ours
    assert ours <= documented


def rate(each: tuple[float, int]) -> str:
    """Return how a limit of so many a second, and so many at once, is written."""
    return f"{each[0]:g} a second, {each[1]} at once"


def slow(each: tuple[float, int], what: str = "") -> str:
    """Return the same for less than one a second."""
    return f"{each[1]}{what} at once, then one every {1 / each[0]:g} s"


def test_limits_are_documented() -> None:
    default = Settings()
    frame_rate = float(default.max_frames_per_second)
    changes, at_once = limits.BLOCKS
    expected = {
        "a message": f"{MESSAGE_MAX:,} characters",
        "a frame, a request body": f"{default.max_message_bytes:,} characters",
        "names": f"{User.USERNAME_MIN} to {User.USERNAME_MAX} characters, a display name "
        f"{User.DISPLAY_NAME_MAX}, a room's {Room.NAME_MAX}; "
        f"a password {User.PASSWORD_MIN} to {User.PASSWORD_MAX}",
        "messages of one person, and edits": rate(limits.MESSAGES),
        "deletions, reactions and pins": rate(limits.MESSAGE_CHANGES),
        "different emoji": f"{REACTION_KINDS_MAX} |",
        "pinned messages": f"{PINS_MAX} |",
        "names that are looked up": f"{NAMES_MAX} |",
        "`typing` frames": rate(limits.TYPING),
        "the others are told": "of {:g} changes a second, {} at once".format(*typing.CHANGES),
        "`mark_read` of": "{:g} times a second, {} at once".format(*limits.READS),
        "all frames of": rate((frame_rate, 4 * default.max_frames_per_second)),
        "connections": f"{default.max_connections_per_user} of one person, "
        f"{default.connections_per_address:,} of one address, {default.max_connections:,} of one",
        "rooms that": f"{default.max_rooms_per_user} of each",
        "new rooms": slow(limits.ROOMS, " of each"),
        "and new conversations": slow(limits.DIRECT, " of each"),
        "people let": f"then one every {1 / limits.PEOPLE_RATE:g} s",
        "links to invite by": f"{InviteLink.MAX_LIVING} of one person that are good; "
        f"{limits.INVITE_LINKS[1]} new ones at once, then one every 60 s; "
        f"each for 1 to {InviteLink.USES_MAX:,} people",
        "tokens of invitations": f"{invite_tokens.TRIES} at once from one address, "
        f"then one every {invite_tokens.SECONDS:g} s",
        "unanswered": f"{Invitation.MAX_OPEN} |",
        "people whom": f"{Block.MAX:,}; {at_once} changes at once, then one a second",
        "changes by one person": rate(limits.CHANGES),
        "drafts of one person": rate(limits.DRAFTS),
        "messages that wait": f"{journal.WAITING_MAX:,} in one process",
        "what waits": f"{connection.QUEUE_FRAMES} frames, {connection.QUEUE_BYTES >> 20} MiB",
        "messages replayed": f"{REPLAY_MAX:,}",
        "pages of history": f"{HISTORY_MAX} messages at most",
        "each 64 messages": f"{room_changes.PAGE} messages of a replay, a page of changes | "
        f"{rate(limits.HISTORY)}",
        "members": f"{default.max_members_per_room:,}",
    }
    assert changes == 1
    lines = PROTOCOL.split("## Limits")[1].split("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    wrong = {
        what: value
        for what, value in expected.items()
        if not any(what in row and value in row for row in rows)
    }
    assert wrong == {}


def test_what_is_done_to_messages_is_documented() -> None:
    text = PROTOCOL.split("## What is done to messages")[1].split("\n## ")[0]
    for promised in (
        f"cut at {QUOTE_MAX} characters",
        f"`user_ids` are the first {TALLY_USERS_MAX}",
        f"In a room of more than {ALL_MEMBERS_MAX} people",
    ):
        assert promised in text
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    added = {field.encode_name for field in fields(MessageView)} & set(rows)
    assert added == set(rows)
    assert added >= {"reply_to", "edited_at", "is_deleted", "reactions", "is_pinned", "mentions"}
    kinds = {EDITED, DELETED, PINNED, UNPINNED, FILES, "reactions"}
    named = re.findall(r"^`what` is (.*) and `by`", text, re.MULTILINE)[0]
    assert set(re.findall(r"`(\w+)`", named)) == kinds
    api = PROTOCOL.split("## JSON API")[1]
    for most in (f"(`limit`, at most {MENTIONS_MAX})", f"(`limit`, at most {CHANGES_MAX:,})"):
        assert most in api
    assert f"have {CHANGES_DEFAULT} frames" in api


def test_every_frame_is_documented() -> None:
    tags = {
        str(each.__struct_config__.tag) for each in (*get_args(RoomFrame), *get_args(ServerFrame))
    }
    assert {tag for tag in tags if f"`{tag}`" not in PROTOCOL} == set()


def test_every_setting_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    names = {name.upper() for name in Settings.__dataclass_fields__}
    assert set(rows) == names


def test_links_of_the_documents_lead_somewhere() -> None:
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


# Paths in documents that are no files of ours: addresses, and what is made by running Beseda.
NO_FILES = {
    *("/ws/", "/admin/", "/invites/", "instance/", "instance/avatars/", "instance/exports/"),
    *("instance/files/", "unfinished/", "instance/unfinished/", "/api/files/"),
    "index.html",
}
SOURCE = re.compile(r"[\w./-]+/|[\w./-]+\.(?:py|js|css|html|toml|txt|md)")


def test_files_that_documents_name_are_there() -> None:
    """From the project's folder on, or beside the document."""
    missing = [
        f"{document.name}: {name}"
        for document in DOCUMENTS
        for name in re.findall(r"`([^`\n]+)`", document.read_text("utf-8"))
        if SOURCE.fullmatch(name) and name not in NO_FILES
        if not (ROOT / name).exists() and not (document.parent / name).exists()
    ]
    assert missing == []


def is_defined(name: str, path: Path) -> bool:
    """Whether it is a function, or a constant of the module."""
    constant = re.search(rf"^{name}\b.* = ", path.read_text("utf-8"), re.MULTILINE)
    return name in functions(path) or constant is not None


def test_functions_that_documents_name_are_there() -> None:
    """Where they say "`name` in `path`"."""
    named = [
        (name, path)
        for document in DOCUMENTS
        for name, path in re.findall(
            r"`(\w+)` in \[?`?([\w/]+\.(?:py|js))", document.read_text("utf-8")
        )
    ]
    assert len(named) > 5
    assert [(name, path) for name, path in named if not is_defined(name, ROOT / path)] == []


def test_copy_of_the_document_has_its_examples() -> None:
    assert "new WebSocket(`ws://127.0.0.1:8000/ws/chat/${roomId}/`)" in code_block("javascript")
    assert code_block("jsx").count("websocket.current") == 8
    assert DOCUMENT.read_text(encoding="utf-8").startswith("# WebSocket API Documentation\n")
