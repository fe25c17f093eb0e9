"""A room, and everybody who may be asked for what they may do in it."""

from dataclasses import dataclass

import httpx

from services.policy import Who
from tests.support.person import PASSWORD, Person
from tests.support.server import Server

# Whoever is tried, with what they are; who may do more comes later.
ROLES: dict[str, set[Who]] = {
    "anonymous": set(),
    "disabled": set(),
    "stranger": set(),
    "admin": {Who.ADMIN},
    "left": set(),
    "banned": set(),
    "reader": {Who.MEMBER, Who.OWNER},  # The owner's program, whose token is good for reading.
    "newcomer": {Who.MEMBER},  # Who sees nothing of what was said before they came.
    "member": {Who.MEMBER},
    "author": {Who.MEMBER, Who.AUTHOR},
    "owner": {Who.MEMBER, Who.OWNER},
}
ASKERS = ("asker1", "asker2", "asker3", "asker4")
INSIDE = ("member", "author", "left", "banned", "disabled", "victim", "victim2")
OTHERS = ("spare1", "spare2", *ASKERS)
ROOMS = ("routes", "last", "doors", "frames")
# In the order of coming: the first account is the administrator's.
NAMES = ("admin", "owner", *INSIDE, "stranger", "newcomer", *OTHERS)


@dataclass
class Scene:
    """Rooms by what is tried in them, in each a message of the author's, in the first one
    reported; and those who are to be let in, removed or answered there.
    """

    people: dict[str, Person]
    rooms: dict[str, int]

    async def close(self) -> None:
        """Everybody goes."""
        for each in self.people.values():
            await each.close()


async def done(person: Person, method: str, path: str, body: dict[str, object] | None) -> None:
    """What has to succeed."""
    answer = await person.http.request(method, path, json=body)
    assert answer.is_success, (method, path, answer.text)


async def set_scene(place: Server) -> Scene:
    """On a server with an empty database."""
    people = {name: await Person.join(place, name) for name in NAMES}
    owner, author = people["owner"], people["author"]
    inside = [people[name] for name in INSIDE]
    rooms = {name: await owner.create_room(*inside) for name in ROOMS}
    for room in rooms.values():
        await author.post(room, "mine")
        await come_and_go(people, f"/api/rooms/{room}")
    path = f"/api/rooms/{rooms['routes']}"
    for name in ASKERS:
        await done(people[name], "POST", f"{path}/requests", {})
    await done(people["victim"], "POST", f"{path}/messages/1/report", {"category": "spam"})
    await done(people["victim2"], "POST", f"{path}/messages/1/report", {"category": "spam"})
    disabled = f"/api/admin/people/{people['disabled'].id}"
    await done(people["admin"], "PATCH", disabled, {"state": "disabled"})
    people |= {"anonymous": Person(place), "reader": await program(owner, "read")}
    return Scene(people, rooms)


async def come_and_go(people: dict[str, Person], path: str) -> None:
    """Somebody comes who does not see what was said, somebody leaves, and somebody is banned."""
    owner, left, banned = people["owner"], people["left"], people["banned"]
    rules: dict[str, object] = {"newcomers_see": "from_joining", "visibility": "public"}
    await done(owner, "PATCH", path, rules)
    await done(people["newcomer"], "POST", f"{path}/join", None)
    await done(left, "DELETE", f"{path}/members/{left.id}", None)
    await done(owner, "PUT", f"{path}/bans/{banned.id}", {"reason": "noise"})
    await done(owner, "PATCH", path, {"visibility": "private"})


async def program(person: Person, *scopes: str) -> Person:
    """A program of the person's, with a token that is good for this."""
    body = {"name": "bot", "scopes": scopes, "password": PASSWORD}
    answer = await person.http.post("/api/tokens", json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    bot = Person(person.server)
    bot.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    bot.id, bot.username = person.id, person.username
    return bot
