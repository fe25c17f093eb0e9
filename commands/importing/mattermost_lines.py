"""The lines of a bulk export of Mattermost, as far as they are read."""

from typing import Any

import msgspec
from msgspec import Raw, Struct


class Line(Struct):
    """What there is."""

    type: str
    channel: Raw = Raw()
    user: Raw = Raw()
    bot: Raw = Raw()
    post: Raw = Raw()
    direct_channel: Raw = Raw()
    direct_post: Raw = Raw()


class Channel(Struct):
    """A room, public (O) or private (P)."""

    team: str
    name: str
    display_name: str = ""
    type: str = "O"
    header: str | None = None
    purpose: str | None = None
    deleted_at: int | None = None


class In(Struct):
    """Somebody in a channel."""

    name: str
    roles: str | None = None


class Team(Struct):
    """Somebody in a team."""

    name: str
    channels: list[In] | None = None


class User(Struct):
    """Somebody."""

    username: str
    email: str | None = None
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    delete_at: int | None = None
    teams: list[Team] | None = None


class Bot(Struct):
    """A program."""

    username: str


class Reaction(Struct):
    """An emoji under a post."""

    user: str
    emoji_name: str


class File(Struct):
    """A file of a post."""

    path: str = ""


class Post(Struct):
    """What somebody has written."""

    user: str
    create_at: int
    message: str = ""
    type: str | None = None
    team: str = ""
    channel: str = ""
    channel_members: list[str] | None = None
    edit_at: int | None = None
    is_pinned: bool | None = None
    props: Raw = Raw()
    reactions: list[Reaction] | None = None
    attachments: list[File] | None = None
    replies: list["Post"] | None = None


class Participant(Struct):
    """Somebody in a conversation."""

    username: str


class Direct(Struct):
    """A conversation of two or more."""

    members: list[str] | None = None
    participants: list[Participant] | None = None
    header: str | None = None


LINE = msgspec.json.Decoder(Line)
DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "channel": msgspec.json.Decoder(Channel),
    "user": msgspec.json.Decoder(User),
    "bot": msgspec.json.Decoder(Bot),
    "post": msgspec.json.Decoder(Post),
    "direct_channel": msgspec.json.Decoder(Direct),
    "direct_post": msgspec.json.Decoder(Post),
}
