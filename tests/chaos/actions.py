"""What people do to their room by the JSON API: its name, who is in it, and who owns it.

A new kind is one function here; what everybody is told of it stands in tests/support/room_facts.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.support.person import Person
from tests.support.room_facts import IS_ARCHIVED, RULES, Facts, member

OFTEN = 0.5  # What keeps others from speaking does not last.
SELDOM = 0.2
BANNED = timedelta(seconds=3)


@dataclass(frozen=True)
class Scene:
    """Who acts, who else there is, and what they know of the room.

    Attributes:
        people: all who were ever in it. The first never leaves, and is not removed by others: there
            is always a room. In one of the rooms they are an administrator as well.
        number: one that no other action of this person has.
    """

    me: Person
    people: Sequence[Person]
    facts: Facts
    number: int
    random: Random

    @property
    def host(self) -> Person:
        return self.people[0]

    def somebody(self, *, is_in: bool) -> Person:
        """Somebody who is in the room as far as is known, or who is not; or else anybody."""
        others = [each for each in self.people if each not in (self.me, self.host)]
        found = [each for each in others if (member(each.id) in self.facts) == is_in]
        return self.random.choice(found or others)


@dataclass(frozen=True)
class Request:
    """One of the JSON API; its path is below that of the room, or the administrators' own."""

    name: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    is_admins: bool = False

    def path_of(self, room: int) -> str:
        return f"/api/{'admin/' if self.is_admins else ''}rooms/{room}{self.path}"


def rename(scene: Scene) -> Request:
    return Request("renamed", "PATCH", "", {"name": f"Room {scene.me.username} {scene.number}"})


def let_in(scene: Scene) -> Request:
    """Whoever has left before is invited."""
    who = scene.somebody(is_in=False)
    return Request("let in", "POST", "/members", {"username": who.username})


def accept(_: Scene) -> Request:
    """Whoever was not invited is told that there is no such room."""
    return Request("accepted", "POST", "/accept")


def leave(scene: Scene) -> Request:
    who = scene.somebody(is_in=True) if scene.me is scene.host else scene.me
    return Request("left", "DELETE", f"/members/{who.id}")


def remove(scene: Scene) -> Request:
    return Request("removed", "DELETE", f"/members/{scene.somebody(is_in=True).id}")


def ban(scene: Scene) -> Request:
    """Mostly for some seconds."""
    who, ends = scene.somebody(is_in=True), datetime.now(UTC) + BANNED
    until = None if scene.random.random() < SELDOM else ends.isoformat()
    return Request("banned", "PUT", f"/bans/{who.id}", {"until": until})


def lift_ban(scene: Scene) -> Request:
    return Request("ban lifted", "DELETE", f"/bans/{scene.somebody(is_in=False).id}")


def set_role(scene: Scene) -> Request:
    who, role = scene.random.choice(scene.people), scene.random.choice(("owner", "member"))
    return Request("role", "PATCH", f"/members/{who.id}", {"role": role})


def set_rules(scene: Scene) -> Request:
    """Now and then something is not allowed to all, and soon it is again; or newcomers see another
    part of the room.
    """
    slow, writers, newcomers_see, _ = scene.facts[RULES]
    body: dict[str, Any]
    if slow:
        body = {"slow_seconds": 0}
    elif writers == "owners":
        body = {"writers": "members"}
    else:
        seen = {"newcomers_see": "all" if newcomers_see != "all" else "from_joining"}
        body = scene.random.choice(({"slow_seconds": 1}, {"writers": "owners"}, seen, seen))
    return Request("rules", "PATCH", "", body)


def remove_messages(scene: Scene) -> Request:
    """All of one person, who may have left."""
    who = scene.random.choice(scene.people)
    return Request("messages removed", "POST", f"/members/{who.id}/messages/remove", {})


def archive(scene: Scene) -> Request:
    """Or take it out of the archive."""
    body = {"is_archived": IS_ARCHIVED not in scene.facts}
    return Request("archived", "PATCH", "", body, is_admins=True)


Action = Callable[[Scene], Request]
# How often owners do what, and others.
OWNERS: dict[Action, int] = {
    rename: 6,
    let_in: 8,
    remove: 1,
    ban: 3,
    lift_ban: 4,
    leave: 1,
    set_role: 5,
    set_rules: 3,
    remove_messages: 1,
    archive: 1,
}
MEMBERS: dict[Action, int] = {
    rename: 1,
    let_in: 6,
    remove: 1,
    ban: 1,
    leave: 1,
    set_role: 1,
    accept: 1,
    set_rules: 1,
    remove_messages: 1,
    archive: 1,
}
OPEN = (0, "members")  # The rules of a room in which everybody writes as often as they like.


def choose(scene: Scene) -> Request:
    """Something to do; now and then what is not allowed."""
    is_owner = scene.facts.get(member(scene.me.id)) == "owner"
    if IS_ARCHIVED in scene.facts and scene.me is scene.host and scene.random.random() < OFTEN:
        return archive(scene)
    if is_owner and scene.facts[RULES][:2] != OPEN and scene.random.random() < OFTEN:
        return set_rules(scene)
    actions = OWNERS if is_owner else MEMBERS
    (action,) = scene.random.choices(list(actions), list(actions.values()))
    return action(scene)
