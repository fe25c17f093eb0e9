"""Names and emoji that are offered while one writes: by keyboard, by mouse, by touch, by ear."""

from playwright.async_api import Locator, expect

from tests.pages.test_message_editing import at_work, open_menu
from tests.pages.test_message_menu import item
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def options(guest: Guest) -> Locator:
    return guest.page.locator("#composer [role=option]")


def status(guest: Guest) -> Locator:
    """What is read out about the list."""
    return guest.page.locator("#suggestions-status")


async def test_members_are_offered_by_keyboard(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    await vera.http.patch("/api/profile", json={"display_name": "Алёна Бор"})
    room_id = await anna.create_room(boris, vera)
    await vera.post(room_id, "one")
    await boris.post(room_id, "two")
    guest = await at_work(tab, anna, shared_server, room_id)
    composer, keyboard = guest.composer, guest.page.keyboard
    loaded = "performance.getEntriesByType('resource').some(each => /completion/.test(each.name))"
    await composer.press_sequentially("mail to x@b.org")
    assert not await guest.page.evaluate(f"{loaded} && !!document.querySelector('[role=option]')")
    await composer.fill("")

    # Who spoke last comes first, then all; one is chosen from the start.
    await composer.press_sequentially("hi @")
    await expect(options(guest).locator("bdi")).to_have_text(
        [boris.username, "Алёна Бор", f"@{vera.username}", "@all", "Everybody in the room"]
    )
    await expect(status(guest)).to_have_text("3 suggestions")
    chosen = guest.page.locator("#composer [aria-selected=true]")
    await expect(chosen).to_contain_text(boris.username)
    await expect(composer).to_have_attribute("aria-activedescendant", "composer-suggestions-0")
    await expect(composer).to_have_attribute("aria-controls", "composer-suggestions")
    await expect(guest.page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    await expect(chosen).to_have_accessible_name(boris.username)
    assert await barriers(guest.page) == []
    await keyboard.press("ArrowUp")
    await expect(chosen).to_have_accessible_name("@all Everybody in the room")
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowDown")
    await expect(chosen).to_have_accessible_name(f"Алёна Бор @{vera.username}")
    # An input method that composes has its keys for itself.
    keys = {"key": "Enter", "bubbles": True, "cancelable": True, "isComposing": True}
    await composer.dispatch_event("keydown", keys)
    await expect(options(guest)).to_have_count(3)
    await keyboard.press("Enter")
    await expect(composer).to_have_value(f"hi @{vera.username} ")
    await expect(options(guest)).to_have_count(0)
    await expect(status(guest)).to_have_text("")
    await expect(composer).not_to_have_attribute("aria-activedescendant", "composer-suggestions-1")
    # It can be taken back like what is typed.
    await keyboard.press("Control+z")
    await expect(composer).to_have_value("hi @")


async def test_names_are_offered_within_a_text(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, vera, stranger = [await person(name) for name in ("anna", "vera", "stranger")]
    await vera.http.patch("/api/profile", json={"display_name": "Алёна Бор"})
    room_id = await anna.create_room(vera)
    guest = await at_work(tab, anna, shared_server, room_id)
    composer, keyboard = guest.composer, guest.page.keyboard
    # By the words of the name that is shown, whichever е they are typed with; with text behind.
    await composer.press_sequentially("see , please")
    for _ in range(len(", please")):
        await keyboard.press("ArrowLeft")
    await composer.press_sequentially("@але")
    await expect(options(guest)).to_have_count(1)
    await expect(status(guest)).to_have_text("1 suggestion")
    await keyboard.press("Tab")
    await expect(composer).to_have_value(f"see @{vera.username}, please")
    await expect(composer).to_be_focused()

    # Nobody else is offered, and nothing breaks.
    await composer.fill("")
    await composer.press_sequentially(f"@{stranger.username}")
    await expect(options(guest)).to_have_count(0)
    await composer.press("Enter")
    await guest.sees(f"@{stranger.username}")
    await expect(guest.page.locator("#messages .mention")).to_have_count(0)
    # Not in code either.
    await composer.press_sequentially("`@b")
    await composer.press_sequentially("`")
    await keyboard.press("ArrowLeft")
    await expect(options(guest)).to_have_count(0)


async def test_escape_closes_the_list_alone(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "for whom?")
    guest = await at_work(tab, anna, shared_server, room_id)
    composer, bar = guest.composer, guest.page.locator("#composer-context")
    await open_menu(guest, "for whom?")
    await item(guest, "Edit").click()
    await expect(composer).to_have_value("for whom?")
    await composer.press("End")
    await composer.press_sequentially(" @bo")
    await expect(options(guest)).to_have_count(1)
    await composer.press("Escape")
    await expect(options(guest)).to_have_count(0)
    await expect(bar).to_be_visible()
    # It stays away for this word, and is there for the next one.
    await composer.press_sequentially("r")
    await expect(options(guest)).to_have_count(0)
    await composer.press_sequentially("is or @b")
    await options(guest).click()
    await expect(composer).to_have_value(f"for whom? @boris or @{boris.username} ")
    await expect(composer).to_be_focused()
    await composer.press("Enter")
    await guest.sees(f"for whom? @boris or @{boris.username}")
    await expect(guest.page.locator("#m1 .mention")).to_have_text(f"@{boris.username}")
    # The list goes with the focus.
    await composer.press_sequentially("@b")
    await expect(options(guest)).to_have_count(1)
    await guest.page.locator("#title").evaluate("each => each.focus()")
    await expect(options(guest)).to_have_count(0)


async def test_a_touch_chooses(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, locale="ru", **PHONE), anna)
    await guest.enter(room_id)
    await guest.composer.tap()
    await guest.composer.press_sequentially("@")
    await expect(options(guest)).to_have_count(2)
    await expect(status(guest)).to_have_text("2 подсказки")
    await expect(options(guest).nth(1)).to_have_accessible_name("@all Все в комнате")
    assert await barriers(guest.page) == []
    await options(guest).first.tap()
    await expect(guest.composer).to_have_value(f"@{boris.username} ")
    await expect(guest.composer).to_be_focused()
    await guest.composer.press_sequentially("@все")
    await expect(options(guest)).to_have_count(1)


async def test_emoji_are_offered_by_their_names(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await at_work(tab, anna, shared_server, await anna.create_room())
    composer = guest.composer
    # From the second letter on.
    await composer.press_sequentially(":s")
    await expect(options(guest)).to_have_count(0)
    await composer.press_sequentially("mi")
    await expect(options(guest).first).to_contain_text("😄")
    await expect(options(guest).first).to_have_accessible_name(
        "grinning face with smiling eyes :smile:"
    )
    await expect(status(guest)).to_have_text("6 suggestions")
    assert await barriers(guest.page) == []
    await composer.press("Enter")
    await expect(composer).to_have_value("😄 ")
    # Before a punctuation mark nothing stands between.
    await composer.fill("!")
    await composer.press("Home")
    await composer.press_sequentially(":smi")
    await expect(options(guest)).to_have_count(6)
    await composer.press("Enter")
    await expect(composer).to_have_value("😄!")
    for typed, written in (
        (":smile:", "😄"),
        (":+1:", "👍"),
        (":heart: x", "❤️ x"),
        ("(:tada:", "(🎉"),
        (":ёж:", "🦔"),
        (":no_such_thing:", ":no_such_thing:"),
        ("10:30:", "10:30:"),
    ):
        await composer.fill("")
        await composer.press_sequentially(typed)
        await expect(composer).to_have_value(written)
    # Taken back it stays as it was typed.
    await composer.fill("")
    await composer.press_sequentially(":smile:")
    await composer.press("Control+z")
    await expect(composer).to_have_value(":smile:")
    for typed in ("at 10:30", "http://smile", "std::smile", "`:smile", "::smile"):
        await composer.fill("")
        await composer.press_sequentially(typed)
        await composer.press_sequentially("s")
        await expect(composer).to_have_value(f"{typed}s")
        await expect(options(guest)).to_have_count(0)
    # In Russian as well, and with е for ё.
    await composer.fill("")
    await composer.press_sequentially(":еж")
    await expect(options(guest).first).to_contain_text("🦔")
    await composer.press("Tab")
    await expect(composer).to_have_value("🦔 ")
