"""What people can do; the only code that writes. Pages, JSON API and sockets call it alike.

Each service is a plain object that is given what it needs. Views reach them by
`blueprints.context.services()`, as `services().rooms.rename(...)`.
"""

import asyncio
import contextlib

import structlog

from config import Settings
from models.name_key import fill_name_keys
from protocol.server_frames import Limits
from realtime.broadcast import Broadcast
from realtime.hub import Hub
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from realtime.peers import Peers
from realtime.presence import Leases
from realtime.presence.tracker import PresenceTracker
from realtime.room_changes import RoomChanges
from services.accounts import Accounts
from services.activity import Activity
from services.blocks import Blocks
from services.connections import Connections, close_for_restart
from services.direct_conversations import DirectConversations
from services.drafts import Drafts
from services.gauges import register_gauges
from services.history import History
from services.invitations import Invitations
from services.members import Members
from services.message_changes import MessageChanges
from services.message_details import MessageDetails
from services.messages import Messages
from services.people import People
from services.presence import Presence
from services.profiles import Profiles
from services.rate_limits import RateLimits
from services.read_marks import ReadMarks
from services.readers import Readers
from services.room_list import RoomList
from services.room_preferences import RoomPreferences
from services.rooms import Rooms
from services.sessions import Sessions
from services.sweeper import Sweeper
from services.threads import Threads
from services.typing_indicators import TypingIndicators

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 3.0


class Services:
    """The services of one process. None of them knows this class.

    `hub`, `lobby`, `tracker` and `journal` are what the services are made of; views, pages and
    sockets leave them alone.
    """

    def __init__(self, settings: Settings, broadcast: Broadcast, leases: Leases) -> None:
        limits = RateLimits.from_settings(settings)
        members_max, rooms_max = settings.max_members_per_room, settings.max_rooms_per_user
        peers = Peers(broadcast, settings.secret_key or "")  # No key: nobody else hears of it.
        self.tracker = tracker = PresenceTracker(leases, self._announce_status)
        self.room_list = RoomList(tracker, limits)
        self.lobby = lobby = Lobby(peers, self.room_list.item)
        changes = RoomChanges(tracker.online, settings.locale)
        promised = Limits(frame_bytes=settings.max_message_bytes)
        self.hub = hub = Hub(peers, settings.locale, lobby, changes, promised)
        self.journal = journal = Journal()
        self.presence = presence = Presence(tracker, hub, settings.locale)
        self.typing = TypingIndicators(hub, limits)
        self.connections = Connections(hub, lobby, tracker, presence, self.typing, limits, settings)
        self._make_account_services(limits, settings)
        self.blocks = Blocks(hub, lobby, presence, limits)
        self.rooms = Rooms(journal, hub, lobby, tracker, limits, settings)
        self.room_preferences = RoomPreferences(lobby, limits)
        self.members = Members(journal, lobby, presence, limits, members_max)
        self.direct_conversations = DirectConversations(hub, lobby, presence, limits, rooms_max)
        self.invitations = Invitations(
            journal, lobby, presence, self.direct_conversations, limits, members_max
        )
        self.read_marks = ReadMarks(hub, lobby, limits)
        self.messages = Messages(journal, hub, self.direct_conversations, limits)
        self.message_changes = MessageChanges(journal, limits, settings)
        self._make_readers(changes, limits, settings)
        self._listen_after_commit()
        register_gauges(hub, lobby, tracker, journal, broadcast, self.connections)

    def _make_account_services(self, limits: RateLimits, settings: Settings) -> None:
        self.sessions = Sessions(self.hub)
        self.accounts = Accounts(self.sessions, registration_open=settings.registration_open)
        self.profiles = Profiles(self.hub, self.lobby)
        self.people = People(limits)
        self.activity = Activity(limits, settings)
        self.drafts = Drafts(self.lobby, limits)

    def _make_readers(self, changes: RoomChanges, limits: RateLimits, settings: Settings) -> None:
        self._sweeper = Sweeper()
        self.history = History(changes, limits, settings.locale)
        self.readers = Readers(self.tracker, limits)
        self.message_details = MessageDetails(limits, self._sweeper, settings)
        self.threads = Threads(limits, settings.locale)

    def _listen_after_commit(self) -> None:
        messages, changes = self.messages.committed, self.message_changes.committed
        others = (self._sweeper.committed, self.lobby.committed, self.hub.committed)
        for listener in (messages, changes, *others):
            self.journal.listen(listener)

    async def start(self) -> None:
        """The way to the other processes comes before what speaks by it."""
        await fill_name_keys()  # Whoever registered by an older version has none.
        await self.hub.start(recovered=self.tracker.renew)
        await self.journal.start()
        await self.tracker.start()
        self._sweeper.start()

    async def drain(self) -> None:
        """The process is about to end: store what is waiting, and send everybody elsewhere."""
        if self.connections.is_draining:
            return
        leaving = self.connections.begin_drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.journal.flush(), FLUSH_SECONDS)
        close_for_restart(leaving)
        log.info("drained", connections=len(leaving))

    async def stop(self) -> None:
        """The journal before the tracker and the hub: what it stores is still told."""
        await self.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.journal.stop(), FLUSH_SECONDS)
        await self.tracker.stop()
        await self.hub.stop()
        await self._sweeper.stop()

    async def _announce_status(self, user_id: int, is_online: bool) -> None:
        # The one circle here: presence tells through the hub, the hub knows the lobby, the lobby
        # reads items of the list of rooms, and these say by the tracker who is online.
        await self.presence.announce(user_id, is_online)
