"""Which logins an OpenID provider has begun, and that it ends."""

import hashlib
from typing import NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from models.audit_entry import record_act
from models.database import atomically
from models.locks import lock_users
from models.oidc_identity import OidcUse
from models.session import Session

# What the audit log gives as the reason of logins that the provider has ended.
BY_PROVIDER = "OIDC_ISSUER"


class Origin(NamedTuple):
    """By which subject of a provider a login was begun, and by which session over there: digests,
    as nobody has to read them. "": by none, or the provider has not said.
    """

    subject: str = ""
    session: str = ""

    @classmethod
    def of(cls, issuer: str, subject: str, session: str) -> "Origin":
        """The one of what the provider calls so."""
        return cls(_digest(issuer, "sub", subject), _digest(issuer, "sid", session))


async def end_by_provider(origin: Origin, token_id: str) -> dict[int, list[int]]:
    """End the logins of that session, else all that its subject has begun; a token of this id is
    good once. Returns them by the ids of their users.

    Raises:
        Refusal: oidc_failed, for a token that was used.
    """

    async def work(connection: BaseDBAsyncClient) -> dict[int, list[int]]:
        await OidcUse.note(f"logout {token_id}", connection)
        concerned = Session.filter(_meant(origin)).using_db(connection)
        users = await concerned.distinct().values_list("user_id", flat=True)
        ended: dict[int, list[int]] = {}
        await lock_users({int(str(user_id)) for user_id in users}, connection)
        for user_id, id_ in await concerned.values_list("user_id", "id"):
            ended.setdefault(int(str(user_id)), []).append(int(str(id_)))
        for user_id, ids in ended.items():
            await Session.filter(id__in=ids).using_db(connection).delete()
            await record_act(
                connection, "logins_ended_by_provider", None, user_id=user_id, reason=BY_PROVIDER
            )
        return ended

    return await atomically(work)


def _meant(origin: Origin) -> Q:
    if not origin.session:
        return Q(oidc_subject=origin.subject)
    if not origin.subject:
        return Q(oidc_session=origin.session)
    # Of which session a login is the provider need not have said when it was begun.
    return Q(oidc_subject=origin.subject) & Q(oidc_session__in=[origin.session, ""])


def _digest(issuer: str, kind: str, value: str) -> str:
    return hashlib.sha256(f"{issuer}\n{kind}\n{value}".encode()).hexdigest() if value else ""
