"""Searches of who means harm: for what they are not to see, and for what costs much."""

import asyncio

from tests.api.test_search import numbers, search
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.server import Server

LONG = {
    "one word": "ы" * 4_000,
    "many words": " ".join(f"w{number}" for number in range(650)),
    "seams of camelCase": "aB" * 2_000,
    "one sign": "東" * 4_000,
    "quotes": '"' * 4_000,
    "minuses": "-" * 4_000,
    "excluded words": " ".join(f"-w{number}" for number in range(600)),
    "operators": "from:me " * 500,
    "syntax": 'NEAR("a" b) ^ AND OR NOT ( * : {terms} ' * 100,
    "accents": "e" + "\u0301" * 3_999,
    "patterns": "(a+)+$ " * 500,
}


async def test_searches_count_as_searches(limited: Server, person: MakePerson) -> None:
    eve, bob = await person("eve", on=limited), await person("bob", on=limited)
    for path in ("/api/search?q=zz", "/search/?q=zz"):
        answers = await asyncio.gather(*(eve.http.get(path) for _ in range(150)))
        assert 429 in [answer.status_code for answer in answers]
    assert (await bob.http.get("/api/search?q=zz")).status_code == 200


async def test_long_searches_are_answered(each_server: Server, person: MakePerson) -> None:
    anna = await person("anna", on=each_server)
    room = await anna.create_room()
    for text in (*LONG.values(), "plum"):
        await anna.post(room, text)
    for what, text in LONG.items():
        found = await search(anna, text)
        said = [each["message"] for each in found["messages"]]
        # What only excludes, or says by whom, finds the others.
        assert ("plum" in said) == text.startswith(("-", "from:")), what
    assert (await anna.http.get("/search/", params={"q": LONG["syntax"]})).is_success
    assert await numbers(anna, "plum") == [len(LONG) + 1]


async def test_nobody_finds_what_they_do_not_see(each_server: Server, person: MakePerson) -> None:
    anna, boris, eve = [await person(name, on=each_server) for name in ("anna", "boris", "eve")]
    room = await anna.create_room(eve)
    await anna.post(room, "plum of the room")
    secret = await anna.create_room(boris)
    await anna.post(secret, "plum of another room")
    letter = await anna.direct(boris)
    await anna.post(letter, "plum of two")
    request = await anna.direct(eve, accepted=False)
    await anna.post(request, "plum of a request")
    assert await texts(eve) == ["plum of the room"]
    for place in (secret, letter):
        path = f"/api/search?q=plum&room={place}"
        assert (await eve.http.get(path)).json()["code"] == "not_a_member"
        assert (await eve.http.get(f"/search/?q=plum&room={place}")).status_code == 403
        found = await eve.http.get(f"/api/search?q=plum+in:{place}")
        assert found.json()["code"] == "bad_search"
    assert (await anna.http.put(f"/api/rooms/{room}/bans/{eve.id}", json={})).is_success
    assert await texts(eve) == []
    assert "plum" not in (await eve.http.get("/search/?q=room")).text
    assert len(await texts(anna)) == 4


async def texts(somebody: Person) -> list[str]:
    """What they find."""
    return [each["message"] for each in (await search(somebody, "plum"))["messages"]]
