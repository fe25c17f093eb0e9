"""Links by which people come: made, listed, revoked, and followed."""

from datetime import timedelta

import structlog

from models import InviteLink, Membership, Refusal, User
from models.database import shielded
from models.invite_admission import ComeByLink, good_link
from models.invite_link import digest_of, make_link, revoke_link
from models.membership import ID_MAX
from models.queries.invite_links import (
    LinkRow,
    find_link,
    link_by_id,
    links_of_room,
    links_to_server,
    uses_of,
)
from protocol.invite_views import InviteView
from realtime.invite_views import invite_view
from realtime.journal import Journal
from services.actor import Actor
from services.guards import membership_of
from services.policy import Right, acts_as_admin, require, require_admin, require_admin_act
from services.presence import Presence
from services.rate_limits import RateLimits
from services.site import Site

log = structlog.get_logger(__name__)


class InviteLinks:
    """The links of the server and of all rooms."""

    def __init__(
        self,
        journal: Journal,
        presence: Presence,
        site: Site,
        limits: RateLimits,
        members_max: int,
    ) -> None:
        self._journal = journal
        self._presence = presence
        self._site = site
        self._limits = limits
        self._members_max = members_max

    async def may_invite(self, actor: Actor) -> bool:
        """Whether the actor may make links to the server. An administrator does so as one, or not
        at all: see `make`.
        """
        if actor.user.server_role == User.ADMIN:
            return acts_as_admin(actor)
        return (await self._site.state()).members_invite

    async def make(
        self,
        actor: Actor,
        room_id: int | None,
        uses_max: int | None = 1,
        lifetime: timedelta | None = InviteLink.LIFETIME,
    ) -> tuple[InviteView, str]:
        """A new link and its token, which is told this once. An owner makes one into their room,
        an administrator one to the server, or anybody where that is set so.

        Raises:
            Refusal: not_a_member, forbidden, not_owner, not_admin, factor_required,
                confirmation_required, bad_field, too_many_invite_links, rate_limited.
        """
        if room_id is not None:
            require(Right.INVITE_BY_LINK, await membership_of(actor.user_id, room_id))
        elif not await self.may_invite(actor):
            require_admin(actor)
        # An administrator's bring people to the server by whatever door: also one who has not yet
        # set up the second factor that they need makes none as a member.
        if actor.user.server_role == User.ADMIN:
            require_admin_act(actor)
        _check_numbers(uses_max, lifetime)
        if lifetime is None:
            require_admin_act(actor)
        self._limits.invite_links.check(actor.user_id)
        link_id, token = await make_link(actor.user, room_id, uses_max, lifetime)
        log.info("invite_made", user=actor.user_id, room=room_id, link=link_id)
        made = await link_by_id(link_id)
        if made is None:  # Its room has been deleted meanwhile.
            raise Refusal("not_found")
        return invite_view(made), token

    async def listed(self, actor: Actor, room_id: int | None) -> list[InviteView]:
        """The latest links into a room, to its owners; or to the server: all of them to
        administrators, to others their own.

        Raises:
            Refusal: not_a_member, forbidden, not_owner.
        """
        if room_id is not None:
            require(Right.INVITE_BY_LINK, await membership_of(actor.user_id, room_id))
            links = await links_of_room(room_id)
        else:
            links = await links_to_server(None if acts_as_admin(actor) else actor.user_id)
        uses = await uses_of([link.id for link in links])
        return [invite_view(link, uses.get(link.id, ())) for link in links]

    @shielded
    async def revoke(self, actor: Actor, link_id: int) -> None:
        """Let nobody come by it any more: one's own, one of a room that one owns, or as an
        administrator anybody's.

        Raises:
            Refusal: not_found, for what the actor may not revoke as well; confirmation_required,
                rate_limited.
        """
        self._limits.changes.check(actor.user_id)
        if not 0 < link_id <= ID_MAX:
            raise Refusal("not_found")
        if not await revoke_link(link_id, actor.user, as_admin=False):
            if not acts_as_admin(actor):
                raise Refusal("not_found")
            require_admin_act(actor)
            if not await revoke_link(link_id, actor.user):
                raise Refusal("not_found")
        log.info("invite_revoked", user=actor.user_id, link=link_id)

    async def find(self, token: str) -> LinkRow:
        """The link with this token, good or not. Raises Refusal: not_found."""
        link = await find_link(digest_of(token))
        if link is None:
            raise Refusal("not_found")
        return link

    async def find_good(self, token: str) -> LinkRow:
        """The link, by which people can come at this moment.

        Raises:
            Refusal: not_found; invite_used_up, invite_expired, invite_revoked.
        """
        return await good_link(digest_of(token))

    async def is_inside(self, actor: Actor, link: LinkRow) -> bool:
        """Whether the link leads where the actor is already."""
        here = Membership.filter(room_id=link.room_id, user_id=actor.user_id)
        return link.room_id is None or await here.exists()

    async def why_no_account(self, link: LinkRow) -> str | None:
        """The code of the refusal to whoever would make an account by this link; None: they can.
        Whoever owns a room alone brings nobody to a server to which nobody comes unasked.
        """
        mode = (await self._site.state()).registration
        if mode == "closed":
            return "registration_closed"
        if not self._site.ways.has_passwords:
            return "oidc_only"
        return "invite_required" if mode == "invite" and not link.invites_to_server else None

    @shielded
    async def accept(self, actor: Actor, token: str) -> int | None:
        """Come into the link's room. Returns its id; None: it is a link to the server, where the
        actor is already, and nothing is used up.

        Raises:
            Refusal: not_found; invite_used_up, invite_expired, invite_revoked; too_many_members,
                removed_by_owner, rate_limited.
        """
        self._limits.changes.check(actor.user_id)
        link = await self.find(token)
        if link.room_id is None:
            await self.find_good(token)
            return None
        command = ComeByLink(digest_of(token), link.room_id, actor.user, self._members_max)
        if await self._journal.run(command):
            log.info("invite_used", user=actor.user_id, room=link.room_id, link=link.id)
            await self._presence.announce_new_member(link.room_id, actor.user)
        return link.room_id


def _check_numbers(uses_max: int | None, lifetime: timedelta | None) -> None:
    if uses_max is not None and not 1 <= uses_max <= InviteLink.USES_MAX:
        raise Refusal("bad_field", problem=f"uses: 1 to {InviteLink.USES_MAX}, or null")
    least, most = InviteLink.LIFETIME_MIN, InviteLink.LIFETIME_MAX
    if lifetime is not None and not least <= lifetime <= most:
        problem = f"seconds: {least.seconds} to {most.days * 86_400}, or null"
        raise Refusal("bad_field", problem=problem)
