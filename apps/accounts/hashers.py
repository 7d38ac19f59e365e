"""How passwords are hashed: with much memory, so only a few at once."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.core.limits import Turns

hashing = Turns(at_once=2, waiting=2, seconds=3)


class Argon2InTurns(Argon2PasswordHasher):
    """Argon2id with 64 MB for each password, two at once in a process, so that signing in leaves
    room for everything else; raises Busy for whoever would wait too long.
    """

    memory_cost = 64 * 1024

    def encode(self, password: str, salt: str) -> str:
        with hashing.take():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with hashing.take():
            return bool(super().verify(password, encoded))
