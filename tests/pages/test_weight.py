"""How much an open room loads: its page names all of it, as other tests show."""

import re

import httpx

from tests.support.factories import MakePerson

LIMITS = {".js": 70 * 1024, ".css": 34 * 1024}
# Without the sheets for paper and forced colours, for which no screen waits.
NAMED = re.compile(r'(?:src|href)="(/static/[^"]+(\.js|\.css))"(?! media=)')


async def test_a_room_is_light(person: MakePerson) -> None:
    """In bytes without compression; what only an action needs is loaded when it is asked for."""
    anna = await person("anna")
    page = await anna.http.get(f"/rooms/{await anna.create_room()}/")
    files = dict(NAMED.findall(page.text))
    assert set(files.values()) == set(LIMITS)
    weights = dict.fromkeys(LIMITS, 0)
    for path, kind in files.items():
        weights[kind] += await weight(anna.http, path)
    assert all(weights[kind] < limit for kind, limit in LIMITS.items()), weights


async def weight(web: httpx.AsyncClient, path: str) -> int:
    answer = await web.get(path, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == httpx.codes.OK, path
    assert "Content-Encoding" not in answer.headers
    return len(answer.content)
