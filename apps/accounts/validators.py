"""What a password must be."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

from apps.accounts.models import User

GOOD_ENOUGH = 3
"""Of zxcvbn's scores from 0 to 4: ten thousand million guesses are not enough."""
LOOKED_AT = 72
"""How many characters zxcvbn weighs: it takes no more, and its work grows with them."""
OUR_NAMES = ("Netvisor", "Rights", "NetvisorRights", "Netvisor-Rights")


class LengthValidator(MinimumLengthValidator):
    """Django's own check, in all our languages: its Finnish catalogue lacks the message."""

    def get_error_message(self) -> str:
        return (
            ngettext(
                "This password is too short. It must contain at least %d character.",
                "This password is too short. It must contain at least %d characters.",
                self.min_length,
            )
            % self.min_length
        )


class StrengthValidator:
    """Refuses what is soon guessed; our own name and the person's are guessed first."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError unless guessing would take too long."""
        known = [*OUR_NAMES, *(_names(user) if user else ())]
        if zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < GOOD_ENOUGH:
            raise ValidationError(
                _(
                    "This password is too easy to guess. Use several words that do not belong together."
                ),
                code="password_too_weak",
            )

    def get_help_text(self) -> str:
        """Say what is asked for before somebody types."""
        return _("Use several words that do not belong together.")


def _names(user: User) -> list[str]:
    """Return what is known of somebody: name and email, whole and in parts."""
    mailbox, _at, domain = user.email.partition("@")
    return [user.name, *user.name.split(), user.email, mailbox, domain, *domain.split(".")]
