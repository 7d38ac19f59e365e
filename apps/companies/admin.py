"""People, companies, offices and memberships, for site staff."""

from http import HTTPStatus
from typing import Any

import allauth.account.admin  # registers what is taken away below
import allauth.socialaccount.admin  # the same
import allauth.usersessions.admin  # noqa: F401 - the same
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, password_reset
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.admin import AuditedAdmin
from apps.companies import reads, services, texts
from apps.companies.forms import MoveForm
from apps.companies.models import AccountingOffice, Company, FormerMember, Membership
from apps.companies.rules import FUNCTIONS, Function, Level, Role
from apps.core.refusals import Refused
from apps.core.text import fold

LevelFields = type(
    "LevelFields",
    (forms.Form,),
    {
        function.value: forms.ChoiceField(
            label=texts.FUNCTIONS[function],  # type: ignore[arg-type]
            choices=[(level.value, texts.LEVELS[level]) for level in Level],
            initial=Level.NONE.value,
        )
        for function in Function
    },
)


class MembershipForm(LevelFields, forms.ModelForm):  # type: ignore[misc, valid-type, type-arg]
    """Roles as boxes to tick, and a level for each function."""

    roles = forms.MultipleChoiceField(
        choices=[(role.value, texts.ROLES[role]) for role in Role],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Membership
        fields = ["user", "company", "roles", "valid_from", "valid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grants = self.instance.grants
        for function in Function:
            self.initial[function.value] = grants.level(function)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.levels = {
            function.value: cleaned[function.value]
            for function in Function
            if cleaned.get(function.value, Level.NONE) != Level.NONE
        }
        return cleaned


# Sign-in reads the email of the person alone, and rights come from memberships; where people are
# signed in is their own business.
admin.site.unregister([EmailAddress, Group, SocialAccount, SocialApp, SocialToken, UserSession])
admin.site.site_title = "Netvisor Rights"
admin.site.site_header = f"Netvisor Rights {settings.VERSION}"


class SearchesNames(AuditedAdmin):
    """Looks for a text as names are searched on the pages, by an index."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(User)
class UserAdmin(SearchesNames, DjangoUserAdmin):  # type: ignore[type-arg]
    """Rights in companies are memberships; here are the person and the password."""

    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name_folded__contains"]  # the email is part of it
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Let only a superuser make others site staff, or superusers."""
        dates = ["last_login", "date_joined"]
        return dates if request.user.is_superuser else [*dates, "is_staff", "is_superuser"]

    @transaction.atomic
    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set somebody's password, and record that it was done."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            user = User.objects.get(pk=id)
            self.record_event(request, user, "password")
            password_reset.send(User, request=request, user=user)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save a person, who is told at both addresses when the email is another."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            former, now = (EmailAddress(email=one) for one in (form.initial["email"], obj.email))
            parts = {"from_email_address": former, "to_email_address": now}
            email_changed.send(User, request=request, user=obj, **parts)


@admin.register(AccountingOffice)
class AccountingOfficeAdmin(AuditedAdmin):
    search_fields = ["name"]
    autocomplete_fields = ["people"]


@admin.register(Company)
class CompanyAdmin(SearchesNames):
    list_display = ["name", "business_id", "package", "office"]
    list_filter = ["package"]
    list_select_related = ["office"]
    search_fields = ["name_folded__contains", "business_id__startswith"]
    ordering = ["name_sorted", "business_id"]
    autocomplete_fields = ["office"]
    change_form_template = "admin/companies/company/change_form.html"
    added = "found"

    def company_of(self, obj: Company) -> Company:
        return obj

    def get_readonly_fields(self, request: HttpRequest, obj: Company | None = None) -> list[str]:
        """Let a company change its office only by moving, which asks about the old one's people."""
        return ["office"] if obj else []

    def get_urls(self) -> list[Any]:
        move = self.admin_site.admin_view(self.move)
        return [path("<int:pk>/move/", move, name="move_company"), *super().get_urls()]

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the new office and about each membership of the old one; then move."""
        company = get_object_or_404(Company.objects.select_related("office"), pk=pk)
        if not self.has_change_permission(request, company):
            raise PermissionDenied
        form = MoveForm(
            request.POST or None,
            company=company,
            offices=reads.other_offices(company),
            members=reads.offices_memberships(company),
        )
        if form.is_valid() and _moved(request, company, form):
            self.message_user(request, _("%(company)s moved.") % {"company": company.name})
            return redirect("admin:companies_company_change", pk)
        context = {**self.admin_site.each_context(request), "company": company, "form": form}
        context["title"] = _("Move %(company)s") % {"company": company.name}
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(
            request, "admin/companies/company/move.html", context, status=status
        )


def _moved(request: HttpRequest, company: Company, form: MoveForm) -> bool:
    """Move a company as a valid form asks, or say at the form why it is not moved."""
    staff, sent = request.user, form.cleaned_data
    office, deliberate = sent["office"], sent["deliberate"]
    try:
        with transaction.atomic():
            services.move(staff, company, office, ended=form.ended, deliberate=deliberate)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error("deliberate", str(texts.NOT_MOVED[refusal.reason]))
        return False
    return True


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    form = MembershipForm
    list_display = ["user", "company", "role_codes", "valid_until"]
    list_select_related = ["user", "company"]
    search_fields = ["user__name", "company__name"]
    ordering = ["-pk"]
    autocomplete_fields = ["user", "company"]
    changed = "edit"

    def company_of(self, obj: Membership) -> Company:
        return obj.company

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find those of people and of companies by an index each: an "or" would read all."""
        if not (text := fold(search_term)):
            return queryset, False
        is_it = Q(name_folded__contains=text) | Q(business_id__startswith=text)
        companies = Company.objects.filter(is_it)
        people = User.objects.filter(name_folded__contains=text)
        memberships = Membership.objects.order_by().values("pk")
        found = memberships.filter(company__in=companies).union(memberships.filter(user__in=people))
        return queryset.filter(pk__in=found), False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Whoever is a member again is no former member any more."""
        super().save_model(request, obj, form, change)
        FormerMember.objects.filter(company=obj.company, user=obj.user).delete()

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """Keep a membership with its person and company: their history holds it."""
        return ["user", "company"] if obj else []

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        areas = [
            (texts.AREAS[area], {"fields": [function.value for function in functions]})
            for area, functions in FUNCTIONS.items()
        ]
        return [(None, {"fields": list(MembershipForm.Meta.fields)}), *areas]
