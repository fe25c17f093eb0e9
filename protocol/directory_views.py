"""The directory of public rooms, as the API answers."""

from msgspec import Struct


class PublicRoomView(Struct):
    """A public room, as everybody sees it; `is_member`: whoever asks is in it."""

    id: int
    name: str
    topic: str
    member_count: int
    is_member: bool


class PublicRoomList(Struct):
    """A page of them. `cursor` asks for the next one; None: there is none."""

    rooms: list[PublicRoomView]
    cursor: int | None


class JoinedView(Struct):
    """The room that somebody is in now."""

    room_id: int
