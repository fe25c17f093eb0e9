"""Accounts are deleted: by their owners, by administrators, or at the command line."""

import asyncio

import msgspec
import structlog

from config import Settings
from models import Membership, Refusal, Session, User
from models.account_erasure import (
    CloseConversation,
    Erased,
    Erasure,
    Heir,
    Messages,
    erase_account,
    forget_departures,
    heirs_of,
    reactions_in,
)
from models.admission import Leave
from models.database import shielded
from models.message_commands import React
from models.removal import rooms_written_in
from models.room import Room
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from services.actor import Actor
from services.administration import checked_reason
from services.confirmations import require_recent
from services.export_files import ExportFiles
from services.guards import require_account
from services.jobs import Jobs, Running
from services.pictures import remove_picture
from services.policy import require_admin_act
from services.profiles import Profiles
from services.rate_limits import RateLimits
from services.removals import Removals
from services.sessions import Sessions

log = structlog.get_logger(__name__)


class AccountErasure:
    """At once nobody can log in any more, and the name is gone; rooms and messages follow."""

    def __init__(
        self,
        sessions: Sessions,
        profiles: Profiles,
        lobby: Lobby,
        jobs: Jobs,
        files: ExportFiles,
        limits: RateLimits,
        settings: Settings,
    ) -> None:
        self._sessions = sessions
        self._profiles = profiles
        self._lobby = lobby
        self._jobs = jobs
        self._files = files
        self._limits = limits
        self._locale = settings.locale

    async def heirs(self, user_id: int) -> list[Heir]:
        """Who gets the rooms that somebody owns alone. Raises Refusal: rate_limited."""
        self._limits.history.check(user_id)
        return await heirs_of(user_id)

    @shielded
    async def own(self, session: Session, messages: Messages) -> None:
        """Delete the account of whoever asks.

        Raises:
            Refusal: confirmation_required, last_administrator, rate_limited.
        """
        require_recent(session)
        self._limits.changes.check(session.user_id)
        await self._erase(session.user, session.user_id, messages)

    @shielded
    async def of_another(
        self, actor: Actor, user_id: int, messages: Messages, reason: str = ""
    ) -> None:
        """Delete somebody's account, by an administrator.

        Raises:
            Refusal: not_admin, forbidden, not_found, last_administrator, bad_field, rate_limited,
                confirmation_required.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        user = await require_account(user_id)
        if user.is_deleted:
            raise Refusal("not_found")
        await self._erase(user, actor.user_id, messages, checked_reason(reason))

    async def _erase(self, user: User, actor_id: int, messages: Messages, reason: str = "") -> None:
        erased: Erased = await erase_account(user, actor_id, messages, self._locale, reason)
        self._sessions.tell_all_ended(user.id, erased.sessions)
        for room_id, user_id in erased.uninvited:
            self._lobby.changed(room_id, [user_id])
        await self._files.delete(erased.files)
        await self._profiles.tell(await User.get(id=user.id))
        log.info("account_deleted", user=user.id, by=actor_id, messages=messages)
        self._jobs.soon()


class ErasureWork:
    """What follows: their reactions, their places in rooms, their messages if they say so. Each
    step sets a state, so that it does not matter how often it is begun.
    """

    def __init__(self, journal: Journal, lobby: Lobby, removals: Removals) -> None:
        self._journal = journal
        self._lobby = lobby
        self._removals = removals

    async def __call__(self, running: Running) -> tuple[str, int]:
        """See services.jobs.Work."""
        user_id = running.job.user_id
        asked = msgspec.json.decode(running.job.payload, type=Erasure)
        await remove_picture(asked.picture)
        places = await Membership.filter(user_id=user_id).order_by("id").select_related("room")
        for number, place in enumerate(places, 1):
            await self._take_reactions(running, place)
            await self._leave(place)
            await running.report(number, len(places))
        # Behind that: a socket that is open still, on another process, writes nothing any more.
        written = await rooms_written_in(user_id) if asked.messages == "delete" else []
        for number, room_id in enumerate(written, 1):
            await self._removals.by_author(room_id, user_id)
            await running.report(number, len(written))
        await forget_departures(user_id)
        return "", 0

    async def _take_reactions(self, running: Running, place: Membership) -> None:
        """Those in rooms that they are in; elsewhere nothing of theirs can be changed any more."""
        while reactions := await reactions_in(place.room_id, place.user_id):
            commands = [
                React(
                    room_id=place.room_id,
                    user_id=place.user_id,
                    username="",
                    message_id=message_id,
                    emoji=emoji,
                    is_on=False,
                )
                for message_id, emoji in reactions
            ]
            done = (self._journal.change(each) for each in commands)
            outcomes = await asyncio.gather(*done, return_exceptions=True)
            if all(isinstance(each, BaseException) for each in outcomes):
                return  # The room is archived, or they have been blocked: they stay.
            await running.keep()

    async def _leave(self, place: Membership) -> None:
        if place.room.kind == Room.DIRECT:
            await self._journal.run(CloseConversation(place.room_id, place.user_id))
            return
        try:
            uninvited = await self._journal.run(Leave(place, place.user_id))
        except Refusal as refusal:
            if refusal.code != "not_found":  # They are out already.
                raise
        else:
            self._lobby.changed(place.room_id, uninvited)
