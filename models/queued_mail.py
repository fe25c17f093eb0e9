"""Mail that is to be sent: stored with what it is about, sent after the commit by one process."""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.timezone import now

ADDRESS_MAX = 254  # Of a path in SMTP, without its brackets.


class MailFacts(Struct, frozen=True, omit_defaults=True):
    """What a mail is about, beside whom it goes to. No words of messages, and no token: both are
    looked up, or made, at the moment in which it is sent.
    """

    user_agent: str = ""
    # Of a digest: what was written after the one and until the other.
    since: datetime | None = None
    until: datetime | None = None
    # Which digest it is: when it was queued, as the row of the address says it too.
    digest_at: datetime | None = None


NO_FACTS = MailFacts()


class QueuedMail(Model):
    """One mail. It is claimed by a process for a time, so that no other sends it too, and deleted
    when it is sent or given up.

    `user_id` is whom it is for; null where only the address is known, of which nobody has yet asked
    whose it is.
    """

    VERIFY = "verify"
    ADDRESS_CHANGED = "address_changed"
    RESET = "reset"
    DIGEST = "digest"
    NEW_LOGIN = "new_login"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind

    LEASE = timedelta(minutes=3)

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=20)
    user_id: int | None = fields.BigIntField(null=True)
    # Where it goes; "": to the address that the person has when it is sent.
    address = fields.CharField(max_length=ADDRESS_MAX, default="", db_default="")
    # MailFacts, as JSON.
    facts = fields.TextField(default="{}", db_default="{}")
    queued_at: datetime = fields.DatetimeField(auto_now_add=True)
    send_after: datetime = fields.DatetimeField()
    attempts = fields.IntField(default=0, db_default=0)
    leased_until: datetime | None = fields.DatetimeField(null=True)

    # Whether the process that had it before has ended before it said what became of it.
    was_interrupted = False

    class Meta:
        table = "queued_mail"
        table_description = "Mail that is to be sent"
        indexes = (("send_after",),)

    @classmethod
    async def queue(
        cls,
        kind: str,
        user_id: int | None = None,
        connection: BaseDBAsyncClient | None = None,
        *,
        address: str = "",
        facts: MailFacts = NO_FACTS,
    ) -> None:
        """Store one, in the transaction of what it tells of where it has one."""
        await cls.create(
            kind=kind,
            user_id=user_id,
            address=address,
            facts=msgspec.json.encode(facts).decode(),
            send_after=now(),
            using_db=connection,
        )

    @classmethod
    async def claim(cls) -> "QueuedMail | None":
        """The one that has been due for longest, for this process alone; None: there is none.
        Whoever waits for a link does not wait for the digests of everybody.
        """
        while True:
            moment = now()
            free = Q(leased_until=None) | Q(leased_until__lte=moment)
            all_due = cls.filter(free, send_after__lte=moment).order_by("send_after", "id")
            due = await all_due.exclude(kind=cls.DIGEST).first() or await all_due.first()
            if due is None:
                return None
            # Of two processes that have found it one counts the attempt.
            mine = cls.filter(id=due.id, attempts=due.attempts, leased_until=due.leased_until)
            due.was_interrupted = due.leased_until is not None
            due.attempts, due.leased_until = due.attempts + 1, moment + cls.LEASE
            if await mine.update(attempts=due.attempts, leased_until=due.leased_until):
                return due

    @property
    def about(self) -> MailFacts:
        """What it is about."""
        return msgspec.json.decode(self.facts, type=MailFacts)

    async def take_out(self) -> None:
        """It is sent, or never will be."""
        await QueuedMail.filter(id=self.id).delete()

    async def postpone(self, wait: timedelta) -> None:
        """It could not be sent now."""
        mine = QueuedMail.filter(id=self.id, attempts=self.attempts)
        await mine.update(send_after=now() + wait, leased_until=None)
