"""A device with a passkey, as a browser without script would ask it: made, and used to sign in."""

import json

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tests.accounts.factors import FACTOR

STATE = "mfa.webauthn.state"
ORIGIN, ID = "https://testserver", b"a-passkey-of-tests"
KNOWN, MADE = 0x05, 0x45
"""Flags: somebody was there and is the owner; and that a key comes along."""


class Device:
    """Knows its owner, and has one key."""

    def __init__(self, user):
        self.user, self.key = user, ec.generate_private_key(ec.SECP256R1())

    def add(self, client) -> None:
        """Add its passkey to the account of who is signed in."""
        client.get(f"{FACTOR}passkeys/add/")
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(bytes(16), ID, public)
        data = AuthenticatorData.create(sha256(b"testserver"), MADE, 1, credential)
        made = AttestationObject.create("none", data, {})
        said = self._said(client, "webauthn.create")
        answer = self._answer(said, attestationObject=websafe_encode(made))
        sent = {"name": "Device", "credential": answer, "passwordless": "on"}
        assert client.post(f"{FACTOR}passkeys/add/", sent).status_code == 302

    def credential(self, client) -> str:
        """Return what signs in, for the challenge that the client was given last."""
        data = AuthenticatorData.create(sha256(b"testserver"), KNOWN, 2)
        said = self._said(client, "webauthn.get")
        signed = self.key.sign(bytes(data) + sha256(bytes(said)), ec.ECDSA(hashes.SHA256()))
        handle = websafe_encode(user_pk_to_url_str(self.user).encode())
        parts = {"authenticatorData": data, "signature": signed}
        encoded = {name: websafe_encode(bytes(part)) for name, part in parts.items()}
        return self._answer(said, **encoded, userHandle=handle)

    def _said(self, client, kind: str) -> CollectedClientData:
        challenge = websafe_decode(client.session[STATE]["challenge"])
        return CollectedClientData.create(kind, challenge, ORIGIN)

    def _answer(self, said: CollectedClientData, **response: str) -> str:
        known = {"id": websafe_encode(ID), "rawId": websafe_encode(ID), "type": "public-key"}
        told = {"clientDataJSON": websafe_encode(bytes(said)), **response}
        more = {"clientExtensionResults": {"credProps": {"rk": True}}}
        return json.dumps({**known, "response": told, **more})
