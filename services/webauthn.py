"""What WebAuthn asks of a browser, and whether what the browser answers is signed as it must be.

Takes a seventh of the time of a start to import, and most sites have no passkey: see Passkeys.
"""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import structlog
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from models import Passkey, Refusal, User
from services.relying_party import RelyingParty

log = structlog.get_logger(__name__)

T = TypeVar("T")


class WebAuthn:
    """The library, for keys that have to verify their user: by a PIN, a finger, a face."""

    def creation_options(
        self, site: RelyingParty, owner: "Owner", challenge: bytes, mine: list[Passkey]
    ) -> str:
        """What a browser makes a passkey by that is none of these, as JSON."""
        options = generate_registration_options(
            rp_id=site.id,
            rp_name=site.name,
            user_name=owner.username,
            user_display_name=owner.shown_name,
            user_id=owner.handle,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(mine),
        )
        return options_to_json(options)

    def request_options(self, site: RelyingParty, challenge: bytes, theirs: list[Passkey]) -> str:
        """What a browser asks an authenticator by, as JSON."""
        options = generate_authentication_options(
            rp_id=site.id,
            challenge=challenge,
            allow_credentials=_descriptors(theirs),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def owner(self, user: User) -> "Owner":
        """Somebody who has an account."""
        return Owner(_handle(user), user.username, user.shown_name)

    def new_owner(self, username: str, challenge: bytes) -> "Owner":
        """Somebody who has none yet. The handle is found again by the challenge, when that comes
        back signed: nothing is kept meanwhile.
        """
        return Owner(_new_handle(challenge), username, username)

    def created(self, credential: str) -> "Created":
        """Raises Refusal: bad_passkey."""
        return Created(_parsed(parse_registration_credential_json, credential))

    def signed(self, credential: str) -> "Signed":
        """Raises Refusal: bad_passkey."""
        return Signed(_parsed(parse_authentication_credential_json, credential))


class Owner(NamedTuple):
    """Whose passkey an authenticator keeps: what it knows them by, and what it shows of them."""

    handle: bytes
    username: str
    shown_name: str


class Created:
    """What a browser says that it has made."""

    def __init__(self, answer: RegistrationCredential) -> None:
        self._answer = answer
        self.challenge = _challenge(answer)

    @property
    def new_handle(self) -> str:
        """What the authenticator knows somebody by who had no account; base64url."""
        return bytes_to_base64url(_new_handle(self.challenge))

    async def verified(self, site: RelyingParty, label: str) -> Passkey:
        """As it is to be stored; whose it is is not said yet.

        Raises:
            Refusal: bad_passkey.
        """
        found = await _verified(
            verify_registration_response,
            credential=self._answer,
            expected_challenge=self.challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        credential_id = bytes_to_base64url(found.credential_id)
        if len(credential_id) > Passkey.ID_MAX:  # The library takes any that fits the data.
            raise Refusal("bad_passkey")
        return Passkey(
            credential_id=credential_id,
            public_key=bytes_to_base64url(found.credential_public_key),
            sign_count=found.sign_count,
            label=label,
        )


class Signed:
    """A challenge that a browser says to have signed, by which credential."""

    def __init__(self, answer: AuthenticationCredential) -> None:
        self._answer = answer
        self.challenge = _challenge(answer)
        self.credential_id = bytes_to_base64url(answer.raw_id)

    def may_be(self, passkey: Passkey) -> bool:
        """An authenticator may say whose it is."""
        known = passkey.user_handle
        handle = base64url_to_bytes(known) if known else _handle(passkey.user)
        return self._answer.response.user_handle in (None, handle)

    async def verified(self, site: RelyingParty, passkey: Passkey) -> int:
        """The new count of its signatures.

        Raises:
            Refusal: bad_passkey.
        """
        found = await _verified(
            verify_authentication_response,
            credential=self._answer,
            expected_challenge=self.challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        return found.new_sign_count


def _handle(user: User) -> bytes:
    """What an authenticator knows a user by."""
    return str(user.id).encode()


def _new_handle(challenge: bytes) -> bytes:
    return hashlib.sha256(b"user handle " + challenge).digest()


def _descriptors(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    ids = (base64url_to_bytes(each.credential_id) for each in passkeys)
    return [PublicKeyCredentialDescriptor(id=id_) for id_ in ids]


def _challenge(answer: RegistrationCredential | AuthenticationCredential) -> bytes:
    return _parsed(parse_client_data_json, answer.response.client_data_json).challenge


def _parsed(parse: Callable[[Any], T], data: str | bytes) -> T:
    try:
        return parse(data)
    except Exception as error:  # The library lets through what json, base64 and CBOR raise.
        raise _refusal(error) from None


async def _verified(verify: Callable[..., T], **expected: object) -> T:
    try:
        # Some 5 ms of arithmetic, in a thread.
        return await asyncio.to_thread(verify, **expected)
    except Exception as error:
        raise _refusal(error) from None


def _refusal(error: Exception) -> Refusal:
    log.info("passkey_refused", kind=type(error).__name__, error=str(error)[:200])
    return Refusal("bad_passkey")
