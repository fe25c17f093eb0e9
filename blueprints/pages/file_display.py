"""How pages show the files of messages; static/js/room/message_files.js does it likewise."""

from typing import NamedTuple

import msgspec
from quart import g

from protocol.file_views import FileView
from services.picture_files import PICTURES
from translations import DEFAULT, gettext

# CSS pixels that a picture takes in a conversation, at most.
WIDTH_MAX, HEIGHT_MAX = 320, 288
# Bytes of an animation that plays in a conversation without being asked to; larger ones wait.
PLAYED_MAX = 3_000_000
_UNITS = ("%(size)s byte", "%(size)s kB", "%(size)s MB", "%(size)s GB")


class Size(NamedTuple):
    """In CSS pixels."""

    width: int
    height: int


def files_json(files: list[FileView]) -> str:
    """For the scripts, as frames have them."""
    return msgspec.json.encode(files).decode()


def kind(file: FileView) -> str:
    """Whether it is shown as a picture, a video or an audio; else it is a card, which opens a
    document in a tab of its own, and saves all others.
    """
    if file.content_type in PICTURES and file.width and file.height:
        return "picture"
    if file.content_type == "application/pdf":
        return "document"
    beginning = file.content_type.partition("/")[0]
    return beginning if beginning in ("video", "audio") else "card"


def plays(file: FileView) -> bool:
    """Whether it is an animation that moves by itself, for who does not ask for stillness."""
    return file.is_animated is True and file.bytes <= PLAYED_MAX


def shown_size(file: FileView) -> Size:
    """So much room is kept for a picture, before it is there."""
    width, height = file.width or 1, file.height or 1
    scale = min(1, WIDTH_MAX / width, HEIGHT_MAX / height)
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


def weight(count: int) -> str:
    """So many bytes, for people."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    locale = g.get("locale", DEFAULT)
    figures = f"{size:.1f}" if unit and size < 10 else f"{size:.0f}"
    return gettext(locale, _UNITS[unit], size=figures.replace(".", "," if locale == "ru" else "."))
