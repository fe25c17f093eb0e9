"""The files of a room: a list in the API, and a page by month."""

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.uploading import posted, upload


async def test_list(person: MakePerson, each_server: Server) -> None:
    two = await talk(person, each_server)
    path = f"/api/rooms/{two.room}/files"
    names = ["one.png", "two.png", "three.png"]
    files = [await upload(two.alice, two.room, name=name) for name in names]
    assert (await two.bob.http.get(path)).json() == {"files": [], "cursor": None}
    await posted(two.alice, two.room, files[0], text="first")
    await posted(two.alice, two.room, *files[1:])
    page = (await two.bob.http.get(path, params={"limit": 2})).json()
    assert [each["name"] for each in page["files"]] == ["three.png", "two.png"]
    latest = page["files"][0]
    assert {**files[2], **latest} == latest
    assert (latest["message_id"], latest["user_id"]) == (2, two.alice.id)
    before = {"before": page["cursor"], "limit": 2}
    earlier = (await two.bob.http.get(path, params=before)).json()
    assert [each["name"] for each in earlier["files"]] == ["one.png"]
    assert earlier["cursor"] is None
    for limit in (0, 101):
        refused = await two.bob.http.get(path, params={"limit": limit})
        assert refused.json()["code"] == "bad_request"
    await two.alice.http.delete(f"/api/rooms/{two.room}/messages/2")
    left = (await two.bob.http.get(path)).json()["files"]
    assert [each["name"] for each in left] == ["one.png"]


async def test_newcomers_see_theirs(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    made = {"name": "Kitchen", "newcomers_see": "from_joining"}
    room = (await anna.http.post("/api/rooms", json=made)).json()["id"]
    await posted(anna, room, await upload(anna, room, name="before.png"))
    await anna.http.post(f"/api/rooms/{room}/members", json={"username": boris.username})
    await posted(anna, room, await upload(anna, room, name="after.png"))
    found = (await boris.http.get(f"/api/rooms/{room}/files")).json()["files"]
    assert [each["name"] for each in found] == ["after.png"]


async def test_page(person: MakePerson, shared_server: Server, tab: OpenTab) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    old = await upload(anna, room, name="old.png", alt="An old plan")
    await posted(anna, room, old)
    await posted(anna, room, await upload(anna, room, b"%PDF-1.4 ", "new.pdf"))
    page = (await Guest.of(await tab(shared_server), anna)).page
    await page.goto(f"/rooms/{room}/files/new")
    await page.get_by_role("link", name="Files of the room").click()
    assert await page.locator("h2").count() == 1
    assert await page.get_by_role("img", name="An old plan").is_visible()
    assert not await barriers(page)
    await page.locator("a[href$='?at=1']").click()
    await page.wait_for_url(f"**/rooms/{room}/?at=1")
    # From the room itself, and where one searches in it.
    await page.locator("#people").get_by_role("button", name="Files").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    assert page.url.partition("?")[0].endswith(f"/rooms/{room}/files")
    await page.goto(f"/search/?room={room}")
    await page.get_by_role("link", name="Files of the room").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Files")
