"""Earlier texts of messages, as the API shows them."""

from msgspec import Struct

from protocol.encoding import Timestamp


class VersionView(Struct):
    """An earlier text of a message: when it was written, and the change that did it."""

    message: str
    edited_at: Timestamp
    change: int


class VersionList(Struct):
    """The earlier texts of a message, oldest first."""

    versions: list[VersionView]
