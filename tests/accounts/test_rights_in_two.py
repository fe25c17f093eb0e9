"""All routes of a conversation of two, of which nobody is the owner, tried by both."""

import re

from services.policy import RIGHTS, Right, Who
from tests.accounts.test_rights import result
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.route_rights import CHANGES, PAGE, READS, Asked, Found

ROUTES: dict[tuple[str, str], Asked] = {("GET", rule): each for rule, each in READS.items()}
ROUTES |= CHANGES
FORBIDDEN: Found = (403, "forbidden")
# A form that is refused comes back with a sentence, and no code.
SENTENCE: Found = (403, "")
OTHERS = {("POST", f"{PAGE}/members"): SENTENCE}


async def ask(who: Person, other: Person, room: int, route: tuple[str, str]) -> Found:
    """Request the route, of the room, its first message and the other one."""
    method, rule = route
    values: dict[str, object] = {"room_id": room, "message_id": 1, "user_id": other.id}
    values |= {
        "link_id": 1,
        "report_id": 1,
        "held_id": 1,
        "file_id": 1,
        "client_id": "a",
        "emoji": "👍",
    }
    path = re.sub(r"<(?:int:)?(\w+)>", lambda found: str(values[found[1]]), rule)
    sent = {
        name: other.username if str(value).startswith("$") else value
        for name, value in ROUTES[route].sent.items()
    }
    if rule.startswith("/api/"):
        return result(await who.http.request(method, path, json=sent or None))
    return result(await who.http.request(method, path, data=sent))


def expected(route: tuple[str, str], role: str) -> Found:
    """What the tables say: owners have rights, and here is none; nobody else comes in."""
    method, rule = route
    asked = ROUTES[route]
    whose = RIGHTS[asked.right]
    if asked.right == Right.LET_IN or whose == {Who.OWNER}:
        return OTHERS.get(route, FORBIDDEN)
    if role in asked.others:
        return asked.others[role]
    if Who.MEMBER in whose or role == "author":
        return asked.answer(method, rule)
    return 403, "not_author"


async def test_every_route_knows_that_nobody_is_the_owner(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.direct(boris)
    await anna.post(room, "mine")
    wrong = []
    for route in ROUTES:
        for role, who, other in (("author", anna, boris), ("member", boris, anna)):
            if (found := await ask(who, other, room, route)) != expected(route, role):
                wrong.append(f"{route} by the {role}: {found}, and not {expected(route, role)}")
    assert not wrong, "\n".join(wrong)
