"""The page of one message: all that can be done with it, by forms, without JavaScript."""

import httpx
from playwright.async_api import expect

from tests.pages.test_message_details import delete, edit
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


async def test_all_of_it_by_forms(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "teh soup")
    await boris.http.post(f"/rooms/{room_id}/read")
    window = await tab(shared_server, java_script_enabled=False, locale="en")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto(f"/rooms/{room_id}/")
    more = page.locator("#m1 .message-more")

    await more.click()
    await page.get_by_label("Your text").fill("the soup")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#m1 .text")).to_have_text("the soup")
    await page.locator("#m1 .edited").click()
    await expect(page.locator(".versions li")).to_contain_text(["teh soup"])

    await page.get_by_role("button", name="👍").click()
    reaction = page.locator("#m1 .reaction")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await reaction.click()
    await expect(reaction).to_have_count(0)
    await more.click()
    await page.get_by_label("Another emoji").fill("🥣")
    await page.get_by_role("button", name="React", exact=True).click()
    await expect(reaction).to_contain_text("🥣")

    await more.click()
    await expect(page.locator(".reacted")).to_contain_text(anna.username)
    await page.get_by_role("button", name="Pin").click()
    await expect(page.locator("#m1 .pin-mark")).to_be_visible()
    await more.click()
    await page.get_by_role("button", name="Unpin").click()
    await expect(page.locator("#m1 .pin-mark")).to_have_count(0)

    await more.click()
    await page.get_by_role("link", name="Reply").click()
    await expect(page.locator("#composer-context")).to_contain_text(f"Reply to {anna.username}")
    await guest.composer.fill("with bread")
    await page.locator(".send").click()
    await expect(page.locator("#m2 .quote")).to_contain_text("the soup")
    await page.locator("#m2 .quote").click()
    await expect(page.locator("#m1")).to_be_in_viewport()

    await more.click()
    await page.get_by_role("button", name="Delete the message").click()
    await expect(page.locator("#m1 .text")).to_have_text("Message deleted")
    await expect(page.locator("#m2 .quote-text")).to_have_text("Message deleted")


async def test_an_edit_that_is_refused_loses_no_text(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    window = await tab(shared_server, java_script_enabled=False, locale="en")
    window.allow("409|410")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto(f"/rooms/{room_id}/messages/1")
    await edit(anna, room_id, 1, "two")
    await page.get_by_label("Your text").fill("three")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".form-error")).to_contain_text("edited elsewhere")
    await expect(page.locator("q")).to_have_text("two")
    await expect(page.get_by_label("Your text")).to_have_value("three")
    # Whoever has seen the other text may write over it.
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#m1 .text")).to_have_text("three")
    await page.goto(f"/rooms/{room_id}/messages/1")
    await delete(anna, room_id, 1)
    await page.get_by_label("Your text").fill("four")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".form-error")).to_contain_text("was deleted")
    await expect(page.get_by_label("Your text")).to_have_value("four")


async def test_who_may_do_what(person: MakePerson) -> None:
    anna, boris, eve = [await person(name) for name in ("anna", "boris", "eve")]
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "mine")
    path = f"/rooms/{room_id}/messages/1"
    page = (await boris.http.get(path)).text
    assert f"{path}/edit" not in page
    assert f"{path}/delete" not in page
    assert (await boris.http.post(f"{path}/delete")).status_code == httpx.codes.FORBIDDEN
    assert (await boris.http.post(f"{path}/edit", data={"message": "x"})).status_code == 403
    assert (await boris.http.post(f"{path}/react", data={"on": "no"})).status_code == 422
    assert (await eve.http.get(path)).status_code == httpx.codes.FORBIDDEN
    assert (await anna.http.get(f"/rooms/{room_id}/messages/9")).status_code == 404
    await boris.post(room_id, "yours")
    assert (
        f"/rooms/{room_id}/messages/2/delete"
        in (await anna.http.get(f"/rooms/{room_id}/messages/2")).text
    )


async def test_earlier_versions_can_be_erased(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "a secret")
    await edit(anna, room_id, 1, "nothing")
    path = f"/rooms/{room_id}/messages/1"
    assert "a secret" in (await boris.http.get(path)).text
    refused = await boris.http.post(f"{path}/versions/erase")
    assert refused.status_code == httpx.codes.FORBIDDEN
    await anna.http.post(f"{path}/versions/erase")
    assert "a secret" not in (await boris.http.get(path)).text


async def test_axe_finds_nothing(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    await edit(anna, room_id, 1, "two")
    for scheme in ("light", "dark"):
        guest = await Guest.of(await tab(shared_server, locale="en", color_scheme=scheme), anna)
        await guest.page.goto(f"/rooms/{room_id}/messages/1")
        assert await barriers(guest.page) == []
