"""User IDs: two letters of a company and two random numbers."""

import secrets
import unicodedata

FIRST, SECOND = range(1_000, 10_000), range(10_000_000, 100_000_000)


def letters(company: str) -> str:
    """Return two capitals from a company's name; Å and Ä become A, Ö becomes O, a gap X."""
    plain = unicodedata.normalize("NFKD", company).upper()
    return "".join([letter for letter in plain if "A" <= letter <= "Z"][:2]).ljust(2, "X")


def new_user_id(company: str) -> str:
    """Return a User ID as Netvisor writes them, such as DE_4471_90231207 (protocol, section 7).

    The numbers are random, so that they tell nothing of anybody and rarely meet.
    """
    return f"{letters(company)}_{secrets.choice(FIRST)}_{secrets.choice(SECOND)}"
