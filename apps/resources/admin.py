"""The catalogue, for site staff: what the files bring is shown, integrations can be added."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from apps.audit.admin import AuditedAdmin, ReadOnlyAdmin
from apps.audit.services import Entry, Scene, record
from apps.core.fields import Secret
from apps.core.http import AuthenticatedRequest
from apps.resources.catalogue import positions
from apps.resources.keys import new_key
from apps.resources.models import (
    Integration,
    InterfaceResource,
    ResourceGroup,
    Section,
)
from apps.resources.rules import ResourceSet
from apps.security.rules import Verb
from apps.security.services import record as record_event


@admin.register(Section, ResourceGroup)
class HeadingAdmin(ReadOnlyAdmin):
    list_display = ["name_en", "name_fi", "name_sv"]


@admin.register(InterfaceResource)
class InterfaceResourceAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_en", "group", "direction", "per_transaction", "retired"]
    list_filter = ["group__section", "direction", "per_transaction", "retired"]
    list_select_related = ["group"]
    search_fields = ["code", "name_en", "name_fi", "name_sv"]


class IntegrationForm(forms.ModelForm):  # type: ignore[type-arg]
    """An integration with its sets of resources picked from the catalogue."""

    limited = forms.BooleanField(
        label=_("Has a limited set of resources"),
        required=False,
        help_text=_(
            "Then only the resources chosen below are available to the integration, and it needs all of them."
        ),
    )
    limited_to = forms.ModelMultipleChoiceField(
        InterfaceResource.objects.all(),
        label=_("Limited to these resources"),
        required=False,
        widget=FilteredSelectMultiple(_("resources"), is_stacked=False),
    )
    needs = forms.ModelMultipleChoiceField(
        InterfaceResource.objects.all(),
        label=_("Needed resources"),
        required=False,
        help_text=_("A suggestion for companies. It does not limit anything."),
        widget=FilteredSelectMultiple(_("resources"), is_stacked=False),
    )

    class Meta:
        model = Integration
        fields = [
            "kind", "name_en", "name_fi", "name_sv", "vendor", "purpose_en", "purpose_fi",
            "purpose_sv", "needs_source", "built_in", "retired",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["limited"] = self.instance.limited
        for name, stored in (
            ("limited_to", self.instance.available_only),
            ("needs", self.instance.needed),
        ):
            in_use = Q(retired=False) | Q(position__in=list(stored or ()))
            choices = InterfaceResource.objects.filter(in_use)
            self.fields[name].queryset = choices  # type: ignore[attr-defined]
            self.initial[name] = list(choices.filter(position__in=list(stored or ())))

    def clean(self) -> dict[str, Any]:
        """Turn the picked resources into sets, and give a custom integration its access key."""
        cleaned = super().clean() or self.cleaned_data
        limited_to = positions(cleaned.get("limited_to") or ())
        self.instance.available_only = limited_to if cleaned.get("limited") else None
        self.instance.needed = positions(cleaned.get("needs") or ())
        if cleaned.get("kind") == Integration.Kind.CUSTOM:
            self.instance.access_key = new_key()
        return cleaned


SHOW_KEY = "show_partner_key"
"""Where a session keeps which integration's partner key is to be shown, once."""


@admin.register(Integration)
class IntegrationAdmin(AuditedAdmin):
    """The partner key is shown once, after it is made, and never again."""

    form = IntegrationForm
    list_display = ["name_en", "kind", "vendor", "built_in", "retired"]
    list_filter = ["kind", "built_in", "retired"]
    search_fields = ["name_folded", "vendor"]
    actions = ["issue_partner_key"]

    def get_fields(self, request: HttpRequest, obj: Integration | None = None) -> Any:
        keys = ["public_id", "access_key", "partner_id"] if obj else []
        sets = ["available_names", "needed_names"]
        if obj is None or obj.code is None:
            sets = ["limited", "limited_to", "needs"]
        return [*IntegrationForm.Meta.fields, *sets, *keys]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Integration | None = None
    ) -> list[str]:
        shown = ["available_names", "needed_names"]
        return ["kind", "public_id", "access_key", "partner_id", *shown] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Integration | None = None) -> bool:
        """Forbid changing what the files bring: the next sync would undo it."""
        return super().has_change_permission(request, obj) and (obj is None or obj.code is None)

    @admin.display(description=_("Available resources"))
    def available_names(self, obj: Integration) -> str:
        """List what is available to it."""
        return _names(obj.available_only) if obj.limited else str(_("all"))

    @admin.display(description=_("Needed resources"))
    def needed_names(self, obj: Integration) -> str:
        """List what it needs."""
        return _names(obj.needed)

    def get_urls(self) -> list[Any]:
        shown = self.admin_site.admin_view(self.show_partner_key)
        return [path("partner-key/", shown, name="partner_key"), *super().get_urls()]

    def response_add(
        self, request: HttpRequest, obj: Integration, post_url_continue: str | None = None
    ) -> HttpResponse:
        request.session[SHOW_KEY] = obj.pk
        return redirect("admin:partner_key")

    @admin.action(
        description=_("Issue a new partner key; the old one stops working"),
        permissions=["change"],
    )
    def issue_partner_key(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Replace the partner key of exactly one integration and show it."""
        if queryset.count() != 1:
            self.message_user(request, _("Choose exactly one integration."), level="error")
            return None
        with transaction.atomic():
            integration = queryset.select_for_update().get()
            integration.partner_key = Secret.of(new_key())
            integration.save(update_fields=["partner_key"])
            entry = Entry("integration:key", "integration", integration.pk, integration.name_en)
            record(Scene(request.user.pk, str(request.user)), [entry])
        request.session[SHOW_KEY] = integration.pk
        return redirect("admin:partner_key")

    def show_partner_key(self, request: AuthenticatedRequest) -> HttpResponse:
        """Show the key that was just made; a second look finds it gone."""
        pk = request.session.pop(SHOW_KEY, None)
        integration = Integration.objects.filter(pk=pk).first()
        key = integration and integration.partner_key.reveal()
        if integration:
            record_event(request, Verb.KEY_SHOWN, request.user, about=integration.name_en)
        context = {**self.admin_site.each_context(request), "integration": integration, "key": key}
        context["title"] = _("Partner key")
        return TemplateResponse(request, "admin/resources/integration/partner_key.html", context)


def _names(wanted: ResourceSet | None) -> str:
    found = InterfaceResource.objects.filter(position__in=list(wanted or ()))
    return ", ".join(found.values_list("code", flat=True)) or "–"
