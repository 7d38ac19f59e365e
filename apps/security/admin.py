"""What site staff see of security: the record, to be looked at alone, and lost second factors."""

from itertools import chain
from typing import Any

import allauth.mfa.admin  # noqa: F401 - registers what is taken away below
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.factors import has_factor
from apps.accounts.models import User
from apps.audit.admin import BoundedPaginator, ReadOnlyAdmin
from apps.companies.admin import SearchesNames
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.core.paging import blocks
from apps.core.text import one_spelling
from apps.security import services, texts
from apps.security.models import SecurityEvent
from apps.security.page import table
from apps.security.rules import Verb

FILE = "security-record.csv"


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """Searched by a person's whole email address, which an index finds."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_display = ["at", "verb", "about", "person", "company", "address", "browser"]
    list_filter = ["verb"]
    actions = ["as_csv"]
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

    @admin.action(description=_("Download CSV"), permissions=["view"])
    def as_csv(
        self, request: AuthenticatedRequest, queryset: QuerySet[SecurityEvent]
    ) -> HttpResponse:
        """Answer the chosen events, or all that were found before, as a file."""
        taken = services.record(request, Verb.EXPORTED, request.user, about=FILE)
        events = chain.from_iterable(blocks(queryset.filter(pk__lt=taken.pk), ["-pk"]))
        return csv_answer(FILE, texts.HEADS, table(events))


# The library's own page shows and changes what is kept of a factor, and tells nobody.
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class FactorAdmin(ReadOnlyAdmin, SearchesNames):
    """Second factors, to be taken from somebody who lost them: the person is told by mail."""

    actions = None
    fields = ["user", "type", "created_at", "last_used_at"]
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__name_folded__contains"]  # the email is part of it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take a factor away, and the recovery codes with the last one."""
        super().delete_model(request, obj)
        if not has_factor(obj.user):
            Authenticator.objects.filter(user=obj.user).delete()
        self.record_event(request, obj.user, "factor")
        authenticator_removed.send(Authenticator, request=request, user=obj.user, authenticator=obj)
