"""The choice of language; everything else about signing in is allauth's."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from apps.accounts.models import User
from apps.core.http import Request


@login_not_required
@require_POST
def choose_language(request: Request) -> HttpResponse:
    """Answer in the chosen language from now on; kept for the person if one is signed in."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
