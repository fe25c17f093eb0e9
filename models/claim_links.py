"""Links by which people come into the accounts that an import has made for them."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.timezone import now

from models.administration import check_administrator
from models.audit_entry import record_act
from models.database import atomically
from models.locks import lock_users
from models.password_reset import PasswordReset
from models.queries.administration import UNCLAIMED
from models.sql.fast_path import as_stored, scan
from models.user import User

LIFETIME = timedelta(days=7)
DAYS_MAX = 90
PART = 100  # In one transaction.


class ClaimLink(Struct, frozen=True):
    """The token of a link, for whom it is."""

    user_id: int
    username: str
    display_name: str
    token: str


async def count_unclaimed() -> int:
    """How many accounts of an import nobody can log in to yet."""
    return int((await scan(_COUNT.format(some=UNCLAIMED)))[0][0])


async def count_without_link() -> int:
    """To how many of them no link leads either."""
    some = f"{UNCLAIMED} AND NOT EXISTS ({_LIVING})"
    return int((await scan(_COUNT.format(some=some), as_stored(now())))[0][0])


async def make_claim_links(actor_id: int | None, life: timedelta, most: int) -> list[ClaimLink]:
    """New links for so many of them, for those without one first; links that they had end. None of
    the actor: at the command line.

    Raises:
        Refusal: not_admin, where the actor is none any more.
    """
    rows = await scan(_UNCLAIMED, as_stored(now()), most)
    made: list[ClaimLink] = []
    for start in range(0, len(rows), PART):
        made += await _make([row[0] for row in rows[start : start + PART]], actor_id, life)
    return sorted(made, key=lambda each: each.username)


async def _make(user_ids: Sequence[int], actor_id: int | None, life: timedelta) -> list[ClaimLink]:
    async def work(connection: BaseDBAsyncClient) -> list[ClaimLink]:
        await lock_users({*user_ids, *([actor_id] if actor_id else [])}, connection)
        if actor_id is not None:
            await check_administrator(actor_id, connection)
        # Whoever has come in meanwhile needs none.
        still = User.filter(id__in=user_ids, state="").using_db(connection)
        made = []
        for user in await still:
            if not user.has_password:
                token = await PasswordReset.store(user, actor_id, life, connection)
                await record_act(connection, "claim_link_made", actor_id, user_id=user.id)
                made.append(ClaimLink(user.id, user.username, user.display_name, token))
        return made

    return await atomically(work)


_COUNT = "SELECT COUNT(*) FROM user_account AS account WHERE {some}"
_LIVING = """
SELECT 1 FROM password_reset WHERE password_reset.user_id = account.id AND expires_at > $1
"""
_UNCLAIMED = f"""
SELECT account.id FROM user_account AS account WHERE {UNCLAIMED}
ORDER BY CASE WHEN EXISTS ({_LIVING}) THEN 1 ELSE 0 END, account.id LIMIT $2
"""
