"""What somebody is given of what is kept about them: nothing that others have written."""

from datetime import datetime

from msgspec import Struct

from models.exported_lines import ExportedFile


class TokenData(Struct, frozen=True):
    name: str
    scopes: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class ProfileData(Struct, frozen=True):
    id: int
    username: str
    display_name: str
    language: str
    theme: str
    time_format: str
    time_zone: str
    browser_time_zone: str
    presence: str
    status: str
    email: str
    created_at: datetime
    last_seen: datetime | None
    is_administrator: bool
    has_password: bool
    has_app_codes: bool
    passkeys: list[str]
    linked_accounts: list[str]
    access_tokens: list[TokenData]
    blocked: list[str]


class RoomData(Struct, frozen=True):
    """`name` is None of a room that somebody is not in any more, and that has been renamed since:
    what it is called now is not theirs to know. Of a conversation it is the other one's name.
    """

    id: int
    kind: str
    name: str | None
    role: str | None
    joined_at: datetime | None
    left_at: datetime | None


class LoginData(Struct, frozen=True):
    browser: str
    began_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


class ActData(Struct, frozen=True):
    """`is_own`: what they have done; else what was done to them."""

    at: datetime
    action: str
    is_own: bool
    room_id: int | None
    reason: str


class DraftData(Struct, frozen=True):
    room_id: int
    message: str


class ReportData(Struct, frozen=True):
    room_id: int
    message_id: int
    category: str
    text: str
    reported_at: datetime


class HeldData(Struct, frozen=True):
    """A message that waits to be let through."""

    room_id: int
    message: str
    reply_to: int | None
    written_at: datetime


class NoticeData(Struct, frozen=True):
    """What they are told of an act that concerned them, until they put it away."""

    what: str
    room: str
    count: int
    reason: str
    at: datetime


class BanData(Struct, frozen=True):
    """`room` is as it was called then; `until` is None where it does not end."""

    room_id: int
    room: str
    reason: str
    banned_at: datetime
    until: datetime | None


class VersionData(Struct, frozen=True):
    message: str
    written_at: datetime


class OwnMessage(Struct, frozen=True, omit_defaults=True):
    """`reply_to` is a number alone: the message is somebody else's."""

    room_id: int
    room: str | None
    message_id: int
    timestamp: datetime
    message: str
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: int | None = None
    versions: list[VersionData] = []
    files: tuple[ExportedFile, ...] = ()


class OwnReaction(Struct, frozen=True):
    id: int
    room_id: int
    message_id: int
    emoji: str
