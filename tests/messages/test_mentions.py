"""Who is mentioned by a text, and who is told of it."""

import pytest

from models.membership import Membership
from models.mentioned_names import NAMES_MAX, names_in
from models.message_commands import ALL_MEMBERS_MAX
from models.message_details import Mention
from tests.support.commands import edit as edit_command
from tests.support.commands import posted, run
from tests.support.doing import edit, told
from tests.support.factories import MakePerson
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob", ["bob"]),
        ("hello @bob, and (@eve)!", ["bob", "eve"]),
        ("@Bob @BOB", ["bob"]),
        ("@ЮЛЯ", ["юля"]),
        ("«@bob»", ["bob"]),
        ("**@bob** _@eve_ ~~@dan~~", ["bob", "eve_", "eve", "dan"]),
        ("see @bob.", ["bob.", "bob"]),
        ("@j.doe-", ["j.doe-", "j.doe"]),
        ("mail bob@example.org", []),
        ("http://site/@bob", ["bob"]),
        ("`@bob`", []),
        ("```\n@bob\n```", []),
        ("```\n@bob", []),
        ("@", []),
        ("@@bob", ["bob"]),
        ("@ bob", []),
        ("@all", ["all"]),
    ],
)
def test_names_in_a_text(text: str, names: list[str]) -> None:
    assert list(names_in(text)) == names


async def test_members_are_mentioned_and_others_are_not(two: Talk, person: MakePerson) -> None:
    eve = await person("eve")
    bob, alice = two.bob, two.alice
    await two.a.say(f"@{bob.username.upper()} @{eve.username} @{alice.username}, @{bob.username}.")
    frame = await told(two, "chat_message")
    assert sorted(frame["mentions"]) == sorted([bob.id, alice.id])
    assert "mentions_all" not in frame
    await two.a.say("nobody")
    assert "mentions" not in await told(two, "chat_message")


async def test_mention_of_all(two: Talk) -> None:
    for text, ids in (("@all", None), (f"@all @{two.bob.username}", [two.bob.id])):
        await two.b.say(text)
        frame = await told(two, "chat_message")
        assert (frame["mentions_all"], frame.get("mentions")) == (True, ids)
    await edit(two.b, "nobody", 2)
    frame = await told(two, "message_changed")
    assert not {"mentions", "mentions_all"} & frame.keys()


async def test_in_a_larger_room_owners_alone_mention_all(database_url: str) -> None:
    async with opened(database_url):
        users = await people(*(f"user{number}" for number in range(ALL_MEMBERS_MAX + 1)))
        owner, member, last = users[0], users[1], users[-1]
        room = await room_of(*users)
        for author, is_told in ((owner, True), (member, False)):
            (message,) = await posted(room, author, "@all")
            assert message.mentions == ((0,) if is_told else ())
            await run(edit_command(room, author, "hey @all", message.message_id))
            assert await Mention.filter(number=message.message_id).count() == is_told
        await Membership.filter(user_id=last.id).delete()
        (message,) = await posted(room, member, "@all")
        assert message.mentions == (0,)


async def test_edit_adds_and_takes_mentions(database_url: str) -> None:
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, alice, "@bob")

        async def kept() -> dict[int, tuple[int, bool]]:
            return {each.user_id: (each.change, each.is_edit) for each in await Mention.all()}

        assert await kept() == {bob.id: (1, False)}
        await run(edit_command(room, alice, "@bob @carol"))
        assert await kept() == {bob.id: (1, False), carol.id: (2, True)}
        await run(edit_command(room, alice, "@carol"))
        assert await kept() == {carol.id: (2, True)}
        await run(edit_command(room, alice, "@all"), edit_command(room, alice, "@all @bob"))
        assert await kept() == {0: (4, True), bob.id: (5, True)}
        await run(edit_command(room, alice, "x"), edit_command(room, alice, "@bob"))
        assert await kept() == {bob.id: (7, True)}
        await run(edit_command(room, alice, "@carol"), edit_command(room, alice, "x"))
        assert await kept() == {}


async def test_edit_leaves_the_mentions_of_who_has_left(database_url: str) -> None:
    """As long as they are in the text; nobody who is not there is mentioned anew."""
    async with opened(database_url):
        alice, bob, carol = await people("alice", "bob", "carol")
        room = await room_of(alice, bob, carol)
        await posted(room, alice, "@bob", "nobody")
        await Membership.filter(user_id=bob.id).delete()
        (posted_since,) = await posted(room, alice, "@bob")
        assert posted_since.mentions == ()
        await run(
            edit_command(room, alice, "hey @bob, @carol"), edit_command(room, alice, "@bob", 2)
        )
        found = {(each.number, each.user_id, each.change) for each in await Mention.all()}
        assert found == {(1, bob.id, 1), (1, carol.id, 4)}
        await run(edit_command(room, alice, "hey"))
        await run(edit_command(room, alice, "hey @bob"))
        assert await Mention.all() == []


async def test_names_of_one_text_are_bounded(database_url: str) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        many = " ".join(f"@n{number}" for number in range(NAMES_MAX - 1))
        (last, beyond) = await posted(room, alice, f"{many} @bob", f"{many} @x @bob")
        assert (last.mentions, beyond.mentions) == ((bob.id,), ())
