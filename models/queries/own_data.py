"""What is kept of somebody, for themselves: nothing that others have written, but the reasons that
they were given.
"""

from models.access_token import AccessToken
from models.attached_file import AttachedFile, files_of
from models.audit_entry import AuditEntry
from models.block import Block
from models.database import fetch, moment
from models.draft import Draft
from models.email_address import EmailAddress
from models.held_message import HeldMessage
from models.moderation_notice import ModerationNotice
from models.oidc_identity import OidcIdentity
from models.own_data import (
    ActData,
    BanData,
    DraftData,
    HeldData,
    LoginData,
    NoticeData,
    OwnMessage,
    OwnReaction,
    ProfileData,
    ReportData,
    RoomData,
    TokenData,
    VersionData,
)
from models.passkey import Passkey
from models.report import Report
from models.room_ban import RoomBan
from models.room_change import LEFT, RENAMED
from models.session import Session
from models.sql.fast_path import Row, scan
from models.sql.values import marks
from models.totp import Totp
from models.user import User

PART = 200  # Rows of one query, so that it is soon over.


async def profile_data(user: User) -> ProfileData:
    """Who they are, and how they log in: no secret, and no hash of one."""
    tokens = [
        TokenData(each.name, each.scopes, each.created_at, each.last_used_at, each.expires_at)
        for each in await AccessToken.all_of(user.id)
    ]
    blocked = await Block.filter(user_id=user.id).select_related("blocked")
    mail = await EmailAddress.of(user.id)
    linked = await OidcIdentity.filter(user_id=user.id)
    return ProfileData(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        language=user.language,
        theme=user.theme,
        time_format=user.time_format,
        time_zone=user.time_zone,
        browser_time_zone=user.browser_time_zone,
        presence=user.presence_choice,
        status=f"{user.status_emoji} {user.status_text}".strip(),
        email=mail.address if mail else "",
        created_at=user.created_at,
        last_seen=user.last_seen,
        is_administrator=user.server_role == User.ADMIN,
        has_password=user.has_password,
        has_app_codes=await Totp.filter(user_id=user.id, confirmed_at__isnull=False).exists(),
        passkeys=[each.label for each in await Passkey.filter(user_id=user.id)],
        linked_accounts=[f"{each.issuer} {each.subject}" for each in linked],
        access_tokens=tokens,
        blocked=[each.blocked.username for each in blocked],
    )


async def room_data(user_id: int) -> list[RoomData]:
    """The rooms that they are in, and those that they have left or written in."""
    here = [
        RoomData(row[0], row[1], row[2], row[3], moment(row[4]), None)
        for row in await fetch(_HERE, user_id)
    ]
    left = [
        RoomData(row[0], row[1], row[2], None, None, moment(row[3]))
        for row in await fetch(_LEFT, user_id)
    ]
    return here + left


async def login_data(user_id: int) -> list[LoginData]:
    """Where they are logged in."""
    return [
        LoginData(each.user_agent, each.created_at, each.last_used_at, each.expires_at)
        for each in await Session.all_of(user_id)
    ]


async def act_data(user_id: int, after: int) -> tuple[list[ActData], int]:
    """A part of the entries of the audit log that are theirs or about them, behind this one; and
    the last of them. Others are not named, nor quoted; and nobody learns that they were reported.
    """
    found = []
    for side in ("actor_id", "user_id"):
        which = {side: user_id, "id__gt": after}
        found += await AuditEntry.filter(**which).order_by("id").limit(PART)
    entries = sorted({each.id: each for each in found}.values(), key=lambda each: each.id)[:PART]
    acts = [
        ActData(each.at, each.action, is_own, each.room_id, each.reason if is_own else "")
        for each in entries
        if (is_own := each.actor_id == user_id) or not each.action.startswith("report_")
    ]
    return acts, entries[-1].id if entries else after


async def draft_data(user_id: int) -> list[DraftData]:
    """What they have not sent yet."""
    drafts = (
        await Draft.filter(membership__user_id=user_id)
        .exclude(text="")
        .select_related("membership")
    )
    return [DraftData(each.membership.room_id, each.text) for each in drafts]


async def report_data(user_id: int) -> list[ReportData]:
    """What they have reported, without what they have reported."""
    return [
        ReportData(each.room_id, each.number, each.category, each.report_text, each.reported_at)
        for each in await Report.filter(reporter_id=user_id).order_by("id")
    ]


async def held_data(user_id: int) -> list[HeldData]:
    """What of theirs waits, or is not deleted yet."""
    return [
        HeldData(each.room_id, each.held_text, each.replied_to, each.held_at)
        for each in await HeldMessage.filter(user_id=user_id).order_by("id")
    ]


async def notice_data(user_id: int) -> list[NoticeData]:
    """What they are told, and have not put away."""
    return [
        NoticeData(each.kind, each.room_name, each.amount, each.notice_reason, each.noted_at)
        for each in await ModerationNotice.filter(user_id=user_id).order_by("id")
    ]


async def ban_data(user_id: int) -> list[BanData]:
    """The rooms that they are or were banned from, but by whom."""
    return [
        BanData(each.room_id, each.room_name, each.ban_reason, each.banned_at, each.banned_until)
        for each in await RoomBan.filter(user_id=user_id).order_by("id")
    ]


async def own_messages(
    user_id: int, room: RoomData, after: int
) -> list[tuple[OwnMessage, tuple[AttachedFile, ...]]]:
    """A part of what they have written in a room, behind this message, each with its files."""
    rows = await scan(_MESSAGES, room.id, user_id, after)
    versions = await _versions(room.id, [row[0] for row in rows if row[3]])
    return [(_own_message(room, row, versions.get(row[0], [])), files_of(row[6])) for row in rows]


def _own_message(room: RoomData, row: Row, versions: list[VersionData]) -> OwnMessage:
    edited, deleted = moment(row[3]), moment(row[4])
    times = moment(row[1]), row[2], edited, deleted
    return OwnMessage(room.id, room.name, row[0], *times, row[5], versions)


async def count_messages(user_id: int, room_id: int) -> int:
    """How many messages they have written there."""
    ((count,),) = await scan(_COUNT, room_id, user_id)
    return int(count)


async def own_reactions(user_id: int, after: int) -> list[OwnReaction]:
    """A part of their reactions, behind this one."""
    return [OwnReaction(*row) for row in await scan(_REACTIONS, user_id, after)]


async def _versions(room_id: int, numbers: list[int]) -> dict[int, list[VersionData]]:
    if not numbers:
        return {}
    which = marks(len(numbers) + 1).removeprefix("$1, ")
    found: dict[int, list[VersionData]] = {}
    for number, body, made_at in await scan(_VERSIONS.format(which=which), room_id, *numbers):
        found.setdefault(number, []).append(VersionData(body, moment(made_at)))
    return found


_HERE = """
SELECT room.id AS room_id, room.kind AS kind,
       CASE WHEN room.kind = 'direct' THEN other.username ELSE room.name END AS name,
       membership.role AS role, membership.joined_at AS joined
FROM membership JOIN room ON room.id = membership.room_id
LEFT JOIN membership AS across ON room.kind = 'direct' AND across.room_id = room.id
      AND across.user_id <> membership.user_id
LEFT JOIN user_account AS other ON other.id = across.user_id
WHERE membership.user_id = $1 ORDER BY room.id
"""
_LEFT = f"""
SELECT room.id AS room_id, room.kind AS kind,
       CASE WHEN EXISTS (
            SELECT 1 FROM room_change AS renamed
            WHERE renamed.room_id = room.id AND renamed.kind = '{RENAMED}'
            AND renamed.change > COALESCE((
                SELECT MAX(gone.change) FROM room_change AS gone
                WHERE gone.room_id = room.id AND gone.kind = '{LEFT}' AND gone.user_id = $1), 0))
            THEN NULL ELSE room.name END AS name,
       departure.at AS left_at
FROM room LEFT JOIN departure ON departure.room_id = room.id AND departure.user_id = $1
WHERE NOT EXISTS (SELECT 1 FROM membership
                  WHERE membership.room_id = room.id AND membership.user_id = $1)
  AND (departure.id IS NOT NULL OR EXISTS (
       SELECT 1 FROM message WHERE message.room_id = room.id AND message.author_id = $1))
ORDER BY room.id
"""
_MESSAGES = f"""
SELECT number, created_at, body, edited_at, deleted_at, reply_to, files FROM message
WHERE room_id = $1 AND author_id = $2 AND number > $3
  AND number > (SELECT floor FROM room WHERE id = $1) ORDER BY number LIMIT {PART}
"""
_COUNT = "SELECT COUNT(*) FROM message WHERE room_id = $1 AND author_id = $2"
_VERSIONS = """
SELECT number, body, made_at FROM message_version
WHERE room_id = $1 AND number IN ({which}) ORDER BY number, change
"""
_REACTIONS = f"""
SELECT id, room_id, number, emoji FROM reaction
WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT {PART}
"""
