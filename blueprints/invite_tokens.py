"""Whoever brings the token of an invitation, by page or API: how often they may be wrong."""

from quart import request

from blueprints.client_addresses import network
from blueprints.context import services
from blueprints.rate_limit_stores import Quota
from blueprints.rate_limits import current_limits
from models.queries.invite_links import LinkRow

TRIES, SECONDS = 30, 2.0  # At once from one address, and then one in so long.


async def link_of(token: str) -> LinkRow:
    """The link with this token, good or not. Whoever knows one has not guessed: that does not
    count, and an office may open its links all at once.

    Raises:
        Refusal: not_found.
        RateLimitExceeded: too many wrong ones have come from the address.
    """
    limits = current_limits()
    quota = Quota(f"invitations {network(request.remote_addr)}", TRIES, SECONDS)
    await limits.take(quota)
    link = await services().invite_links.find(token)
    await limits.give_back(quota)
    return link
