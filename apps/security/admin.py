"""The security record as site staff see it: all of it, to be looked at alone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.admin import BoundedPaginator, ReadOnlyAdmin
from apps.core.text import one_spelling
from apps.security.models import SecurityEvent


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """Searched by a person's whole email address, which an index finds."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_display = ["at", "verb", "about", "person", "company", "address", "browser"]
    list_filter = ["verb"]
    search_fields = ["person_id"]
    search_help_text = _("The person's whole email address")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find what is known of the person with an email address."""
        if not search_term:
            return queryset, False
        people = User.objects.filter(email=one_spelling(search_term)).values("pk")
        return queryset.filter(person_id__in=people), False
