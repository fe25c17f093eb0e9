"""How people are shown, and how they want to see the pages."""

from collections.abc import Awaitable, Callable

import structlog
from msgspec import UnsetType, structs

from models import Profile, Refusal, User
from models.choices import HIDDEN, StatusChoice
from models.database import shielded
from models.direct_conversations import conversations_of, visible_rooms
from models.profile import set_picture
from protocol.emoji import canonical_emoji
from protocol.people_frames import UserChanged
from protocol.server_frames import encode
from realtime.appearance_views import dressed
from realtime.envelope import PresenceChosen, Renamed
from realtime.hub import Hub
from realtime.lobby.lobby import Lobby
from realtime.peers import Peers
from realtime.presence.tracker import PresenceTracker
from services.actor import Actor

log = structlog.get_logger(__name__)


class Profiles:
    """The profiles of all users."""

    def __init__(
        self,
        hub: Hub,
        lobby: Lobby,
        tracker: PresenceTracker,
        peers: Peers,
        look_again: Callable[[int], Awaitable[None]],
    ) -> None:
        """`look_again(user_id)` is awaited when somebody hides, or no longer."""
        self._hub = hub
        self._lobby = lobby
        self._tracker = tracker
        self._peers = peers
        self._look_again = look_again

    @shielded
    async def change(self, actor: Actor, changes: Profile) -> None:
        """Store what the actor has chosen; whoever shares a room with them learns what is to be
        seen of it.

        Raises:
            Refusal: bad_display_name, username_taken, bad_time_zone, bad_status, bad_emoji;
                unauthorized, where the account has been deleted meanwhile.
        """
        user = actor.user
        before, name, choice = _look(user), user.display_name, user.presence_choice
        await _checked(changes).save(user)
        if user.presence_choice != choice:
            await self._choose(user, choice)
        if _look(user) != before or await self._is_seen_differently(user, choice):
            await self.tell(user, is_renamed=user.display_name != name)

    @shielded
    async def change_picture(self, actor: Actor, picture: str) -> str:
        """Store the name of the actor's picture, "" for none, and tell others. Returns the name of
        the one before.

        Raises:
            Refusal: unauthorized, where the account has been disabled or deleted meanwhile.
        """
        user, before = await set_picture(actor.user_id, picture)
        actor.user.picture = picture
        if picture != before:
            await self.tell(user)
        return before

    async def tell(self, user: User, *, is_renamed: bool = False) -> None:
        """Tell everybody who may know it what a user looks like now."""
        if is_renamed:
            self._hub.rename(Renamed(user.id, user.display_name))
            log.info("renamed", user=user.id)
        # Whom they are hidden from does not learn by it that they are there at this moment.
        room_ids = await visible_rooms(user.id)
        for room_id in {*room_ids} & {*await conversations_of(user.id)}:
            self._lobby.changed(room_id)  # The other one sees it under this name.
        is_online = user.id in await self._tracker.online([user.id])
        changed = UserChanged(
            user_id=user.id, username=user.username, display_name=user.display_name
        )
        frame = encode(dressed(changed, user, is_online=is_online))
        if room_ids:
            self._hub.send_ephemeral(room_ids, f"changed:{user.id}", frame, to_lobby=True)

    async def _is_seen_differently(self, user: User, before: str) -> bool:
        """Only while they are there. Who hides goes away, and who does so no longer comes: that
        tells it all.
        """
        if before == user.presence_choice or HIDDEN in (before, user.presence_choice):
            return False
        return bool(await self._tracker.online([user.id]))

    async def _choose(self, user: User, before: str) -> None:
        log.info("presence_chosen", user=user.id)
        if HIDDEN in (before, user.presence_choice):
            self._peers.publish(PresenceChosen(user.id))
            await self._look_again(user.id)


def _look(user: User) -> tuple[object, ...]:
    """What is to be seen of somebody whether they are there or not."""
    status = user.status_emoji, user.status_text, user.status_until
    return user.display_name, user.picture, *status


def _checked(changes: Profile) -> Profile:
    """With the emoji of the status as everybody has it. Raises Refusal: bad_emoji."""
    status = changes.status
    if isinstance(status, UnsetType) or status is None or not status.emoji:
        return changes
    emoji = canonical_emoji(status.emoji)
    if emoji is None:
        raise Refusal("bad_emoji")
    status = StatusChoice(emoji, status.text, status.clears)
    return structs.replace(changes, status=status)
