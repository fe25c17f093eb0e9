"""What the protocol shows of files."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from protocol.encoding import Timestamp


class FileView(Struct):
    """A file: of a message, or just uploaded. `content_type` is what its content says, and not its
    name; `width` and `height` of a picture, in pixels; `alt` is its text for who does not see it;
    where it is animated the thumbnail is still.
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
    is_animated: Literal[True] | UnsetType = UNSET


class RoomFileView(FileView, kw_only=True):
    """A file of a room, with the message that it was sent with, by whom, and when."""

    message_id: int
    user_id: int
    username: str
    display_name: str | UnsetType = UNSET
    timestamp: Timestamp

    @property
    def shown_name(self) -> str:
        """What others see of the author's two names."""
        return self.display_name or self.username


class RoomFileList(Struct):
    """A page of a room's files, the latest first. `cursor` is for the next one; None: there is
    none.
    """

    files: list[RoomFileView]
    cursor: int | None
