"""The site, as WebAuthn names it."""

from msgspec import Struct


class RelyingParty(Struct, frozen=True):
    """The site that passkeys are for: its host without the port, and its origin as a browser
    writes it.
    """

    id: str
    origin: str
    name: str
