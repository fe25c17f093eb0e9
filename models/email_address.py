"""The mail address of somebody: asked for, confirmed by a link, and used for what they want."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.audit_entry import record_act
from models.database import atomically
from models.locks import lock_users
from models.password_reset import PasswordReset
from models.queued_mail import ADDRESS_MAX, MailFacts, QueuedMail
from models.user import User

LOCAL_MAX = 64
PART = 500  # People in one statement.
# What mail servers take everywhere; quoted names and names in other scripts they do not.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


class EmailAddress(Model):
    """One row of each person who has asked for mail. `address` is the confirmed one, "" where there
    is none; `pending` one that is still to be confirmed, and replaces it then.

    `address_key` makes confirmed addresses unique; null where there is none. The table has the
    digest of the link's token alone.
    """

    TOKEN_LIFETIME = timedelta(days=1)

    id = fields.BigIntField(primary_key=True)
    user: fields.OneToOneRelation[User] = fields.OneToOneField(
        "models.User", related_name="email_address", on_delete=fields.CASCADE
    )
    address = fields.CharField(max_length=ADDRESS_MAX, default="", db_default="")
    address_key = fields.CharField(max_length=ADDRESS_MAX, null=True, unique=True)
    verified_at: datetime | None = fields.DatetimeField(null=True)
    pending = fields.CharField(max_length=ADDRESS_MAX, default="", db_default="")
    token_digest = fields.CharField(max_length=64, null=True, unique=True)
    token_expires_at: datetime | None = fields.DatetimeField(null=True)
    wants_digest = fields.BooleanField(default=True, db_default=True)
    # When the last digest was made, and until when it has what was missed.
    digest_at: datetime | None = fields.DatetimeField(null=True)
    digested_until: datetime | None = fields.DatetimeField(null=True)
    # When they were last here while they hid from everybody: meanwhile no digest comes.
    hid_here_at: datetime | None = fields.DatetimeField(null=True)

    user_id: int

    class Meta:
        table = "email_address"
        table_description = "Where people get mail"

    @classmethod
    async def note_hidden(cls, user_ids: Collection[int]) -> None:
        """These people are here, and hide. Who has no address has no row."""
        ids = sorted(user_ids)
        for first in range(0, len(ids), PART):
            theirs = cls.filter(user_id__in=ids[first : first + PART], address_key__isnull=False)
            await theirs.update(hid_here_at=now())

    @classmethod
    async def of(cls, user_id: int) -> "EmailAddress | None":
        """The row of this person."""
        return await cls.get_or_none(user_id=user_id)

    @classmethod
    async def verified_of(cls, user_id: int) -> "EmailAddress | None":
        """The same, if there is a confirmed address."""
        return await cls.get_or_none(user_id=user_id, address_key__isnull=False)

    @classmethod
    async def ask(cls, user_id: int, address: str) -> None:
        """Note an address to be confirmed, and queue the mail with the link. Whether somebody else
        has it is said to nobody but who can open that mail.
        """

        async def work(connection: BaseDBAsyncClient) -> None:
            await lock_users({user_id}, connection)
            if await User.filter(id=user_id, state=User.DELETED).using_db(connection).exists():
                raise Refusal("unauthorized")
            mine = cls.filter(user_id=user_id).using_db(connection)
            asked = {"pending": address, "token_digest": None, "token_expires_at": None}
            if not await mine.update(**asked):
                await cls.create(user_id=user_id, pending=address, using_db=connection)
            await QueuedMail.queue(QueuedMail.VERIFY, user_id, connection, address=address)

        await atomically(work)

    @classmethod
    async def make_token(cls, user_id: int, address: str) -> str | None:
        """The token of a link that confirms this address; it takes the place of an earlier one.
        None: it is not to be confirmed any more.
        """
        token = secrets.token_urlsafe(32)
        asked = cls.filter(user_id=user_id, pending=address)
        made = {"token_digest": _digest(token), "token_expires_at": now() + cls.TOKEN_LIFETIME}
        return token if await asked.update(**made) else None

    @classmethod
    async def asked_by(cls, token: str) -> "EmailAddress":
        """The row that a link is about, its user loaded. Looking at it uses nothing up.

        Raises:
            Refusal: bad_email_link: used, too old, replaced by a later one, or never there.
        """
        found = await cls.get_or_none(
            token_digest=_digest(token), token_expires_at__gt=now()
        ).select_related("user")
        if found is None:
            raise Refusal("bad_email_link")
        return found

    @classmethod
    async def confirm(cls, token: str) -> "EmailAddress":
        """Use the link. The address of before, if there was one, is told, and what was sent there
        chooses no password.

        Raises:
            Refusal: bad_email_link, email_taken.
        """
        user_id = (await cls.asked_by(token)).user_id

        async def work(connection: BaseDBAsyncClient) -> EmailAddress:
            await lock_users({user_id}, connection)
            mine = await cls.get_or_none(token_digest=_digest(token), using_db=connection)
            if mine is None:  # Of two who use it at once one is first.
                raise Refusal("bad_email_link")
            if mine.address and email_key(mine.address) != email_key(mine.pending):
                told = QueuedMail.ADDRESS_CHANGED
                await QueuedMail.queue(told, user_id, connection, address=mine.address)
            mine.address, mine.address_key = mine.pending, email_key(mine.pending)
            mine.pending, mine.token_digest, mine.token_expires_at = "", None, None
            mine.verified_at = mine.digested_until = now()
            await mine.save(using_db=connection)
            await PasswordReset.end_mailed(user_id, connection)
            await record_act(connection, "email_confirmed", user_id, user_id=user_id)
            return mine

        try:
            return await atomically(work)
        except IntegrityError:
            raise Refusal("email_taken") from None

    @classmethod
    async def remove(cls, user_id: int) -> None:
        """No mail goes there any more, and that is the last one."""

        async def work(connection: BaseDBAsyncClient) -> None:
            await lock_users({user_id}, connection)
            mine = await cls.get_or_none(user_id=user_id, using_db=connection)
            if mine is None:
                return
            await mine.delete(using_db=connection)
            await PasswordReset.end_mailed(user_id, connection)
            if mine.address:
                told = QueuedMail.ADDRESS_CHANGED
                await QueuedMail.queue(told, user_id, connection, address=mine.address)
                await record_act(connection, "email_removed", user_id, user_id=user_id)

        await atomically(work)

    @classmethod
    async def forget_pending(cls, user_id: int) -> None:
        """No link that was sent confirms anything any more."""
        asked = {"pending": "", "token_digest": None, "token_expires_at": None}
        await cls.filter(user_id=user_id).exclude(pending="").update(**asked)

    @classmethod
    async def set_digest(cls, user_id: int, *, is_wanted: bool) -> None:
        """Whether they are to be told by mail of what they miss from now on."""
        # What was missed while they wanted none is not made up for.
        until = {"digested_until": now()} if is_wanted else {}
        mine = cls.filter(user_id=user_id).exclude(wants_digest=is_wanted)
        await mine.update(wants_digest=is_wanted, **until)

    @classmethod
    async def queue_digest(cls, mine: "EmailAddress", until: datetime) -> bool:
        """Queue the mail with what was missed until then. False: another process has."""
        facts = MailFacts(since=mine.digested_until, until=until, digest_at=now())

        async def work(connection: BaseDBAsyncClient) -> bool:
            still = cls.filter(
                id=mine.id,
                wants_digest=True,
                digest_at=mine.digest_at,
                digested_until=mine.digested_until,
            )
            claimed = {"digest_at": facts.digest_at, "digested_until": until}
            if not await still.using_db(connection).update(**claimed):
                return False
            await QueuedMail.queue(QueuedMail.DIGEST, mine.user_id, connection, facts=facts)
            return True

        return await atomically(work)

    @classmethod
    async def forget_digest(cls, user_id: int, digest_at: datetime | None) -> None:
        """It was not sent, for there was nothing left to tell: it keeps no other one waiting."""
        await cls.filter(user_id=user_id, digest_at=digest_at).update(digest_at=None)


def checked_email(text: str) -> str:
    """The address as mail is sent to it: its domain in ASCII.

    Raises:
        Refusal: bad_email.
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode() if len(domain) <= ADDRESS_MAX else ""
    except UnicodeError:
        raise Refusal("bad_email") from None
    are_labels = domain and all(map(_LABEL.fullmatch, domain.split(".")))
    address = f"{local}@{domain}"
    # In a header "=?" begins what is encoded: the address would be read as another one.
    if not are_labels or "=?" in local or not _LOCAL.fullmatch(local):
        raise Refusal("bad_email")
    if len(address) > ADDRESS_MAX:
        raise Refusal("bad_email")
    return address


def email_key(address: str) -> str:
    """What makes addresses one: no server that is met today tells them apart by their case."""
    return address.lower()


def counted_as(text: str) -> str:
    """What limits count an address by: a domain can be written in many ways that are one."""
    try:
        return email_key(checked_email(text))
    except Refusal:
        return text


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
