"""Hands this process's connections frames that only matter now: typing, presence, read marks."""

import asyncio

from realtime.channels import Channels
from realtime.connection import Connection
from realtime.envelope import EphemeralFrame
from realtime.lobby.lobby import Lobby
from realtime.privacy import Privacy


class EphemeralFrames:
    """Not where they are nobody's to know."""

    def __init__(self, channels: Channels, lobby: Lobby, privacy: Privacy) -> None:
        self._channels = channels
        self._lobby = lobby
        self._privacy = privacy

    def send_here(self, ephemeral: EphemeralFrame, but: Connection | None = None) -> None:
        """Send it to all whom it concerns but this connection."""
        for room_id in ephemeral.room_ids:
            # Another process may not have heard yet that this is nobody's to know any more.
            if not self._privacy.hides(room_id, ephemeral.kind):
                self._send(room_id, ephemeral, but)
            elif self._channels.get(room_id) and (
                refresh := self._privacy.refresh_under_way(room_id)
            ):
                # Or that it is theirs now: the frame may be the first that says so.
                self._privacy.spawn(self._send_after(refresh, room_id, ephemeral))
        if ephemeral.to_lobby:
            self._lobby.send_ephemeral(ephemeral.room_ids, ephemeral.kind, ephemeral.frame)

    async def _send_after(
        self, refresh: asyncio.Task[None], room_id: int, ephemeral: EphemeralFrame
    ) -> None:
        await asyncio.wait([refresh])
        if not self._privacy.hides(room_id, ephemeral.kind):
            self._send(room_id, ephemeral, None)

    def _send(self, room_id: int, ephemeral: EphemeralFrame, but: Connection | None) -> None:
        if channel := self._channels.get(room_id):
            channel.send_ephemeral(ephemeral.kind, ephemeral.frame, ephemeral.except_user, but)
