"""Says in a letter what a queued mail is about, as it is at the moment in which it is sent."""

from datetime import UTC
from itertools import groupby

from config import Settings
from models import EmailAddress, PasswordReset, QueuedMail, User
from models.queries.missed import TEXT_MAX, MissedMessage, missed_by
from services.leave_links import LeaveLinks
from services.letters import Letter, Section
from services.preferences import language_of
from services.site import Site
from services.user_agents import Agent
from translations import gettext, ngettext

SHOWN_MAX = 50  # Messages in one digest; of the others it has the number.


class MailWriter:
    """Writes every kind of mail. None where there is nothing to write any more."""

    def __init__(self, settings: Settings, site: Site, leave_links: LeaveLinks) -> None:
        self._settings = settings
        self._site = site
        self._leave_links = leave_links

    async def write(self, mail: QueuedMail) -> Letter | None:
        """The letter of this mail."""
        if mail.kind == QueuedMail.RESET:
            return await self._reset(mail.address)
        user = await User.get_or_none(id=mail.user_id)
        if user is None or not user.may_log_in:
            return None
        if mail.kind == QueuedMail.VERIFY:
            return await self._verify(user, mail.address)
        if mail.kind == QueuedMail.ADDRESS_CHANGED:
            return await self._address_changed(user, mail.address)
        mine = await EmailAddress.verified_of(user.id)
        others = {
            QueuedMail.NEW_LOGIN: self._new_login,
            QueuedMail.PASSWORD_RESET: self._password_reset,
        }
        return await others.get(mail.kind, self._digest)(user, mine, mail) if mine else None

    async def _verify(self, user: User, address: str) -> Letter | None:
        token = await EmailAddress.make_token(user.id, address)
        if token is None:
            return None
        locale, site = await self._reader(user)
        about = {"username": user.username, "site": site}
        return Letter(
            address=address,
            locale=locale,
            subject=gettext(locale, "Confirm your e-mail address · %(site)s", site=site),
            paragraphs=[
                gettext(
                    locale,
                    "The account %(username)s at %(site)s is to get its mail at this address.",
                    **about,
                ),
                gettext(locale, "The link confirms it. It works once, for 24 hours."),
            ],
            button=(gettext(locale, "Confirm the address"), self._url(f"/email/confirm/{token}")),
            footer=gettext(locale, "If this is not your account, do nothing: no mail will come."),
        )

    async def _address_changed(self, user: User, address: str) -> Letter:
        locale, site = await self._reader(user)
        about = {"username": user.username, "site": site}
        return Letter(
            address=address,
            locale=locale,
            subject=gettext(locale, "Your e-mail address was changed · %(site)s", site=site),
            paragraphs=[
                gettext(
                    locale,
                    "The account %(username)s at %(site)s gets no more mail at this address.",
                    **about,
                ),
                gettext(
                    locale,
                    "If that was not you, change your password and look at your e-mail address.",
                ),
            ],
            button=(gettext(locale, "Open the profile"), self._url("/profile")),
        )

    async def _reset(self, key: str) -> Letter | None:
        found = await EmailAddress.get_or_none(address_key=key).select_related("user")
        if found is None or not found.user.may_log_in or not found.user.has_password:
            return None
        user: User = found.user
        token = await PasswordReset.make_by_mail(user)
        locale, site = await self._reader(user)
        return Letter(
            address=found.address,
            locale=locale,
            subject=gettext(locale, "A new password · %(site)s", site=site),
            paragraphs=[
                gettext(
                    locale,
                    "A new password was asked for: for the account %(username)s at %(site)s.",
                    username=user.username,
                    site=site,
                ),
                gettext(locale, "The link works once, for an hour. All logins end by it."),
            ],
            button=(gettext(locale, "Choose a new password"), self._url(f"/reset/{token}")),
            footer=gettext(locale, "If it was not you, do nothing: your password stays as it is."),
        )

    async def _new_login(self, user: User, mine: EmailAddress, mail: QueuedMail) -> Letter:
        locale, site = await self._reader(user)
        return Letter(
            address=mine.address,
            locale=locale,
            subject=gettext(locale, "New login · %(site)s", site=site),
            paragraphs=[
                gettext(
                    locale,
                    "Your account %(username)s was logged in to from a new browser:"
                    " %(browser)s, %(time)s UTC.",
                    username=user.username,
                    browser=Agent.of(mail.about.user_agent).text(locale),
                    time=mail.queued_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M"),
                ),
                gettext(
                    locale,
                    "If that was not you, end that login there, and change your password.",
                ),
            ],
            button=(gettext(locale, "Show my logins"), self._url("/profile#logins")),
        )

    async def _password_reset(self, user: User, mine: EmailAddress, _: QueuedMail) -> Letter:
        locale, site = await self._reader(user)
        return Letter(
            address=mine.address,
            locale=locale,
            subject=gettext(locale, "Your password was changed · %(site)s", site=site),
            paragraphs=[
                gettext(
                    locale,
                    "A new password for the account %(username)s at %(site)s was chosen by a link,"
                    " and all logins have ended.",
                    username=user.username,
                    site=site,
                ),
                gettext(
                    locale,
                    "If that was not you, choose another one by a link of your own, and tell the"
                    " administrators.",
                ),
            ],
            button=(gettext(locale, "Choose a new password"), self._url("/forgot")),
        )

    async def _digest(self, user: User, mine: EmailAddress, mail: QueuedMail) -> Letter | None:
        since, until = mail.about.since, mail.about.until
        if not mine.wants_digest or since is None or until is None:
            return None
        missed = await missed_by(user.id, since, until)
        if not missed:
            await EmailAddress.forget_digest(user.id, mail.about.digest_at)
            return None
        locale, site = await self._reader(user)
        return self._digest_of(missed, mine, locale, site)

    def _digest_of(
        self, missed: list[MissedMessage], mine: EmailAddress, locale: str, site: str
    ) -> Letter:
        count = len(missed)
        return Letter(
            address=mine.address,
            locale=locale,
            subject=ngettext(
                locale,
                "%(num)s unread message for you · %(site)s",
                "%(num)s unread messages for you · %(site)s",
                count,
                site=site,
            ),
            paragraphs=[
                gettext(locale, "This was written to you while you were away."),
                *_more(locale, count - SHOWN_MAX),
            ],
            sections=self._sections(missed[:SHOWN_MAX]),
            button=(gettext(locale, "Open %(site)s", site=site), self._url("/rooms/")),
            footer=gettext(
                locale,
                "Such mail comes when mentions of you, replies to you or direct messages"
                " have been unread for 15 minutes.",
            ),
            leave=(
                gettext(locale, "No more of these"),
                self._leave_links.url(mine.user_id, mine.address),
            ),
        )

    def _sections(self, missed: list[MissedMessage]) -> list[Section]:
        found = []
        for room_id, some in groupby(missed, lambda each: each.room_id):
            messages = list(some)
            first = messages[0]
            url = self._url(f"/rooms/{room_id}/?at={first.message_id}#m{first.message_id}")
            lines = [(each.author, _cut(each.text)) for each in messages]
            found.append(Section(first.room_name, url, lines))
        return found

    async def _reader(self, user: User) -> tuple[str, str]:
        """In which language, and what the site is called."""
        return language_of(user, self._settings.locale), (await self._site.state()).name

    def _url(self, path: str) -> str:
        return self._settings.base_url + path


def _more(locale: str, count: int) -> list[str]:
    if count <= 0:
        return []
    one, several = "%(num)s more is not shown here.", "%(num)s more are not shown here."
    return [ngettext(locale, one, several, count)]


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}…"
