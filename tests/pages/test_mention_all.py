"""@all is asked about before it notifies so many; online and offline."""

import httpx
from playwright.async_api import Locator, expect

from tests.pages.test_message_editing import at_work, go_offline, go_online, stored
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


def question(guest: Guest) -> Locator:
    return guest.page.locator("#sure-all")


async def test_all_are_notified_after_a_question(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.say("soup for @all.")
    await expect(question(guest)).to_have_accessible_name("Notify 2 people?")
    await expect(question(guest)).to_have_accessible_description(
        "@all notifies everybody in this room."
    )
    await expect(question(guest).get_by_role("button", name="Cancel")).to_be_focused()
    assert await barriers(guest.page) == []
    # Escape gives the text back.
    await guest.page.keyboard.press("Escape")
    await expect(question(guest)).to_be_hidden()
    await expect(guest.composer).to_be_focused()
    await expect(guest.composer).to_have_value("soup for @all.")
    assert await stored(anna, room_id) == []

    # Without a network it is asked too, and sent later.
    await go_offline(guest)
    await guest.composer.press("Enter")
    await question(guest).get_by_role("button", name="Send").click()
    await expect(guest.composer).to_have_value("")
    await expect(guest.message("soup for @all.")).to_have_attribute("data-state", "pending")
    await go_online(guest)
    await guest.sees("soup for @all.")
    chip = guest.page.locator("#m1 .mention")
    await expect(chip).to_have_text("@all")
    await expect(chip).to_have_attribute("title", "Everybody in the room")

    # In code, and as the beginning of a name, it is nobody; who was notified is not asked about.
    for text in ("`@all`", "@allison", "mail@all"):
        await guest.say(text)
        await expect(guest.messages.last).to_contain_text(text.strip("`"))
    await guest.say("@all: come")
    await question(guest).get_by_role("button", name="Send").click()
    await guest.sees("@all: come")
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("@all: come")
    await guest.say("@all: come now")
    await guest.sees("@all: come now")
    await expect(question(guest)).to_be_hidden()


async def test_in_a_large_room_only_owners_notify_all(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    others = [await person("somebody") for _ in range(19)]
    room_id = await anna.create_room(boris, *others)
    guest = await at_work(tab, boris, shared_server, room_id)
    await guest.composer.press_sequentially("@al")
    await expect(guest.page.locator("#composer [role=option]")).to_have_count(0)
    await guest.say("hello @all")
    await guest.sees("hello @all")
    await expect(guest.page.locator("#toast")).to_have_text(
        "Nobody was notified: among more than 20 people only owners may use @all"
    )
    await expect(guest.page.locator("#m1 .mention")).to_have_count(0)
    # The form says so beforehand.
    boris.http.headers["Accept-Language"] = "en"
    form = {"message": "hello @all", "client_id": "form"}
    asked = await boris.http.post(f"/rooms/{room_id}/", data=form)
    assert "Nobody will be notified: among more than 20 people" in asked.text
    owner = await at_work(tab, anna, shared_server, room_id)
    await owner.say("hello @all of you")
    await expect(question(owner).get_by_role("heading")).to_have_text("Notify 20 people?")


async def test_the_form_asks_too(person: MakePerson) -> None:
    """Without scripts: the text is kept, sent or not, and is sent once."""
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    anna.http.headers["Accept-Language"] = "en"
    texts: list[str] = []
    for page, text in (
        (f"/rooms/{room_id}/", "soup"),
        (f"/rooms/{room_id}/messages/1/thread", "more"),
    ):
        form = {"message": f"{text}\r\nfor @all", "client_id": text}
        asked = await anna.http.post(page, data=form)
        assert asked.status_code == httpx.codes.OK
        assert "Notify 2 people?" in asked.text
        assert f"\n{text}\r\nfor @all</textarea>" in asked.text
        kept = await anna.http.post(page, data={**form, "sure": "no"})
        assert f"\n{text}\r\nfor @all</textarea>" in kept.text
        assert await stored(anna, room_id) == texts
        for _ in range(2):
            sent = await anna.http.post(page, data={**form, "sure": "yes"})
            assert sent.status_code == httpx.codes.SEE_OTHER
        texts.append(f"{text}\nfor @all")
    # In code it is nobody, and to one person all is written.
    code = await anna.http.post(
        f"/rooms/{room_id}/", data={"message": "`@all`", "client_id": "code"}
    )
    assert code.status_code == httpx.codes.SEE_OTHER
    direct = await anna.direct(boris)
    told = await anna.http.post(
        f"/rooms/{direct}/", data={"message": "@all", "client_id": "direct"}
    )
    assert told.status_code == httpx.codes.SEE_OTHER
