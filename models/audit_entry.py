"""The audit log: who has used a right over others, when, on whom, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.sql.fast_path import Steps, as_stored, insert, look_up

REASON_MAX = 500


class AuditEntry(Model):
    """One act of power. Stored in the transaction of the act, so that neither is there without the
    other, and never changed: triggers of the database refuse UPDATE and DELETE, and REPLACE.

    It names accounts and rooms by their ids alone. Names are looked up when it is read: whoever
    deletes their account leaves no name in it.
    """

    ACTION_MAX = 40

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField(auto_now_add=True)
    # Who did it; null: somebody at the server's own command line.
    actor_id: int | None = fields.BigIntField(null=True)
    action = fields.CharField(max_length=ACTION_MAX)
    # To whom and where.
    user_id: int | None = fields.BigIntField(null=True)
    room_id: int | None = fields.BigIntField(null=True)
    reason = fields.CharField(max_length=REASON_MAX, default="", db_default="")
    # ActDetails, as JSON.
    details = fields.TextField(default="{}", db_default="{}")

    class Meta:
        table = "audit_entry"
        table_description = "Who has used which right over others"
        indexes = (("actor_id", "id"), ("user_id", "id"), ("room_id", "id"), ("action", "id"))


class ActDetails(Struct, frozen=True, omit_defaults=True):
    """What else there is to say of an act: numbers, times, settings; no words of people, and no
    names of accounts.
    """

    until: str | None = None  # RFC 3339.
    token: int | None = None  # The id of an access token.
    setting: str | None = None  # Which one, and what it is now; null: as the environment says.
    value: str | bool | None = None
    link: int | None = None  # The id of an invitation's link.
    uses: int | None = None  # How many may come by it; None: any number, or not about that.
    seconds: int | None = None
    days: int | None = None  # For how long messages are kept; None: for ever, or not about that.
    messages: int | None = None  # How many.
    message: int | None = None  # The message_id of one.
    chain: str | None = None  # The last hash of an export.


class OwnerDeletion(NamedTuple):
    """An owner has deleted what somebody else had written."""

    owner_id: int
    author_id: int
    room_id: int
    message_id: int


def insert_deletions(acts: Sequence[OwnerDeletion], now: object, time: str) -> Steps[None]:
    """Store these acts; `now` is a value of the type `time`."""
    rows = [
        (each.owner_id, each.author_id, each.room_id, _encoded(ActDetails(message=each.message_id)))
        for each in acts
    ]
    values = [(now, "message_deleted", *row) for row in rows]
    into = "audit_entry (at, action, actor_id, user_id, room_id, details)"
    yield from insert(into, values, time, "TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT")


def _encoded(details: ActDetails) -> str:
    return msgspec.json.encode(details).decode()


async def is_vouched_for(user_id: int, old_since: datetime) -> bool:
    """Whether an administrator has made, approved or invited this account, or an account invited it
    that was made at `old_since` or before. Two new accounts do not vouch for each other.
    """
    return bool(await look_up(_VOUCHED_FOR, user_id, as_stored(old_since)))


async def record_act(
    connection: BaseDBAsyncClient,
    action: str,
    actor_id: int | None,
    *,
    user_id: int | None = None,
    room_id: int | None = None,
    reason: str = "",
    details: ActDetails | None = None,
) -> None:
    """Store one act in the transaction that carries it out."""
    await AuditEntry.create(
        action=action,
        actor_id=actor_id,
        user_id=user_id,
        room_id=room_id,
        reason=reason[:REASON_MAX],
        details=_encoded(details or ActDetails()),
        using_db=connection,
    )


_VOUCHED_FOR = """
SELECT 1 FROM audit_entry WHERE user_id = $1 AND action IN ('account_made', 'approved')
UNION ALL
SELECT 1 FROM invite_use
JOIN invite_link ON invite_link.id = invite_use.link_id
JOIN user_account AS maker ON maker.id = invite_link.made_by_id
WHERE invite_use.user_id = $1 AND (maker.server_role = 'admin' OR maker.created_at <= $2)
LIMIT 1
"""
