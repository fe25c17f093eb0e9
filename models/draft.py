"""What people have written and not sent yet, one text for each of their rooms."""

from datetime import datetime

from msgspec import Struct
from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.database import fetch, moment
from models.fair_queue import FairQueue
from models.membership import ID_MAX, Membership
from models.sql.fast_path import Rows, as_stored, look_up


class DraftRow(Struct, frozen=True):
    """A draft; without a text there is none. `version` is 0 where there has never been one."""

    text: str = ""
    reply_to: int | None = None
    updated_at: datetime | None = None
    version: int = 0


class Draft(Model):
    """The draft of a member, which goes with the membership. One that was sent or discarded keeps
    its row, without a text: by its `version` what was on its way before is known to be older.
    """

    id = fields.BigIntField(primary_key=True)
    membership: fields.OneToOneRelation[Membership] = fields.OneToOneField(
        "models.Membership", related_name="draft"
    )
    text = fields.TextField()
    reply_to: int | None = fields.BigIntField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.BigIntField()

    class Meta:
        table = "draft"
        table_description = "What is written and not sent"

    @classmethod
    async def of(cls, membership_id: int) -> DraftRow:
        """The member's draft."""
        rows = await look_up(_OF, membership_id)
        if not rows:
            return DraftRow()
        text, reply_to, updated_at, version = rows[0]
        return DraftRow(text, reply_to, moment(updated_at), version)

    @classmethod
    async def store(
        cls, membership_id: int, text: str, reply_to: int | None, base: int | None
    ) -> DraftRow | None:
        """Store another text. `base` is the version that it was made from: where there is a later
        one nothing is stored, and this is None. Without `base` it is stored whatever there is.

        Raises:
            Refusal: not_a_member.
        """
        # A version beyond the next two was given out by nobody, or to a membership that has ended.
        at, first = now(), 1 if base is None else min(base, 1) + 1
        newest = ID_MAX if base is None else base
        values = (membership_id, text, reply_to, as_stored(at), first, newest, base or 0)
        try:
            rows = await _write(_STORE, *values)
        except IntegrityError:  # They have left meanwhile.
            raise Refusal("not_a_member") from None
        return DraftRow(text, reply_to, at, rows[0][0]) if rows else None

    @classmethod
    async def discard(cls, membership_id: int) -> int | None:
        """Take the text away. Returns the new version; None where there was no text."""
        rows = await _write(_DISCARD, membership_id, as_stored(now()))
        return rows[0][0] if rows else None


# One at a time, and people in turns: each is a flush of the disk, and whoever stores a hundred at
# once would keep everybody's messages waiting for all of them.
_writes = FairQueue(1)


async def _write(sql: str, *values: object) -> Rows:
    async with _writes:
        return await fetch(sql, *values)


_OF = "SELECT text, reply_to, updated_at, version FROM draft WHERE membership_id = $1"

_STORE = """
INSERT INTO draft (membership_id, text, reply_to, updated_at, version)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (membership_id) DO UPDATE SET
    text = excluded.text, reply_to = excluded.reply_to, updated_at = excluded.updated_at,
    version = draft.version + CASE WHEN $7 > draft.version THEN 2 ELSE 1 END
WHERE draft.version <= $6
RETURNING version
"""

_DISCARD = """
UPDATE draft SET text = '', reply_to = NULL, updated_at = $2, version = version + 1
WHERE membership_id = $1 AND text <> '' RETURNING version
"""
