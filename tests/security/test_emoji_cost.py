"""Whether a text is nothing but emoji is asked about every message, here and in every browser."""

import time

import pytest

from blueprints.pages.emoji import jumbo
from tests.support.factories import OpenTab
from tests.support.server import Server

# Chains whose parts were read in two ways, or that were cut into emoji in every possible way. The
# first of them took 0.1 seconds, and twice as long with each part more: there is room for 33.
CHAINS = {
    "watches": "\u231a\ufe0f\u200d" * 18 + "x",
    "skin colours": "\U0001f3fb\u200d" * 49 + "x",
    "faces in colours": "\U0001f600\U0001f3fb\u200d" * 32 + "x",
    "flags": "\U0001f1f7\U0001f1fa\u200d" * 32 + "x",
    "keys": "1\ufe0f\u20e3\u200d" * 24 + "x",
    "tags": "\U0001f3f4" + "\U000e0067" * 97 + "x",
    "space": " " * 98 + "x",
}
# An ordinary answer comes in 3 µs, one about these in up to 80; it was 16,000 times that and more.
FACTOR = 1_000
FACES = "\U0001f600" * 5
SCRIPT = """async ([text, times]) => {
    const sheet = document.querySelector("link[rel=stylesheet]").href;
    const { isJumbo } = await import(sheet.replace(/css.[a-z]+.css/, "js/lib/emoji.js"));
    const began = performance.now();
    for (let each = 0; each < times; each += 1) isJumbo(text);
    return (performance.now() - began) / times;
}"""


def seconds(text: str) -> float:
    """Return the CPU time of the question, the shortest of several."""
    times = []
    for _ in range(20):
        began = time.thread_time()
        jumbo(text)
        times.append(time.thread_time() - began)
    return min(times)


@pytest.mark.parametrize("name", CHAINS)
def test_chains_cost_little_here(name: str) -> None:
    assert len(CHAINS[name]) < 100
    assert not jumbo(CHAINS[name])
    assert seconds(CHAINS[name]) < FACTOR * seconds(FACES)


async def test_chains_cost_little_in_browsers(shared_server: Server, tab: OpenTab) -> None:
    page = (await tab(shared_server)).page
    await page.goto("/login")
    usual = await page.evaluate(SCRIPT, [FACES, 5_000])
    for name, text in CHAINS.items():
        # The first turn compiles the pattern.
        times = [await page.evaluate(SCRIPT, [text, 1]) for _ in range(5)]
        assert min(times) < FACTOR * usual, name
