"""All links by which people come, as administrators of the server see them."""

from models import Refusal
from models.database import shielded
from models.invite_link import revoke_link
from models.membership import ID_MAX
from models.queries.administration import FIRST
from models.queries.invite_links import PAGE, LinkRow, link_by_id, links_before, uses_of
from protocol.admin_views import AdminInviteView
from realtime.admin_views import admin_invite_view
from services.actor import Actor
from services.administration import checked_reason
from services.policy import require_admin, require_admin_act
from services.rate_limits import RateLimits


class AdministeredInvites:
    """The links to the server, and those into rooms that an administrator need not be in."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def page(
        self, actor: Actor, cursor: int | None, room_id: int | None = None
    ) -> tuple[list[AdminInviteView], int | None]:
        """A page of the links, the latest first, good or not, with who came by each; with `room_id`
        of those into this room. And the next one's cursor.

        Raises:
            Refusal: not_admin, forbidden, rate_limited.
        """
        require_admin(actor)
        self._limits.searches.check(actor.user_id)
        if room_id is not None and not 0 < room_id <= ID_MAX:
            return [], None
        found = await links_before(FIRST if cursor is None else cursor, room_id)
        uses = await uses_of([link.id for link in found[:PAGE]])
        views = [admin_invite_view(link, uses.get(link.id, ())) for link in found[:PAGE]]
        return views, found[PAGE - 1].id if len(found) > PAGE else None

    async def one(self, actor: Actor, link_id: int) -> LinkRow:
        """Raises Refusal: not_admin, forbidden, not_found."""
        require_admin(actor)
        found = await link_by_id(link_id) if 0 < link_id <= ID_MAX else None
        if found is None:
            raise Refusal("not_found")
        return found

    @shielded
    async def revoke(self, actor: Actor, link_id: int, reason: str = "") -> None:
        """Let nobody come by it any more.

        Raises:
            Refusal: not_admin, forbidden, confirmation_required, not_found, bad_field,
                rate_limited.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        reason = checked_reason(reason)
        if not 0 < link_id <= ID_MAX or not await revoke_link(link_id, actor.user, reason=reason):
            raise Refusal("not_found")
