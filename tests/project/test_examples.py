"""The customer's two client programs work unchanged: two users each, in real Chromium, from a
site of their own.

The document connects to 127.0.0.1:8000. A rule in Chromium leads that address to the test's server.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Playwright, expect

from tests.support.browser import Tab, launch
from tests.support.examples import build, site
from tests.support.factories import MakePerson, StartServer
from tests.support.person import PASSWORD, Person
from tests.support.server import Server
from tests.support.waiting import eventually

DOCUMENTED = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
async def pages(folder: Path) -> Path:
    """The folder with the built pages."""
    built = folder / "examples"
    await build(built)
    return built


@pytest.fixture
def origin(pages: Path) -> Iterator[str]:
    """The origin that serves the pages: another one than Beseda's."""
    with site(pages) as served:
        yield served


@pytest.fixture
async def node(server: StartServer, origin: str) -> Server:
    """A server with a database of its own, because the example's room is always number 1."""
    return await server(ALLOWED_ORIGINS=origin)


@pytest.fixture
async def mapped(playwright: Playwright, node: Server) -> AsyncIterator[Browser]:
    """A Chromium for which the document's address is the test's server."""
    rule = f"--host-resolver-rules=MAP 127.0.0.1:8000 127.0.0.1:{node.port}"
    async with launch(playwright, rule) as chromium:
        yield chromium


class Visitor:
    """One user of a foreign front end: logs in by the JSON API from there, then opens a page."""

    def __init__(self, tab: Tab, person: Person) -> None:
        self.page = tab.page
        self.tab = tab
        self.person = person

    async def login(self) -> None:
        """Log in as JavaScript of another origin does: with CORS and credentials."""
        await self.page.goto("/blank.html")
        name = await self.page.evaluate(
            """async ([server, username, password]) => {
                const answer = await fetch(`${server}/api/session`, {
                    method: 'POST',
                    credentials: 'include',
                    headers: {'Content-Type': 'application/json'},
                    body: JSON.stringify({username, password}),
                });
                return (await answer.json()).username;
            }""",
            [DOCUMENTED, self.person.username, PASSWORD],
        )
        assert name == self.person.username

    async def called(self, function: str, **fields: Any) -> Any:
        """Wait until the example calls `function` with an object that has these fields; return
        it.
        """

        async def find() -> Any:
            calls = await self.page.evaluate("name => calls[name]", function)
            return next((c for c in calls if fields.items() <= c.items()), None)

        return await eventually(find, f"{function}({fields}) for {self.person.username}")


@pytest.fixture
async def two(
    mapped: Browser, node: Server, person: MakePerson, origin: str
) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """Anna and Boris, both members of room 1, each logged in in a window of their own."""
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    assert await anna.create_room(boris) == 1
    visitors = [Visitor(await Tab.open(mapped, origin), each) for each in (anna, boris)]
    for visitor in visitors:
        await visitor.login()
    yield visitors[0], visitors[1]
    for visitor in visitors:
        assert not visitor.tab.unexpected()
        await visitor.tab.context.close()


async def change_the_last_message(two: tuple[Visitor, Visitor]) -> None:
    """Do all that can be done to what was said last, of which these programs know nothing."""
    people = [visitor.person for visitor in two]
    (*_, last) = await people[0].messages(1)
    author, other = sorted(people, key=lambda each: each.id != last["user_id"])
    number = last["message_id"]
    message = f"/api/rooms/1/messages/{number}"
    for somebody, method, path in (
        (author, "PATCH", message),
        (other, "PUT", f"{message}/reactions/👍"),
        (other, "PUT", f"/api/rooms/1/pins/{number}"),
        (other, "DELETE", f"{message}/reactions/👍"),
        (author, "DELETE", message),
    ):
        body = {"message": "исправлено"} if method == "PATCH" else None
        answer = await somebody.http.request(method, path, json=body)
        assert answer.is_success, answer.text


async def test_plain_javascript_client(two: tuple[Visitor, Visitor]) -> None:
    anna, boris = two
    await anna.page.goto("/javascript.html")
    await anna.page.wait_for_function("websocket.readyState === WebSocket.OPEN")
    await boris.page.goto("/javascript.html")
    for here, there in ((anna, boris), (boris, anna)):
        name = there.person.username
        status = {"user_id": there.person.id, "is_online": True, "message": f"{name} в сети"}
        await here.called("updateUserStatus", username=name, **status)

    for here, there, text in ((anna, boris, "Привет! Как дела?"), (boris, anna, "Хорошо :)")):
        await here.page.evaluate("sendTypingIndicator(true)")
        name = here.person.username
        await there.called("showTypingIndicator", username=name, is_typing=True)
        await here.page.evaluate("text => sendMessage(text)", text)
        await here.page.evaluate("sendTypingIndicator(false)")
        sent = await here.called("markMessageAsSent", message=text)
        await there.called("showTypingIndicator", username=name, is_typing=False)
        same = {"message_id": sent["message_id"], "timestamp": sent["timestamp"]}
        for reader in two:
            await reader.called(
                "displayNewMessage", message=text, user_id=here.person.id, username=name, **same
            )
        await change_the_last_message(two)

    await anna.page.evaluate("sendMessage('')")
    await anna.page.wait_for_function("calls.showError.length > 0")
    assert await anna.page.evaluate("calls.showError") == ["Сообщение не может быть пустым"]
    assert await boris.page.evaluate("calls.displayNewMessage.length") == 2


async def test_plain_javascript_client_marks_read_and_leaves(two: tuple[Visitor, Visitor]) -> None:
    anna, boris = two
    await anna.person.post(1, "до того")
    for visitor in two:
        await visitor.page.goto("/javascript.html")
        await visitor.page.wait_for_function("websocket.readyState === WebSocket.OPEN")

    async def is_read() -> bool:
        return bool((await anna.person.messages(1))[-1]["is_read"])

    # Whoever connects has read what was there, and what came until then.
    await eventually(is_read, "what was there to be read")
    await change_the_last_message(two)
    await anna.page.evaluate("sendMessage('прочти')")
    await boris.called("displayNewMessage", message="прочти", is_read=False)
    assert not await is_read()
    await boris.page.evaluate("markMessagesAsRead()")
    await eventually(is_read, "the message to be read")
    await boris.page.goto("/blank.html")
    name = boris.person.username
    await anna.called(
        "updateUserStatus", username=name, is_online=False, message=f"{name} не в сети"
    )


async def test_react_component(two: tuple[Visitor, Visitor]) -> None:
    anna, boris = two
    for visitor in two:
        await visitor.page.goto(f"/react.html?user={visitor.person.id}")
    for here, there in ((anna, boris), (boris, anna)):
        await here.called("updateUserStatus", username=there.person.username, is_online=True)

    for here, there, text in ((anna, boris, "Привет! Как дела?"), (boris, anna, "Хорошо :)")):
        box = here.page.get_by_placeholder("Введите сообщение...")
        await box.press_sequentially(text)
        await expect(there.page.locator(".typing")).to_have_text("Пользователь печатает...")
        await expect(here.page.locator(".typing")).to_have_count(0)
        await box.press("Enter")
        await expect(box).to_have_value("")
        for reader in two:
            line = reader.page.locator(".message", has_text=text)
            await expect(line).to_have_count(1)
            await expect(line.locator("strong")).to_have_text(f"{here.person.username}:")
            await expect(line.locator("small")).not_to_have_text("Invalid Date")
        await expect(there.page.locator(".typing")).to_have_count(0)
        await change_the_last_message(two)

    await anna.page.get_by_placeholder("Введите сообщение...").fill("кнопкой")
    await anna.page.get_by_role("button", name="Отправить").click()
    await expect(boris.page.locator(".message").last).to_contain_text("кнопкой")
    await expect(anna.page.locator(".message")).to_have_count(3)
