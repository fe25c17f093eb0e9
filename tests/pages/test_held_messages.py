"""What a new account writes waits: on its page it says so, and an owner lets it through or not."""

from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LINKS = [f"see https://example.com/{number}" for number in range(1, 7)]
WAITS = "This message waits until an owner of the room lets it through"


async def test_it_waits_is_let_through_taken_back_or_rejected(
    server: StartServer, person: MakePerson, tab: OpenTab
) -> None:
    node = await server()
    olga, anna = await person("olga", on=node), await person("anna", on=node)
    room_id = await olga.create_room(anna)
    await olga.http.patch("/api/admin/settings", json={"limits_new_accounts": True})
    for text in LINKS[:3]:
        await anna.post(room_id, text)
    author = await Guest.of(await tab(node, locale="en", **PHONE), anna)
    owner = await Guest.of(await tab(node, locale="en"), olga)
    await author.enter(room_id)
    for text in LINKS[3:]:
        await author.composer.fill(text)
        await author.page.get_by_role("button", name="Send", exact=True).tap()
        await expect(author.message(text).locator(".failure-text")).to_have_text(WAITS)
    await expect(author.page.locator("#news p")).to_have_text([LINKS[5], WAITS])
    first, second, third = LINKS[3:]
    # It leaves the page at once, and the queue when the server has heard of it.
    async with author.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await author.message(second).get_by_role("button", name="Take back").tap()
    await expect(author.message(second)).to_have_count(0)
    await owner.page.goto(f"/rooms/{room_id}/held/")
    cards = owner.page.locator("[data-held-id]")
    await expect(cards).to_have_count(2)
    await cards.filter(has_text=first).get_by_role("button", name="Let it through").click()
    await expect(owner.page.get_by_role("status")).to_have_text("The message is posted")
    await expect(author.message(first)).to_have_attribute("data-state", "sent")
    await cards.get_by_label("Reason").fill("no advertising")
    await cards.get_by_role("button", name="Reject").click()
    await expect(cards).to_have_count(0)
    await author.page.goto("/rooms/")
    await expect(author.page.get_by_text("no advertising")).to_be_visible()
    await author.enter(room_id)
    await author.message(third).get_by_role("button", name="Take back").tap()
    await expect(author.composer).to_have_value(f"{second}\n{third}")
    assert len(await olga.messages(room_id)) == 4
