"""Links by which somebody who has forgotten their password chooses another."""

import hashlib
import secrets
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.access_token import AccessToken
from models.audit_entry import record_act
from models.database import atomically, fetch
from models.locks import lock_users
from models.moderation_notice import PASSWORD_RESET, ModerationNotice
from models.passwords import hash_new
from models.queued_mail import QueuedMail
from models.session import Session
from models.sql.fast_path import as_stored
from models.user import User


class PasswordReset(Model):
    """One link, good once. An administrator makes it, for a day, and hands it over; or it comes by
    mail to the address that somebody has confirmed, and is good for an hour. The table has the
    digest of its token alone.
    """

    LIFETIME = timedelta(days=1)
    LIFETIME_BY_MAIL = timedelta(hours=1)

    id = fields.BigIntField(primary_key=True)
    user: fields.OneToOneRelation[User] = fields.OneToOneField(
        "models.User", related_name="password_reset"
    )
    token_digest = fields.CharField(max_length=64, unique=True)
    # Who has made it; the person themselves, where it goes to their address; null: somebody at the
    # command line.
    made_by_id: int | None = fields.BigIntField(null=True)
    expires_at: datetime = fields.DatetimeField()

    user_id: int

    class Meta:
        table = "password_reset"
        table_description = "Links to choose another password by"

    @classmethod
    async def make(
        cls, user: User, actor_id: int | None, connection: BaseDBAsyncClient | None = None
    ) -> str:
        """A new link's token, 43 characters. It takes the place of an earlier one."""

        async def work(connection: BaseDBAsyncClient) -> str:
            token = await cls.store(user, actor_id, cls.LIFETIME, connection)
            await record_act(connection, "password_reset_made", actor_id, user_id=user.id)
            return token

        return await (work(connection) if connection else atomically(work))

    @classmethod
    async def make_by_mail(cls, user: User) -> str:
        """The same, for a mail to the user. No act: anybody can ask for it."""

        async def work(connection: BaseDBAsyncClient) -> str:
            return await cls.store(user, user.id, cls.LIFETIME_BY_MAIL, connection)

        return await atomically(work)

    @classmethod
    async def store(
        cls, user: User, maker_id: int | None, life: timedelta, connection: BaseDBAsyncClient
    ) -> str:
        """The same for as long as `life`, by an act that is recorded elsewhere."""
        token = secrets.token_urlsafe(32)
        await lock_users({user.id}, connection)  # Two who make one at once.
        await cls.filter(user_id=user.id).using_db(connection).delete()
        await cls.create(
            user=user,
            token_digest=_digest(token),
            made_by_id=maker_id,
            expires_at=now() + life,
            using_db=connection,
        )
        return token

    @classmethod
    async def user_of(cls, token: str) -> User:
        """Whose password this link changes.

        Raises:
            Refusal: bad_reset_link: used, expired, replaced by a later one, never there, or made by
                who is no administrator any more.
        """
        found = await cls.get_or_none(
            token_digest=_digest(token), expires_at__gt=now()
        ).select_related("user")
        if found is None or not await _is_good(found):
            raise Refusal("bad_reset_link")
        return found.user

    @classmethod
    async def end(cls, user_id: int, connection: BaseDBAsyncClient | None = None) -> None:
        """No link changes the user's password any more."""
        await cls.filter(user_id=user_id).using_db(connection).delete()

    @classmethod
    async def end_mailed(cls, user_id: int, connection: BaseDBAsyncClient) -> None:
        """No link that was sent by mail does: that mail may be read by somebody else now."""
        mailed = cls.filter(user_id=user_id, made_by_id=user_id)
        await mailed.using_db(connection).delete()

    @classmethod
    async def use(
        cls, token: str, password: str, *, has_mail: bool = False
    ) -> tuple[User, list[int]]:
        """Set the password, and end all logins of the account. Whoever had a password before is
        told, by mail too where there is any. Returns whose it is, and the ids of those logins.

        Raises:
            Refusal: bad_reset_link, bad_password, weak_password, overloaded.
        """
        user = await cls.user_of(token)
        password_hash = await hash_new(password, user.username, user.display_name)

        async def work(connection: BaseDBAsyncClient) -> list[int]:
            # In the order of whoever disables the account, and ends its links.
            await lock_users({user.id}, connection)
            # Of two who use it at once one deletes it.
            used = await fetch(_USE, _digest(token), as_stored(now()), connection=connection)
            if not used:
                raise Refusal("bad_reset_link")
            theirs = User.filter(id=user.id).using_db(connection)
            await theirs.update(password_hash=password_hash)
            ended = await Session.end(user.id, connection=connection)
            await AccessToken.end_all(user.id, connection)
            await record_act(connection, "password_reset_used", user.id, user_id=user.id)
            if user.has_password:
                await ModerationNotice.tell(user.id, PASSWORD_RESET, connection)
            if user.has_password and has_mail:
                await QueuedMail.queue(QueuedMail.PASSWORD_RESET, user.id, connection)
            return ended

        ended = await atomically(work)
        user.password_hash = password_hash
        return user, ended


async def _is_good(link: PasswordReset) -> bool:
    if link.made_by_id in (None, link.user_id):
        return True
    # Whoever is an administrator no more could else still take over the accounts of the others.
    return await User.filter(id=link.made_by_id, server_role=User.ADMIN, state="").exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


_USE = "DELETE FROM password_reset WHERE token_digest = $1 AND expires_at > $2 RETURNING id"
