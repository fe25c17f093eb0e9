"""Links into the accounts that an import has made: administrators make them for all at once."""

from datetime import timedelta

import structlog

from models import Refusal
from models.claim_links import (
    DAYS_MAX,
    ClaimLink,
    count_unclaimed,
    count_without_link,
    make_claim_links,
)
from models.database import shielded
from services.actor import Actor
from services.policy import require_admin, require_admin_act
from services.rate_limits import RateLimits
from services.site import Site

log = structlog.get_logger(__name__)

MOST = 500  # At once: each is a row, an act of the log and a line of the answer.


class ClaimLinks:
    """Made for all at once: they are shown this once, and the list is handed out."""

    def __init__(self, site: Site, limits: RateLimits) -> None:
        self._site = site
        self._limits = limits

    async def unclaimed(self, actor: Actor) -> int:
        """How many accounts of imports nobody can log in to yet. Raises Refusal: not_admin,
        forbidden.
        """
        require_admin(actor)
        return await count_unclaimed()

    @shielded
    async def make(self, actor: Actor, days: int) -> tuple[list[ClaimLink], int]:
        """Links for up to 500 of them, those without a link first, each good once and for so many
        days; links that they had before end. And how many are left without one.

        Raises:
            Refusal: not_admin, forbidden, confirmation_required, oidc_only, bad_field,
                rate_limited.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        self._site.require_passwords()
        if not 1 <= days <= DAYS_MAX:
            raise Refusal("bad_field", problem="days")
        made = await make_claim_links(actor.user_id, timedelta(days=days), MOST)
        log.info("claim_links_made", by=actor.user_id, count=len(made))
        return made, await count_without_link()
