"""Text without the signs of its markup, as the server and the pages' scripts make it."""

import json
import subprocess
from random import Random

from protocol.plain_text import plain_text
from tests.support.examples import NODE
from tests.support.server import ROOT

PIECES = (
    *("`", "``", "```\n", "```py\n", "**", "~~", "_", "*", "\\", "\n", "> ", "- ", " "),
    *(
        "[",
        "](https://x.org/a)",
        "](https://x.org/a ",
        '"',
        "')",
        "a",
        "слово",
        "b_c",
        "1",
        "!",
        "😀",
        "  ",
    ),
)
TELL = "\nconsole.log(JSON.stringify({texts}.map(plainText)))"


def test_scripts_say_the_same() -> None:
    random = Random(7)  # noqa: S311
    texts = ["".join(random.choices(PIECES, k=random.randint(1, 14))) for _ in range(3_000)]
    module = (ROOT / "static/js/room/plain_text.js").read_text() + TELL.format(
        texts=json.dumps(texts)
    )
    command = [str(NODE), "--input-type=module"]
    answer = subprocess.run(command, input=module, capture_output=True, text=True, check=True)
    made = dict(zip(texts, json.loads(answer.stdout), strict=True))
    assert made == {text: plain_text(text) for text in texts}
    assert sum(text != plain for text, plain in made.items()) > 1_000
