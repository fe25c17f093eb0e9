"""Who is who: people of the export, and accounts here."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from commands.importing.items import BadExportError, SourcePerson, Tell
from commands.importing.report import Report
from commands.importing.staging import Staging
from models import ImportItem, Refusal, User
from models.import_item import external_key
from models.imported_people import add_account, link_account, show_name
from models.names import can_be_username, name_keys, username_key

TRIES = 1_000  # Names with a number behind, until one is free.
NAME_LENGTH = 256  # Of a name, what is looked at.
_NO_LETTER = re.compile(r"[^\w.\-]+")
_FIELDS = 2


class Account(Struct, frozen=True):
    """An account here; its id is below 0 where a dry run would make it."""

    id: int
    username: str
    is_deleted: bool = False


class People:
    """Everybody in an export."""

    def __init__(self, source: str, report: Report, *, is_dry: bool) -> None:
        self._source, self._report, self._is_dry = source, report, is_dry
        self.accounts: dict[str, Account] = {}
        self.bots: set[str] = set()
        self._ids: dict[str, str] = {}  # By the username there.
        self._shown: list[tuple[SourcePerson, str, Account]] = []
        self._claimed: set[str] = set()

    def username(self, person: str) -> str | None:
        """See Names."""
        account = self.accounts.get(person)
        return account.username if account else None

    def username_of(self, name: str) -> str | None:
        """See Names."""
        return self.username(self._ids.get(name, ""))

    async def settle(
        self, staging: Staging, chosen: Mapping[str, User], tell: Tell, *, match_usernames: bool
    ) -> None:
        """Find, or make, an account for everybody. `chosen` are those that the operator has
        named, by id, username or e-mail address there.
        """
        people = list(staging.people())
        keys = {person.id: external_key(person.id) for person in people}
        known = await ImportItem.known(self._source, "person", keys.values())
        users = await _users({item.local_id for item in known.values()})
        for person in people:
            await tell(0, 0)
            key = keys[person.id]
            self._ids.setdefault(person.username.lower(), person.id)
            if person.is_bot:
                self.bots.add(person.id)
                self._report.leave("people", "bot", person.where)
            elif item := known.get(key):
                self._report.there("people")
                user = users.get(item.local_id)
                self.accounts[person.id] = _account(user)
                if user and not item.is_done:
                    self._shown.append((person, key, self.accounts[person.id]))
            else:
                await self._find(person, key, chosen, match_usernames)
        for person, key, account in self._shown:
            await tell(0, 0)
            await self._show(person, key, account)

    async def _find(
        self, person: SourcePerson, key: str, chosen: Mapping[str, User], match_usernames: bool
    ) -> None:
        named = (person.id, person.username.lower(), person.email.lower())
        user = next((chosen[name] for name in named if name in chosen), None)
        if user is None and match_usernames:
            user = await User.named(person.username)
        if user is None:
            await self._make(person, key)
            return
        self.accounts[person.id] = _account(user)
        self._report.made("people")
        if not self._is_dry:
            await link_account(self._source, key, user.id)

    async def _make(self, person: SourcePerson, key: str) -> None:
        names = map(_as_username, (person.username, person.shown))
        wanted = next(filter(can_be_username, names), "member")
        for number in range(1, TRIES):
            name = await self._free(f"{wanted}{number if number > 1 else ''}")
            if name is None:
                continue
            if (account := await self._added(person, key, name)) is None:
                continue
            if name != person.username:
                self._report.note("username_changed", f"{person.where}: {person.username} → {name}")
            self.accounts[person.id] = account
            self._report.made("people")
            self._shown.append((person, key, account))
            return
        self._report.leave("people", "no_account_name", person.where)

    async def _free(self, name: str) -> str | None:
        try:
            free = await User.free_username(name)
        except Refusal:
            return None
        # What a dry run has given away is in no table.
        keys = name_keys(free)
        if not self._claimed.isdisjoint(keys):
            return None
        self._claimed |= keys
        return free

    async def _added(self, person: SourcePerson, key: str, name: str) -> Account | None:
        if self._is_dry:
            return Account(-len(self.accounts) - 1, name)
        user = await add_account(self._source, key, name, is_gone=person.is_gone)
        return _account(user) if user else None

    async def _show(self, person: SourcePerson, key: str, account: Account) -> None:
        shown = " ".join(unicodedata.normalize("NFC", person.shown[:NAME_LENGTH]).split())
        if username_key(shown) == username_key(account.username):
            shown = ""
        if self._is_dry:
            return
        if not await show_name(self._source, key, account.id, shown):
            self._report.note("display_name_taken", f"{person.where}: {shown}")


def read_map(path: Path) -> dict[str, str]:
    """The operator's list: somebody there, and their account here.

    Raises:
        BadExportError: it is no such list.
    """
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                if not any(row):
                    continue
                if len(row) != _FIELDS or not all(map(str.strip, row)):
                    raise BadExportError(f"{path}:{number}: two columns: somebody there, account")
                there, here = map(str.strip, row)
                # As an id, and as a name or an address, whose case is of no matter.
                found[there] = found[there.lower()] = here
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadExportError(f"{path}: no CSV in UTF-8: {problem}") from None
    return found


async def chosen_users(named: Mapping[str, str], path: Path) -> dict[str, User]:
    """The accounts that the list names.

    Raises:
        BadExportError: one of them is not there.
    """
    users: dict[str, User] = {}
    for name in sorted(set(named.values())):
        user = await User.named(name)
        if user is None:
            raise BadExportError(f"{path}: there is no account {name}")
        users[name] = user
    return {there: users[here] for there, here in named.items()}


async def _users(ids: set[int]) -> dict[int, User]:
    found: dict[int, User] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), 500):
        for user in await User.filter(id__in=ordered[start : start + 500]):
            found[user.id] = user
    return found


def _account(user: User | None) -> Account:
    return Account(user.id, user.username, user.is_deleted) if user else Account(0, "", True)


def _as_username(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name[:NAME_LENGTH]).lower().partition("@")[0]
    plain = _NO_LETTER.sub("", re.sub(r"\s+", ".", plain.strip())).strip("._-")
    return plain[: User.USERNAME_MAX - 4]
