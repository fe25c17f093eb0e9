"""The end of an account: what is left has no name, no login, and nothing that was kept for it.

The row stays, as what messages, changes of rooms and the audit log refer to. What takes long, their
rooms and messages, is a job that is stored in the same transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient

from models.access_token import AccessToken
from models.activity import ActivityEntry
from models.administration import check_administrator, check_not_last, concerned_by
from models.audit_entry import record_act
from models.block import Block
from models.choices import CHOSEN_NOTHING
from models.database import atomically, fetch
from models.decline import Decline
from models.draft import Draft
from models.email_address import EmailAddress
from models.file import discard_unattached
from models.held_message import HeldMessage
from models.invitation import Departure, Invitation
from models.invite_link import InviteLink
from models.job import ERASURE, Job, forget_jobs_of
from models.join_request import JoinRequest
from models.last_post import LastPost
from models.locks import lock_users
from models.login_ticket import LoginTicket
from models.membership import Membership
from models.moderation_notice import ModerationNotice
from models.name_key import NameKey
from models.names import username_key
from models.oidc_identity import OidcIdentity
from models.passkey import Passkey
from models.password_reset import PasswordReset
from models.passwords import NO_HASH
from models.queued_mail import QueuedMail
from models.room import Room
from models.room_ban import RoomBan
from models.room_change import ARCHIVED, StoredChange, record
from models.session import Session
from models.sql.fast_path import as_stored
from models.totp import RecoveryCode, Totp
from models.user import User
from translations import gettext

Messages = Literal["keep", "delete"]
# For so long nobody else is called as they were: nobody answers in their place.
NAME_KEPT = timedelta(days=30)

# What goes with an account, each by the column that says whose it is.
_THEIRS = (
    *((each, "user_id") for each in (Totp, RecoveryCode, Passkey, OidcIdentity, PasswordReset)),
    *((each, "user_id") for each in (LoginTicket, JoinRequest, Decline, LastPost, Block)),
    *((each, "user_id") for each in (ModerationNotice, ActivityEntry, Departure, RoomBan)),
    *((each, "user_id") for each in (EmailAddress, QueuedMail, HeldMessage)),
    *((each, "by_id") for each in (Decline, Invitation)),
    (Invitation, "user_id"),
    (Draft, "membership__user_id"),
)


class Erasure(msgspec.Struct, frozen=True):
    """What the job has to know."""

    messages: Messages
    # The name of their picture's files.
    picture: str = ""


class Erased(NamedTuple):
    """What ended with it: logins; files of exports; (room, person) of invitations."""

    sessions: list[int]
    files: list[str]
    uninvited: list[tuple[int, int]]


async def erase_account(
    user: User, actor_id: int | None, messages: Messages, locale: str, reason: str = ""
) -> Erased:
    """End an account, by its owner, an administrator, or (None) the operator. In this language
    others see what is left of it.

    Raises:
        Refusal: last_administrator; not_admin, where the actor is none any more.
    """
    concerned = await concerned_by(user, actor_id)

    async def work(connection: BaseDBAsyncClient) -> Erased:
        await lock_users(concerned, connection)
        if actor_id != user.id:
            await check_administrator(actor_id, connection)
        await check_not_last(user, connection)
        if await User.filter(id=user.id, state=User.DELETED).using_db(connection).exists():
            return Erased([], [], [])
        # As it is now: they may have changed it since `user` was read.
        picture = (await User.get(id=user.id, using_db=connection)).picture
        erased = await _erase(user, connection)
        await _take_name(user, locale, connection)
        payload = msgspec.json.encode(Erasure(messages, picture)).decode()
        await Job.ask(ERASURE, user.id, connection, payload=payload)
        await record_act(connection, "account_deleted", actor_id, user_id=user.id, reason=reason)
        return erased

    return await atomically(work)


@dataclass(frozen=True, slots=True)
class CloseConversation:
    """Let nobody write in a conversation of two any more, one of whom has gone."""

    room_id: int
    user_id: int

    async def store(self, connection: BaseDBAsyncClient) -> tuple[None, list[StoredChange]]:
        """See realtime.waiting_commands.Command."""
        await Room.lock([self.room_id], connection)
        open_one = Room.filter(id=self.room_id, kind=Room.DIRECT, archived_at__isnull=True)
        if not await open_one.using_db(connection).update(archived_at=datetime.now(UTC)):
            return None, []
        return None, [await record(self.room_id, ARCHIVED, self.user_id, None, connection)]


class Heir(NamedTuple):
    """Who gets a room that nobody else owns."""

    room_name: str
    username: str


async def heirs_of(user_id: int) -> list[Heir]:
    """Of the rooms of which they are the only owner, and not the only member, by name."""
    return [Heir(*row) for row in await fetch(_HEIRS, user_id)]


async def reactions_in(room_id: int, user_id: int) -> list[tuple[int, str]]:
    """(message_id, emoji) of some of their reactions in a room."""
    rows = await fetch(_REACTIONS, room_id, user_id)
    return [(row[0], row[1]) for row in rows]


async def free_old_names() -> None:
    """Let the names be had again of those who have been gone for long enough."""
    now = datetime.now(UTC)
    await fetch(_FREE_NAMES, as_stored(now))
    await User.filter(state=User.DELETED, state_until__lte=now).update(state_until=None)


async def forget_departures(user_id: int) -> None:
    """Which rooms they had left."""
    await Departure.filter(user_id=user_id).delete()


async def _erase(user: User, connection: BaseDBAsyncClient) -> Erased:
    theirs = Invitation.filter(by_id=user.id, declined_at__isnull=True).using_db(connection)
    uninvited = [(each.room_id, each.user_id) for each in await theirs]
    for model, column in _THEIRS:
        await model.filter(**{column: user.id}).using_db(connection).delete()
    await discard_unattached(user.id, connection)
    links = InviteLink.filter(made_by_id=user.id, revoked_at__isnull=True)
    await links.using_db(connection).update(revoked_at=datetime.now(UTC))
    here = Membership.filter(user_id=user.id).using_db(connection)
    await here.update(is_blocked=False)
    files = await forget_jobs_of(user.id, connection)
    await AccessToken.end_all(user.id, connection)
    return Erased(await Session.end(user.id, connection=connection), files, uninvited)


async def _take_name(user: User, locale: str, connection: BaseDBAsyncClient) -> None:
    name = f"deleted-{user.id}"
    if await User.filter(username_key=name).using_db(connection).exists():
        name += f"-{secrets.token_hex(4)}"  # Somebody had the idea to be called so.
    # The keys of the username stay for a while: see free_old_names.
    await NameKey.filter(display_of=user.id).using_db(connection).delete()
    await (
        User.filter(id=user.id)
        .using_db(connection)
        .update(
            username=name,
            username_key=username_key(name),
            display_name=gettext(locale, "Deleted account"),
            password_hash=NO_HASH,
            **CHOSEN_NOTHING,
            last_seen=None,
            server_role="",
            state=User.DELETED,
            state_reason="",
            state_until=datetime.now(UTC) + NAME_KEPT,
            has_factor=False,
        )
    )


_HEIRS = """
SELECT room.name AS room_name, heir.username AS heir_name
FROM membership AS mine JOIN room ON room.id = mine.room_id AND room.kind = 'room'
JOIN membership AS next ON next.id = (
    SELECT other.id FROM membership AS other
    JOIN user_account ON user_account.id = other.user_id
    WHERE other.room_id = room.id AND other.user_id <> mine.user_id
    ORDER BY CASE WHEN user_account.state = '' THEN 0 ELSE 1 END, other.joined_at, other.id
    LIMIT 1)
JOIN user_account AS heir ON heir.id = next.user_id
WHERE mine.user_id = $1 AND mine.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM membership AS owners
    WHERE owners.room_id = room.id AND owners.role = 'owner' AND owners.user_id <> mine.user_id)
ORDER BY room.name LIMIT 100
"""
_REACTIONS = """
SELECT number, emoji FROM reaction WHERE room_id = $1 AND user_id = $2 ORDER BY id LIMIT 50
"""
_FREE_NAMES = """
DELETE FROM name_key WHERE display_of = 0 AND user_id IN (
    SELECT id FROM user_account WHERE state = 'deleted' AND state_until <= $1)
RETURNING id
"""
