"""What a screen reader says of a page: from Chromium's accessibility tree, as real ones have it.

One that runs in the page, as @guidepup/virtual-screen-reader does, has to guess what the browser
knows: that one reads closed folds and what is for browsers without scripts, does not read what
stands in a textarea, and says a live region twice when two things change in it at once.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from playwright.async_api import CDPSession, Page

from tests.support.live_regions import LISTEN
from tests.support.waiting import eventually

Node = dict[str, Any]
# By their `nodeId`.
Nodes = dict[str, Node]
# What has gone meanwhile.
NOTHING: Node = {"ignored": True}

# Said as one, with all that is in them.
WHOLE = {"StaticText", "button", "checkbox", "combobox", "heading", "image", "link", "menuitem"}
WHOLE |= {"option", "radio", "searchbox", "textbox"}
FOLDS = {"DisclosureTriangle", "DisclosureTriangleGrouped"}
# Said before what is in them: where they have a name; in any case; also before a focus in them.
NAMED = {"article", "group", "list", "region"}
ALWAYS = {"deletion", "insertion"}
ENTERED = {"dialog", "listbox", "menu", "radiogroup"}
STATES: dict[str, dict[Any, str]] = {
    "pressed": {"true": "pressed", "false": "not pressed"},
    "expanded": {True: "expanded", False: "collapsed"},
    "checked": {"true": "checked", "false": "not checked"},
    "hasPopup": {"menu": "has a menu"},
    "invalid": {"true": "invalid"},
}
TIME = re.compile(r"\b\d{1,2}:\d\d(\s[AP]M)?")
DATE = re.compile(r"([A-Z]\w+ \d{1,2}|\d{1,2} (?:[а-я]+\.?|[A-Z]\w+)), (?=12:00)")
ISOLATES = re.compile("[\u2066-\u2069]")


class ScreenReader:
    """One at a page.

    Its words for roles and states are English: real ones have their own, in the language of their
    user. People are called what `names` says, every time is 12:00 and today.
    """

    def __init__(self, page: Page, devtools: CDPSession, names: dict[str, str]) -> None:
        self.page = page
        self._devtools = devtools
        self._names = names
        self._around: set[int] = set()
        self._heard: list[str] = []

    @classmethod
    async def start(cls, page: Page, names: dict[str, str]) -> "ScreenReader":
        """Listen at a page that has been opened, until it is left."""
        await page.evaluate(LISTEN)
        return cls(page, await page.context.new_cdp_session(page), names)

    async def reads(self, selector: str, phrases: list[str]) -> None:
        """Wait until this is said, in turn, by going through the first such element."""
        await _until(lambda: self._read(selector), phrases)

    async def comes_to(self, phrases: list[str]) -> None:
        """Wait until this is said of the place of the focus: what it has entered, where it is."""
        around: set[int] = set()

        async def focus() -> list[str]:
            nonlocal around
            around, said = await self._focus()
            return said

        await _until(focus, phrases)
        self._around = around

    async def hears(self, phrases: list[str]) -> None:
        """Wait until this, and nothing else, has been announced since the last time."""

        async def listen() -> list[str]:
            self._heard += await self.page.evaluate("announced.splice(0)")
            return [self._plain(each) for each in self._heard]

        await _until(listen, phrases)
        self._heard.clear()

    async def _read(self, selector: str) -> list[str]:
        answer = await self._devtools.send("Accessibility.getFullAXTree")
        nodes = {node["nodeId"]: node for node in answer["nodes"]}
        place = await self._object(f"document.querySelector({selector!r})")
        root = _find(nodes, await self._number(place))
        return [self._plain(phrase) for phrase in _phrases(nodes, root)]

    async def _focus(self) -> tuple[set[int], list[str]]:
        """Return the numbers of what is around the focus, and what is said of it."""
        node, ancestors = await self._with_ancestors("document.activeElement")
        around = {each["backendDOMNodeId"]: each for each in ancestors if _role(each) in ENTERED}
        entered = [each for number, each in around.items() if number not in self._around]
        active = "document.activeElement.getAttribute('aria-activedescendant')"
        option = []
        if await self.page.evaluate(active):
            option = [(await self._with_ancestors(f"document.getElementById({active})"))[0]]
        said = [_phrase(each) for each in [*reversed(entered), node, *option]]
        return set(around), [self._plain(phrase) for phrase in said]

    async def _with_ancestors(self, expression: str) -> tuple[Node, list[Node]]:
        """Return an element, and what is around it, from the inside."""
        place = await self._object(expression)
        relatives = {**place, "fetchRelatives": True}
        answer = await self._devtools.send("Accessibility.getPartialAXTree", relatives)
        nodes = {node["nodeId"]: node for node in answer["nodes"]}
        node = _find(nodes, await self._number(place))
        return node, list(_ancestors(nodes, node))

    async def _number(self, place: dict[str, Any]) -> int:
        """Return what the nodes of the tree have as their `backendDOMNodeId`."""
        return int((await self._devtools.send("DOM.describeNode", place))["node"]["backendNodeId"])

    async def _object(self, expression: str) -> dict[str, Any]:
        found = await self._devtools.send("Runtime.evaluate", {"expression": expression})
        return {"objectId": found["result"]["objectId"]}

    def _plain(self, phrase: str) -> str:
        for name, plain in self._names.items():
            phrase = phrase.replace(name, plain)
        phrase = " ".join(TIME.sub("12:00", ISOLATES.sub("", phrase)).split())
        return DATE.sub("", phrase)


async def _until(say: Callable[[], Awaitable[list[str]]], phrases: list[str]) -> None:
    said: list[str] = []

    async def is_said() -> bool:
        nonlocal said
        said = await say()
        return said == phrases

    try:
        await eventually(is_said, "a screen reader to say so")
    except AssertionError as error:
        raise AssertionError(f"It says: {said}") from error


def _role(node: Node) -> str:
    return "ignored" if node["ignored"] else str(node["role"]["value"])


def _text(node: Node, field: str) -> str:
    return " ".join(str(node.get(field, {}).get("value", "")).split())


def _find(nodes: Nodes, number: int) -> Node:
    found = [each for each in nodes.values() if each.get("backendDOMNodeId") == number]
    return found[0] if found else NOTHING


def _ancestors(nodes: Nodes, node: Node) -> Iterator[Node]:
    while parent := nodes.get(node.get("parentId", "")):
        yield parent
        node = parent


def _phrases(nodes: Nodes, root: Node) -> Iterator[str]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        role, is_whole = _role(node), _role(node) in WHOLE | FOLDS
        is_named = role in NAMED and _text(node, "name") != ""
        if is_named or role in ALWAYS | ENTERED or (is_whole and _phrase(node)):
            yield _phrase(node)
        children = [] if is_whole else node.get("childIds", [])
        waiting += [nodes[each] for each in reversed(children) if each in nodes]


def _phrase(node: Node) -> str:
    """Return what is said of a node: its role, name, value, states, and its description."""
    role, name, description = _role(node), _text(node, "name"), _text(node, "description")
    if role == "StaticText":
        return name
    properties = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
    states = [words.get(properties.get(each), "") for each, words in STATES.items()]
    said = ", ".join(filter(None, [name, _text(node, "value"), *states]))
    kind = "fold" if role in FOLDS else role
    # Readers leave out a description that only repeats the name.
    return f"{kind}: {said}" + (f" — {description}" if description not in ("", name) else "")
