"""The keys of the OpenID provider, and by which algorithms they may have signed; and what PKCE has
in the place of one.
"""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import import_key

from services.oidc_requests import decoded

# Signatures by a key that only the provider has: neither "none" nor HMAC, whose key would be known.
ALGORITHMS = frozenset(f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512))


def signing(body: bytes) -> list[Any]:
    """The keys that sign, of those that it has; a kind that nobody knows here is left out.

    Raises:
        UnusableError.
    """
    found: list[Any] = []
    for each in decoded(body, dict[str, Any]).get("keys", []):
        try:
            if each.get("kty") in ("RSA", "EC") and each.get("use", "sig") == "sig":
                found.append(import_key(each))
        except (JoseError, ValueError, TypeError, AttributeError):
            continue
    return found


def named(keys: list[Any], kid: object) -> Any:
    """The one that is called so, or None. A token need not name its key where there is only one."""
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.kid == kid), None)


def challenge_of(verifier: str) -> str:
    """What PKCE's S256 makes of it."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
