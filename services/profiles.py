"""How people are shown, and how they want to see the pages."""

import structlog

from models import Profile
from models.database import shielded
from models.direct_conversations import conversations_of, visible_rooms
from protocol.server_frames import UserChanged, encode
from realtime.envelope import Renamed
from realtime.hub import Hub
from realtime.lobby.lobby import Lobby
from services.actor import Actor

log = structlog.get_logger(__name__)


class Profiles:
    """The profiles of all users."""

    def __init__(self, hub: Hub, lobby: Lobby) -> None:
        self._hub = hub
        self._lobby = lobby

    @shielded
    async def change(self, actor: Actor, changes: Profile) -> None:
        """Store what the actor has chosen; whoever shares a room with them learns of another
        display name.

        Raises:
            Refusal: bad_display_name, username_taken.
        """
        user, display_name = actor.user, actor.display_name
        await changes.save(user)
        if user.display_name == display_name:
            return
        self._hub.rename(Renamed(user.id, user.display_name))
        # Whom they are hidden from does not learn by it that they are there at this moment.
        room_ids = await visible_rooms(user.id)
        for room_id in {*room_ids} & {*await conversations_of(user.id)}:
            self._lobby.changed(room_id)  # The other one sees it under this name.
        frame = encode(UserChanged(user.id, user.username, user.display_name))
        if room_ids:
            self._hub.send_ephemeral(room_ids, f"changed:{user.id}", frame, to_lobby=True)
        log.info("renamed", user=user.id)
