"""A picture of the results: python -m benchmarks.plot latest.json docs/images/benchmarks.svg."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

# figure, what a reader is told it is, its unit
PANELS = (
    ("fanout: µs per delivery", "One delivery in a room of 200", "µs"),
    ("ingest: µs per message", "One message in a room of two", "µs"),
    ("connect: ms per connection", "One connection, opened", "ms"),
    ("idle: KB per connection", "One connection, quiet", "KB"),
)
SERVERS = {
    "beseda": "Beseda",
    "websockets": "bare websockets",
    "quart": "Quart, one queue each",
}
NOTE = (
    "Processor time or memory of the server: less is better."
    " Only Beseda stores, logs in and shows who is there."
)
# Pixels.
WIDTH, MARGIN, LABEL, BAR, STEP = 820, 24, 164, 16, 26
COLUMN = (WIDTH - 3 * MARGIN) // 2
TOP, PANEL = 60, 38 + STEP * len(SERVERS) + 18
HEIGHT = TOP + PANEL * ((len(PANELS) + 1) // 2) + 34
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2430 }
.title { font-weight: 600; font-size: 17px } .panel { font-weight: 600 }
.quiet { fill: #667 } .other { fill: #b9bfcc } .beseda { fill: #2f6fde }
.ground { fill: #fff }
@media (prefers-color-scheme: dark) {
 text { fill: #e4e7ee } .quiet { fill: #99a } .other { fill: #4b5263 } .beseda { fill: #6ea3ff }
 .ground { fill: #14171d }
}"""


def picture(results: dict[str, Any]) -> str:
    """The SVG, light or dark as its reader prefers."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>What Beseda costs, beside two other servers</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="10"/>',
        _text(MARGIN, 36, "What the server needs", "title"),
    ]
    for number, (figure, title, unit) in enumerate(PANELS):
        x = MARGIN + number % 2 * (COLUMN + MARGIN)
        y = TOP + number // 2 * PANEL
        lines += [
            _text(x, y + 22, title, "panel"),
            *_bars(x, y + 38, _values(results, figure), unit),
        ]
    lines += [_text(MARGIN, HEIGHT - 16, NOTE, "quiet"), "</svg>"]
    return "\n".join(lines) + "\n"


def _values(results: dict[str, Any], figure: str) -> dict[str, float]:
    return {
        server: results[server][figure]["median"]
        for server in SERVERS
        if figure in results.get(server, {})
    }


def _bars(x: int, y: int, values: dict[str, float], unit: str) -> Iterator[str]:
    room = COLUMN - LABEL - 70  # The value is written after the longest bar.
    longest = max(values.values(), default=1.0) or 1.0
    for number, (server, value) in enumerate(values.items()):
        top = y + number * STEP
        width = max(2.0, room * value / longest)
        kind = server if server == "beseda" else "other"
        yield _text(x, top + 13, SERVERS[server], "" if kind == "beseda" else "quiet")
        box = f'x="{x + LABEL}" y="{top}" width="{width:.1f}" height="{BAR}" rx="3"'
        yield f'<rect class="{kind}" {box}/>'
        yield _text(x + LABEL + int(width) + 8, top + 13, f"{_short(value)} {unit}")


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{escape(text)}</text>'


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def main() -> None:
    """Read, draw, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("results", type=Path, metavar="FILE.json")
    parser.add_argument("picture", type=Path, metavar="FILE.svg")
    options = parser.parse_args()
    results = json.loads(options.results.read_text())["results"]
    options.picture.write_text(picture(results))


if __name__ == "__main__":
    main()
