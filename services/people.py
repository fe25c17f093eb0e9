"""How people find each other."""

from models.fair_queue import use_queue_of_user
from models.queries.people import search_people
from protocol.people_views import PersonView
from realtime.views import person_views
from services.actor import Actor
from services.rate_limits import RateLimits

FOUND_MAX = 10


class People:
    """Everybody who has an account."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def search(self, actor: Actor, text: str) -> list[PersonView]:
        """Up to ten others whose names begin like this.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.searches.check(actor.user_id)
        use_queue_of_user(actor.user_id)
        return person_views(await search_people(text, but=actor.user_id, limit=FOUND_MAX))
