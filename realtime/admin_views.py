"""From rows to what the JSON API shows to administrators, and of access tokens."""

from collections.abc import Iterable

import msgspec
from msgspec import Raw

from models import AccessToken, User
from models.queries.administration import AccountRow, AdministeredRoom
from models.queries.audit_log import AuditRow
from models.queries.invite_links import LinkRow, LinkUse
from protocol.admin_views import (
    AccountView,
    AdminInviteView,
    AdminRoomView,
    AuditView,
    NewAccountView,
    NewTokenView,
    TokenView,
)
from protocol.encoding import optional_timestamp, timestamp
from realtime.invite_views import invite_view
from realtime.views import person_views

MEMBER, ACTIVE = "member", "active"  # For whoever has "" for a role, or a state.


def token_view(token: AccessToken) -> TokenView:
    return TokenView(
        id=token.id,
        name=token.name,
        scopes=token.scopes.split(),
        created_at=timestamp(token.created_at),
        last_used_at=optional_timestamp(token.last_used_at),
        expires_at=optional_timestamp(token.expires_at),
    )


def new_token_view(made: AccessToken, token: str) -> NewTokenView:
    """`token` is the secret."""
    return NewTokenView(token=token, **msgspec.structs.asdict(token_view(made)))


def account_view(row: AccountRow) -> AccountView:
    return AccountView(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        role=row.server_role or MEMBER,
        state=row.state or ACTIVE,
        state_reason=row.state_reason,
        state_until=optional_timestamp(row.state_until),
        created_at=timestamp(row.created_at),
        last_seen=optional_timestamp(row.last_seen),
        login_count=row.login_count,
        owned_count=row.owned_count,
        has_factor=row.has_factor,
    )


def new_account_view(row: AccountRow, reset_url: str) -> NewAccountView:
    return NewAccountView(reset_url=reset_url, **msgspec.structs.asdict(account_view(row)))


def admin_room_view(row: AdministeredRoom) -> AdminRoomView:
    return AdminRoomView(
        id=row.id,
        name=row.name,
        created_at=timestamp(row.created_at),
        last_message_at=optional_timestamp(row.last_message_at),
        is_archived=row.archived_at is not None,
        message_count=row.message_count,
        member_count=row.member_count,
        owners=person_views(row.owners),
    )


def admin_invite_view(link: LinkRow, uses: Iterable[LinkUse]) -> AdminInviteView:
    """`uses` are those of this link."""
    view = msgspec.structs.asdict(invite_view(link, uses))
    return AdminInviteView(room_name=link.room_name, **view)


def audit_view(row: AuditRow) -> AuditView:
    return AuditView(
        id=row.id,
        at=timestamp(row.at),
        action=row.action,
        actor_id=row.actor_id,
        actor=row.actor,
        user_id=row.user_id,
        username=row.username,
        room_id=row.room_id,
        room=row.room,
        reason=row.reason,
        details=Raw(msgspec.json.encode(row.details)),
    )


def role_of(name: str) -> str:
    """The role as it is stored, of what the API calls it."""
    return User.ADMIN if name == User.ADMIN else ""
