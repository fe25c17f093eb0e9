"""What the protocol shows of files."""

from msgspec import UNSET, Struct, UnsetType


class FileView(Struct):
    """A file: of a message, or just uploaded. `content_type` is what its content says, and not its
    name; `width` and `height` of a picture, in pixels; `alt` is its text for who does not see it.
    """

    id: int
    name: str
    content_type: str
    bytes: int
    url: str
    thumbnail_url: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    alt: str | UnsetType = UNSET
