"""The log of acts of power, read by administrators."""

from collections.abc import AsyncIterator

from models.queries.administration import FIRST
from models.queries.audit_log import AuditFilter, AuditRow, audit_entries, known_actions
from services.actor import Actor
from services.policy import require_admin
from services.rate_limits import RateLimits

PAGE = 50
PART = 500  # Entries of an export that are read at a time.


class AuditLog:
    """All of it."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def page(
        self, actor: Actor, which: AuditFilter, cursor: int | None
    ) -> tuple[list[AuditRow], int | None]:
        """A page of these entries, the latest first, and the cursor of the next one.

        Raises:
            Refusal: not_admin, forbidden, rate_limited.
        """
        self._check(actor)
        found = await audit_entries(which, FIRST if cursor is None else cursor, PAGE + 1)
        return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None

    def export(self, actor: Actor, which: AuditFilter) -> AsyncIterator[list[AuditRow]]:
        """All of these entries, the latest first, some at a time: others have their turn between.

        Raises:
            Refusal: not_admin, forbidden, rate_limited.
        """
        self._check(actor)
        return _parts(which)

    async def actions(self, actor: Actor) -> list[str]:
        """What there is in the log. Raises Refusal: not_admin, forbidden."""
        require_admin(actor)
        return await known_actions()

    def _check(self, actor: Actor) -> None:
        require_admin(actor)
        self._limits.searches.check(actor.user_id)


async def _parts(which: AuditFilter) -> AsyncIterator[list[AuditRow]]:
    before = FIRST
    while rows := await audit_entries(which, before, PART):
        yield rows
        before = rows[-1].id
