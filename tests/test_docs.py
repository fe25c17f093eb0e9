"""What the documents promise is what the code has."""

import re

from config import Settings
from models.errors import CODES
from models.message import Message
from realtime import connection, frames
from tests.support.examples import DOCUMENT, code_block
from tests.support.server import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
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


def test_limits_are_documented() -> None:
    for number in (Message.MAX_LENGTH, frames.LIMITS["frame_bytes"], frames.LIMITS["replay"]):
        assert f"{number:,}" in PROTOCOL


def test_every_setting_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    names = {name.upper() for name in Settings.__dataclass_fields__}
    assert set(rows) == names - {"REGISTRATION_OPEN"} | {"REGISTRATION"}


def test_links_of_the_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_copy_of_the_document_has_its_examples() -> None:
    assert "new WebSocket(`ws://127.0.0.1:8000/ws/chat/${roomId}/`)" in code_block("javascript")
    assert code_block("jsx").count("websocket.current") == 8
    assert DOCUMENT.read_text(encoding="utf-8").startswith("# WebSocket API Documentation\n")
