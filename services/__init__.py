"""What people can do; the only code that writes. Pages, JSON API and sockets call it alike.

Each service is a plain object that is given what it needs. Views reach them by
`blueprints.context.services()`, as `services().rooms.rename(...)`.
"""

import asyncio
import contextlib

import structlog

from config import Settings
from models.name_key import fill_name_keys
from models.queries.hiding import hiding
from protocol.server_frames import Limits
from realtime.broadcast import Broadcast
from realtime.hub import Hub
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from realtime.peers import Peers
from realtime.presence import Leases
from realtime.presence.tracker import PresenceTracker
from realtime.room_changes import RoomChanges
from services.account_erasure import AccountErasure
from services.accounts import Accounts
from services.activity import Activity
from services.administered_invites import AdministeredInvites
from services.administered_rooms import AdministeredRooms
from services.administration import Administration
from services.audit_log import AuditLog
from services.blocks import Blocks
from services.claim_links import ClaimLinks
from services.confirmations import Confirmations
from services.connections import Connections, close_for_restart
from services.digests import Digests
from services.direct_conversations import DirectConversations
from services.drafts import Drafts
from services.email_addresses import EmailAddresses
from services.export_files import ExportFiles
from services.exports import Exports
from services.file_services import make_file_services
from services.gauges import register_gauges
from services.held_messages import HeldMessages
from services.history import History
from services.invitations import Invitations
from services.invite_links import InviteLinks
from services.invited_accounts import InvitedAccounts
from services.jobs import Jobs
from services.join_requests import JoinRequests
from services.leave_links import LeaveLinks
from services.mail_writer import MailWriter
from services.mailer import Mailer
from services.members import Members
from services.message_changes import MessageChanges
from services.message_details import MessageDetails
from services.messages import Messages
from services.moderation import Moderation
from services.new_accounts import NewAccounts
from services.oidc import Oidc
from services.oidc_logout import OidcLogout
from services.passkeys import Passkeys
from services.people import People
from services.pictures import Pictures
from services.presence import Presence
from services.profiles import Profiles
from services.public_rooms import PublicRooms
from services.rate_limits import RateLimits
from services.read_marks import ReadMarks
from services.readers import Readers
from services.removals import Removals
from services.removals_everywhere import RemovalsEverywhere
from services.reports import Reports
from services.retention import Retention
from services.room_files import RoomFiles
from services.room_list import RoomList
from services.room_preferences import RoomPreferences
from services.rooms import Rooms
from services.search.finder import Search
from services.second_factors import SecondFactors
from services.sessions import Sessions
from services.site import Site
from services.system import System
from services.threads import Threads
from services.tokens import Tokens
from services.typing_indicators import TypingIndicators
from services.works import make_works

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 3.0


class Services:
    """The services of one process. None of them knows this class.

    `hub`, `lobby`, `tracker` and `journal` are what the services are made of; views, pages and
    sockets leave them alone.
    """

    def __init__(self, settings: Settings, broadcast: Broadcast, leases: Leases) -> None:
        limits = RateLimits.from_settings(settings)
        peers = Peers(broadcast, settings.secret_key or "")  # No key: nobody else hears of it.
        self.tracker = tracker = PresenceTracker(leases, self._announce_status, hiding=hiding)
        self.room_list = RoomList(tracker, limits)
        self.lobby = lobby = Lobby(peers, self.room_list.item)
        changes = RoomChanges(tracker.online, settings.locale)
        terms = Limits(frame_bytes=settings.max_message_bytes, edit_seconds=settings.edit_seconds)
        self.hub = hub = Hub(peers, settings.locale, lobby, changes, terms)
        hub.on_presence_chosen = self._look_again
        self.journal = journal = Journal()
        self.presence = presence = Presence(tracker, hub, settings.locale)
        self.typing = typing = TypingIndicators(hub, limits, tracker)
        self.connections = Connections(hub, lobby, tracker, presence, typing, limits, settings)
        made = make_file_services(lobby, limits, settings)
        self.files, self.uploads, self.room_pictures, self._sweeper, self._decoding = made
        self._make_account_services(limits, settings, peers)
        self._make_administration(limits)
        self.blocks = Blocks(hub, lobby, presence, limits)
        self.rooms = Rooms(journal, hub, lobby, tracker, self._sweeper, limits, settings)
        self.room_preferences = RoomPreferences(lobby, limits)
        self._make_membership_services(limits, settings)
        self.read_marks = ReadMarks(hub, lobby, limits)
        self.new_accounts = held = NewAccounts(limits)
        self.messages = Messages(journal, hub, self.direct_conversations, limits, held)
        self.message_changes = MessageChanges(journal, limits, settings, held)
        self._make_moderation(limits)
        self._make_jobs(limits, settings)
        self._make_readers(changes, limits, settings)
        self._listen_after_commit()
        register_gauges(hub, lobby, tracker, journal, broadcast, self.connections)

    def _make_moderation(self, limits: RateLimits) -> None:
        self.moderation = Moderation(self.journal, self.lobby, limits)
        self.removals = Removals(self.journal, self.lobby, limits)
        self.reports = Reports(limits)
        self.held_messages = HeldMessages(self.journal, limits, self._sweeper)
        self.retention = Retention(self.journal, self._sweeper, limits)

    def _make_membership_services(self, limits: RateLimits, settings: Settings) -> None:
        journal, lobby, presence = self.journal, self.lobby, self.presence
        members_max, told = settings.max_members_per_room, (self.hub, lobby, presence, limits)
        self.members = Members(journal, lobby, presence, limits, members_max)
        self.direct_conversations = direct = DirectConversations(*told, settings.max_rooms_per_user)
        self.invitations = Invitations(journal, lobby, presence, direct, limits, members_max)
        self.join_requests = JoinRequests(journal, presence, limits, members_max)
        self.public_rooms = PublicRooms(journal, presence, limits, members_max)
        self.invite_links = links = InviteLinks(journal, presence, self.site, limits, members_max)
        self.invited_accounts = invited = InvitedAccounts(journal, links, self.site, members_max)
        self.oidc = Oidc(settings, self.sessions, self.accounts, invited)
        self.oidc_logout = OidcLogout(settings, self.oidc, self.sessions)

    def _make_account_services(self, limits: RateLimits, settings: Settings, peers: Peers) -> None:
        self.site = Site(settings)
        self.system = System(peers, self.hub, limits, settings)
        self.passkeys = Passkeys(self.site)
        self.second_factors = SecondFactors()
        self.confirmations = Confirmations(self.passkeys)
        leave_links = LeaveLinks(settings)
        self.mailer = mailer = Mailer(settings, MailWriter(settings, self.site, leave_links))
        self.digests = Digests(mailer, self.tracker)
        self.email_addresses = EmailAddresses(mailer, leave_links)
        self.sessions = Sessions(self.hub, self.passkeys, mailer, self.site, settings)
        self.accounts = Accounts(self.sessions, self.site, mailer)
        self.profiles = Profiles(self.hub, self.lobby, self.tracker, peers, self._look_again)
        self.pictures = Pictures(self.profiles, self._decoding)
        self.people = People(limits)
        self.activity = Activity(limits, settings)
        self.drafts = Drafts(self.lobby, limits, self._sweeper)

    def _make_administration(self, limits: RateLimits) -> None:
        self.tokens = Tokens(self.hub)
        self.administration = Administration(self.sessions, self.site, limits)
        self.administered_rooms = AdministeredRooms(self.journal, self.hub, limits, self._sweeper)
        self.administered_invites = AdministeredInvites(limits)
        self.audit_log, self.claim_links = AuditLog(limits), ClaimLinks(self.site, limits)

    def _make_jobs(self, limits: RateLimits, settings: Settings) -> None:
        files = ExportFiles(settings.export_folder)
        works = make_works(files, self.files, self.journal, self.lobby, self.removals)
        self._jobs = jobs = Jobs(works, files)
        self.exports = Exports(jobs, files, limits)
        self.removals_everywhere = RemovalsEverywhere(jobs, limits)
        others = self.sessions, self.profiles, self.lobby, jobs, files
        self.account_erasure = AccountErasure(*others, limits, settings)

    def _make_readers(self, changes: RoomChanges, limits: RateLimits, settings: Settings) -> None:
        self.history = History(changes, limits, settings.locale)
        self.readers = Readers(self.tracker, limits)
        self.room_files = RoomFiles(limits)
        self.message_details = MessageDetails(limits, self._sweeper, settings)
        self.threads = Threads(limits, settings.locale)
        self.search = Search(limits, settings)

    def _listen_after_commit(self) -> None:
        logged = self.messages, self.message_changes
        for each in (*logged, self._sweeper, self.lobby, self.hub, self.search):
            self.journal.listen(each.committed)

    async def start(self) -> None:
        """The way to the other processes comes before what speaks by it."""
        await fill_name_keys()  # Whoever registered by an older version has none.
        await self.hub.start(recovered=self.tracker.renew)
        await self.journal.start()
        await self.tracker.start()
        background = self._sweeper, self.retention, self.mailer, self.digests, self._jobs
        for each in (*background, self.search):
            each.start()

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
        await self.search.stop()
        await self._jobs.stop()
        await self.retention.stop()
        await self.join_requests.settle()
        await self.digests.stop()
        await self.mailer.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.journal.stop(), FLUSH_SECONDS)
        await self.tracker.stop()
        await self.hub.stop()
        await self._sweeper.stop()

    async def _announce_status(self, user_id: int, is_online: bool) -> None:
        # The one circle here: by the hub, the lobby, and items of the list, which ask the tracker.
        await self.presence.announce(user_id, is_online)

    async def _look_again(self, user_id: int) -> None:
        """Somebody hides now, or no longer: it looks like going away, or coming."""
        if await hiding([user_id]):
            self.typing.forget_user(user_id)
        await self.tracker.look_again(user_id)
