"""What others see of somebody beside their names. What is not there is left out."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from protocol.encoding import Timestamp


class StatusView(Struct):
    """What somebody says of themselves: an emoji, a line of text, or both; "" for none. After
    `until` it is nobody's status any more.
    """

    emoji: str
    text: str
    until: Timestamp | UnsetType = UNSET


class Appearance(Struct, kw_only=True):
    """`presence` is what somebody has chosen to be seen as while they are online; `picture` goes
    into the addresses of their picture.
    """

    presence: Literal["away", "dnd"] | UnsetType = UNSET
    status: StatusView | UnsetType = UNSET
    picture: str | UnsetType = UNSET
