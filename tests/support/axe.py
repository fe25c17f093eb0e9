"""axe-core looks a page over for barriers: contrast, names, roles, order, sizes of targets."""

from functools import cache

from playwright.async_api import Page

from tests.support.examples import EXAMPLES

STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@cache
def _source() -> str:
    return (EXAMPLES / "node_modules" / "axe-core" / "axe.min.js").read_text()


async def barriers(page: Page) -> list[str]:
    """Return what keeps people out of the page as it is now: rule, element and reason of each."""
    # What is on its way to be seen has another contrast than when it is there.
    await page.evaluate("Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")
    await page.evaluate(_source())
    found: list[str] = await page.evaluate(
        """async standards => {
            const { violations } = await axe.run({ runOnly: standards });
            return violations.flatMap(({ id, nodes }) => nodes.map(
                node => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary})`
            ));
        }""",
        list(STANDARDS),
    )
    return found
