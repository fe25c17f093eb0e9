"""All connections of this process, and the end of those that lose their right."""

from collections.abc import Iterable

from realtime.channels import Channels
from realtime.connection import Connection
from realtime.envelope import ConnectionEnded, Renamed, Revocation, SessionEnded, TokenEnded
from realtime.lobby.lobby import Lobby
from realtime.revocations import Revocations, close_if_revoked


class ConnectionRights:
    """`latest` is for those who come in just now."""

    def __init__(self, channels: Channels, lobby: Lobby) -> None:
        self._channels = channels
        self._lobby = lobby
        self.latest = Revocations()

    def connections(self) -> list[Connection]:
        """All connections, those whose replay is still under way as well."""
        return [
            *(connection for channel in self._channels for connection in channel.all()),
            *self._lobby.connections(),
        ]

    def revoke_here(self, revocation: Revocation) -> None:
        """Close the connections that have lost their right, on this process alone."""
        self.latest.add(revocation)
        for connection in self._concerned(revocation):
            close_if_revoked(connection, revocation)
        self._lobby.revoked(revocation)

    def rename_here(self, renamed: Renamed) -> None:
        """The connections of this user speak under another display name from now on."""
        self.latest.add(renamed)
        for connection in self.connections():
            if connection.user_id == renamed.user_id:
                connection.display_name = renamed.display_name

    def _concerned(self, revocation: Revocation) -> Iterable[Connection]:
        if isinstance(revocation, SessionEnded | TokenEnded | ConnectionEnded):
            return self.connections()
        channel = self._channels.get(revocation.room_id)
        return channel.all() if channel else []
