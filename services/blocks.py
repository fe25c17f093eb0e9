"""Whom people have blocked."""

import structlog

from models import Block, Refusal
from models.block import BlockUpdate
from models.database import shielded
from models.membership import ID_MAX
from protocol.people_views import PersonView
from realtime.hub import Hub
from realtime.lobby.lobby import Lobby
from realtime.views import person_views
from services.actor import Actor
from services.presence import Presence
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class Blocks:
    """The blocks of all users."""

    def __init__(self, hub: Hub, lobby: Lobby, presence: Presence, limits: RateLimits) -> None:
        self._hub = hub
        self._lobby = lobby
        self._presence = presence
        self._limits = limits

    @shielded
    async def add(self, actor: Actor, user_id: int) -> None:
        """Hear nothing of somebody any more; once or again.

        Raises:
            Refusal: forbidden (oneself), not_found, too_many_blocks, rate_limited.
        """
        if user_id == actor.user_id:
            raise Refusal("forbidden")
        if not 0 < user_id <= ID_MAX:
            raise Refusal("not_found")
        self._limits.blocks.check(actor.user_id)
        blocked = await Block.add(actor.user_id, user_id)
        self._lobby.blocked(actor.user_id)
        for room_id in blocked.uninvited:
            self._lobby.changed(room_id, [actor.user_id])
        await self._announce(actor.user_id, blocked)
        log.info("blocked", user=actor.user_id, member=user_id)

    @shielded
    async def remove(self, actor: Actor, user_id: int) -> None:
        """Hear of somebody again; also when they were not blocked.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.blocks.check(actor.user_id)
        is_possible = 0 < user_id <= ID_MAX
        blocked = await Block.remove(actor.user_id, user_id) if is_possible else BlockUpdate()
        self._lobby.blocked(actor.user_id)
        await self._announce(actor.user_id, blocked)
        log.info("unblocked", user=actor.user_id, member=user_id)

    async def people(self, actor: Actor) -> list[PersonView]:
        """Whom the actor has blocked, by name."""
        return person_views(await Block.people_of(actor.user_id))

    async def user_ids(self, actor: Actor) -> list[int]:
        """The ids of the same people."""
        return await Block.ids_of(actor.user_id)

    async def _announce(self, user_id: int, blocked: BlockUpdate) -> None:
        """Tell of a block, or its end. Nothing to whom nothing was visible before either: the
        moment would tell them that somebody is there.
        """
        if blocked.room_id is None:
            return
        await self._hub.consent_changed(blocked.room_id)
        await self._presence.announce_in_direct(blocked.room_id, blocked.privacy_changed)
        self._lobby.changed(blocked.room_id, [user_id])
        if user_id in blocked.privacy_changed:
            # The other one only where they have it in their list.
            self._lobby.changed(blocked.room_id)
