"""The site as WebAuthn wants it named: passkeys are bound to it."""

from urllib.parse import urlsplit

from quart import request

from blueprints.context import services
from blueprints.security import is_secure
from services.relying_party import RelyingParty


async def relying_party() -> RelyingParty:
    """By the host of the request, which allowed_hosts.py has checked. A browser makes passkeys for
    the host of the page alone, and says in what it signs which origin that was.
    """
    origin = f"{'https' if is_secure(request) else 'http'}://{request.host}"
    name = (await services().site.state()).name
    return RelyingParty(id=urlsplit(origin).hostname or "", origin=origin.lower(), name=name)
