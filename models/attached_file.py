"""What a message says of its files."""

import msgspec
from msgspec import Struct


class AttachedFile(Struct, frozen=True, omit_defaults=True):
    """A file of a message, as the message's row keeps it: a page of messages is one query."""

    id: int
    name: str
    content_type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    alt: str = ""
    has_thumbnail: bool = False
    is_animated: bool = False


_decoder = msgspec.json.Decoder(tuple[AttachedFile, ...])


def files_of(column: str | None) -> tuple[AttachedFile, ...]:
    """What the column says; NULL: there are none."""
    return _decoder.decode(column) if column else ()


def files_as_json(files: tuple[AttachedFile, ...]) -> str | None:
    """As the column keeps them."""
    return msgspec.json.encode(files).decode() if files else None
