"""Whether the promises were kept: what clients were told against what is stored, fact by fact."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from models.room_change import ARCHIVED, JOINED, REMOVAL, RENAMED, RULES, UNARCHIVED
from tests.chaos.client import Client
from tests.chaos.commands import not_stored_once
from tests.chaos.database import Database
from tests.chaos.room_reader import read_room
from tests.support.room_facts import (
    FLOOR,
    Facts,
    difference,
    is_of_message,
    member,
    message,
    message_ids,
)

SHOWN = 3  # Differences of one client in a report.

# What people ask for → the answer to it that says: done once more; and what is then stored. Of what
# has no such answer it may have been so already.
ACTS: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "renamed": (200, (RENAMED,)),
    "let in": (201, (JOINED,)),
    "rules": (None, RULES),
    "messages removed": (None, (REMOVAL,)),
    "archived": (None, (ARCHIVED, UNARCHIVED)),
}
# What is stored in the audit log alone.
LOGGED = {"banned": "room_banned", "ban lifted": "room_ban_lifted"}


@dataclass
class Verdict:
    """What was counted, and every broken promise in words. `surprises` are answers that a
    well-behaved client should never get.
    """

    counts: Counter[str] = field(default_factory=Counter)
    duplicates: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.duplicates or self.losses or self.surprises)

    def lines(self) -> Iterator[str]:
        """Yield the report, a line each."""
        for name, count in self.counts.items():
            yield f"{name:<24}{count:>8}"
        for name in ("duplicates", "losses", "surprises"):
            found: list[str] = getattr(self, name)
            yield f"{name:<24}{len(found):>8}"
            yield from (f"  {line}" for line in found[:20])


async def judge(clients: Sequence[Client], database: Database) -> Verdict:
    """Compare every client's account with the database, and the database with what the API tells.
    All clients have come to rest.
    """
    verdict = Verdict()
    if inside := await database.banned_inside():
        verdict.losses.append(f"(room, user), who are banned from where they are: {inside}")
    for room in sorted({client.room for client in clients}):
        here = [client for client in clients if client.room == room]
        _, facts = await database.room(room)
        commands = await database.commands(room)
        for client in here:
            account, user_id = client.account, client.person.id
            verdict.losses += not_stored_once(account, user_id, facts, commands)
            _own_account(verdict, client)
            _knows(verdict, client, facts, await database.bound(room, user_id))
            _stored(verdict, client, facts)
            await _acted(verdict, client, database)
            await _left(verdict, client, database)
        _twice(verdict, room, facts)
        # The first one is always in the room.
        if wrong := difference(await read_room(here[0].person.http, room), facts):
            verdict.losses.append(f"the API tells of another room {room}: {_some(wrong)}")
        verdict.counts["messages stored"] += len(message_ids(facts))
        verdict.counts.update({f"stored {k}": n for k, n in (await database.kinds(room)).items()})
    return verdict


def _own_account(verdict: Verdict, client: Client) -> None:
    account = client.account
    verdict.duplicates += account.duplicates
    verdict.losses += account.losses
    verdict.surprises += account.surprises
    verdict.counts["messages acknowledged"] += len(account.acknowledged)
    # Of what has expired the database says nothing more.
    types = (account.said[client_id]["type"] for client_id in account.acknowledged)
    verdict.counts.update(f"acknowledged {each}" for each in types)
    verdict.counts["frames delivered"] += account.frames
    verdict.counts["reconnects"] += max(0, account.connections - 1)
    verdict.counts["refusals (503)"] += account.unavailable
    verdict.counts["turned away (4403)"] += account.turned_away
    verdict.counts["refused for good"] += len(account.refused)
    verdict.counts["actions asked for"] += account.asked.total()
    verdict.counts["actions done"] += account.done.total()


def _knows(verdict: Verdict, client: Client, facts: Facts, bound: int) -> None:
    """Whoever is in the room knows everything of it, as it is stored; of messages those alone that
    they see, from `bound` on.
    """
    is_member = member(client.person.id) in facts
    verdict.counts["members" if is_member else "out in the end"] += 1
    verdict.counts["members who see a part"] += bound > 0
    seen = {each: value for each, value in facts.items() if not is_of_message(each, bound - 1)}
    if is_member and (wrong := difference(client.account.facts, seen)):
        verdict.losses.append(
            f"{client.name} knows otherwise in room {client.room}: {_some(wrong)}"
        )


def _stored(verdict: Verdict, client: Client, facts: Facts) -> None:
    """Every acknowledged message is stored under its number, with its author; and nothing else."""
    account = client.account
    for client_id, answer in account.acknowledged.items():
        if answer["type"] != "message_sent":
            continue
        number, text = answer["message_id"], account.said[client_id]["message"]
        if number <= facts.get(FLOOR, 0):
            continue
        fact = partial(_field, facts, number)
        found = (fact("user_id"), fact("client_id"))
        # Who repeats what was deleted meanwhile is not told the text again.
        is_told = fact("is_deleted") or fact("edited_at") or answer["message"] == text
        is_kept = fact("is_deleted") or fact("edited_at") or fact("text") == text
        if found != (client.person.id, client_id) or not (is_told and is_kept):
            verdict.losses.append(f"{client_id} was acknowledged as {answer}, and is {found}")
    for number in message_ids(facts):
        if facts[message(number)] == client.person.id:
            client_id = facts.get(message(number, "client_id"), "")
            if client_id not in account.said:
                verdict.surprises.append(f"{number} of {client.name} was never said: {client_id}")


def _field(facts: Facts, number: int, name: str) -> object:
    return facts.get(message(number, name))


async def _acted(verdict: Verdict, client: Client, database: Database) -> None:
    """What was said to be done is stored, and nothing that was not asked for; every name is new."""
    account = client.account
    done = await database.done(client.room, client.person.id)
    logged = await database.logged(client.room, client.person.id)
    # Whoever comes back by an invitation has let themselves in.
    del done[JOINED, True]
    for name, (answer, kinds) in ACTS.items():
        least, most = account.done[f"{name} {answer}"], account.asked[name]
        found = sum(count for (kind, _), count in done.items() if kind in kinds)
        if not least <= found <= most:
            verdict.losses.append(f"{client.name} {name} {least} to {most} times; stored: {found}")
    for name, act in LOGGED.items():
        least, most = account.done[f"{name} 204"], account.asked[name]
        verdict.counts[name] += logged[act]
        if not least <= logged[act] <= most:
            verdict.losses.append(f"{client.name} {name} {least} to {most} times: {logged[act]}")


async def _left(verdict: Verdict, client: Client, database: Database) -> None:
    """Nobody is told live by what they were removed, nor anything after it."""
    left = await database.left(client.room, client.person.id)
    for live in client.account.live:
        if any(live.after < change <= live.upto for change in left):
            verdict.losses.append(f"{client.name} left at {left} and heard {live}")
    if client.account.turned_away > len(left):
        verdict.surprises.append(f"{client.name} was turned away without having left")


def _twice(verdict: Verdict, room: int, facts: Facts) -> None:
    numbers = message_ids(facts)
    said = Counter(
        (facts[message(number)], facts.get(message(number, "client_id"))) for number in numbers
    )
    verdict.duplicates += [f"{key} is in room {room} {n} times" for key, n in said.items() if n > 1]
    begin = facts.get(FLOOR, 0) + 1
    if numbers != list(range(begin, begin + len(numbers))):
        verdict.losses.append(f"room {room} has a gap among its {len(numbers)} messages")


def _some(wrong: dict[tuple[str | int, ...], tuple[object, object]]) -> str:
    shown = dict(list(wrong.items())[:SHOWN])
    return f"{shown} (known, stored), and {len(wrong) - len(shown)} more"
