"""Every route of the app, as a test may ask for it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import run_python

LIST_ROUTES = """
import json
from app import create_app
print(json.dumps([[rule.rule, sorted(rule.methods or ()), rule.websocket]
                  for rule in create_app().url_map.iter_rules()]))
"""


@dataclass(frozen=True)
class Route:
    """A method and a rule of the URL map, such as GET /rooms/<int:room_id>/."""

    method: str
    rule: str
    websocket: bool

    @property
    def path(self) -> str:
        """An address that the rule matches."""
        return re.sub(r"<[^>]+>", "1", self.rule)


async def all_routes(folder: Path) -> list[Route]:
    """Return them from a process of its own: importing the app must not touch this one."""
    status, output = await run_python("-c", LIST_ROUTES, cwd=folder, settings={})
    assert status == 0, output
    return [
        Route(method, rule, websocket)
        for rule, methods, websocket in json.loads(output.splitlines()[-1])
        for method in methods
        if method not in {"HEAD", "OPTIONS"}
    ]
