"""Ids and keys made from the system's secure source."""

import secrets


def new_public_id() -> str:
    """Return a random id for addresses: it says nothing and cannot be guessed."""
    return secrets.token_hex(8)


def new_key() -> str:
    """Return 16 random bytes as 32 upper-case hexadecimal characters (docs/decisions/007)."""
    return secrets.token_hex(16).upper()


def new_partner_id() -> str:
    """Return an id for a software partner, in the usual alphabet of such ids."""
    return f"NR_{secrets.token_hex(6)}"


FOUND = "found_integrations"
"""Where a session keeps the public ids of the custom integrations that it found by their key."""
