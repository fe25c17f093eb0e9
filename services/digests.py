"""Mail about what somebody has missed while they were away: one for all of it."""

import asyncio
from datetime import datetime, timedelta

import structlog
from tortoise.timezone import now

from background import end
from models import EmailAddress
from models.queries.missed import missed_by, who_may_have_missed
from realtime.presence.tracker import PresenceTracker
from services.mailer import Mailer

log = structlog.get_logger(__name__)

SCAN_SECONDS = 60.0
# How long somebody has to be away, and a message unread.
QUIET = timedelta(minutes=15)
# Who has not been back since the last digest gets the next one after so long.
AGAIN = timedelta(days=1)
# Messages that were made so short a time ago may still be under way to the database.
SETTLED = timedelta(seconds=10)


class Digests:
    """Looks who has missed something, and queues their mail; each message is in one at most."""

    def __init__(self, mailer: Mailer, tracker: PresenceTracker) -> None:
        self._mailer = mailer
        self._tracker = tracker
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._mailer.is_on:
            self._task = asyncio.create_task(self._run(), name="digests")

    async def stop(self) -> None:
        await end(self._task)

    async def scan(self) -> None:
        """Queue a digest for everybody who is to have one now. Who is here and hides has no lease:
        each process notes its own, for all others.
        """
        moment = now()
        await EmailAddress.note_hidden(self._tracker.hidden_here())
        people = await who_may_have_missed(moment - QUIET, moment - AGAIN)
        online = await self._tracker.online([each.user_id for each in people])
        for mine in people:
            if mine.user_id not in online and await self._is_due(mine, moment):
                await EmailAddress.queue_digest(mine, moment - SETTLED)
        self._mailer.wake()

    async def _is_due(self, mine: EmailAddress, moment: datetime) -> bool:
        since = mine.digested_until
        missed = await missed_by(mine.user_id, since, moment - SETTLED) if since else []
        return any(each.at <= moment - QUIET for each in missed)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(SCAN_SECONDS)
            try:
                await self.scan()
            except Exception as error:  # The database is away.
                log.warning("digests_not_made", error=str(error))
