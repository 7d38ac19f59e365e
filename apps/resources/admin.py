"""The catalogue, for site staff: what the files bring is shown, integrations can be added."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from apps.audit.admin import AuditedAdmin, ReadOnlyAdmin
from apps.audit.services import Entry, Scene, record
from apps.resources.catalog.snapshot import positions
from apps.resources.models import (
    Integration,
    InterfaceResource,
    ResourceGroup,
    Section,
    new_key,
)
from apps.resources.rules import ResourceSet


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

    limited_to = forms.ModelMultipleChoiceField(
        InterfaceResource.objects.filter(retired=False),
        label=_("Limited to these resources"),
        required=False,
        help_text=_("Pick nothing to make all resources available."),
    )
    needs = forms.ModelMultipleChoiceField(
        InterfaceResource.objects.filter(retired=False),
        label=_("Needed resources"),
        required=False,
    )

    class Meta:
        model = Integration
        fields = [
            "kind", "name_en", "name_fi", "name_sv", "vendor", "purpose_en", "purpose_fi",
            "purpose_sv", "needs_source", "built_in", "retired",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["limited_to"] = _resources(self.instance.available_only)
        self.initial["needs"] = _resources(self.instance.needed)

    def clean(self) -> dict[str, Any]:
        """Turn the picked resources into sets, and give a custom integration its access key."""
        cleaned = super().clean() or self.cleaned_data
        limited = cleaned.get("limited_to")
        self.instance.available_only = positions(limited) if limited else None
        self.instance.needed = positions(cleaned.get("needs") or ())
        if cleaned.get("kind") == Integration.Kind.CUSTOM:
            self.instance.access_key = new_key()
        return cleaned


def _resources(wanted: ResourceSet | None) -> list[InterfaceResource]:
    return list(InterfaceResource.objects.filter(position__in=list(wanted or ())))


@admin.register(Integration)
class IntegrationAdmin(AuditedAdmin):
    """The partner key is shown once, where it is made, and never again."""

    form = IntegrationForm
    list_display = ["name_en", "kind", "vendor", "built_in", "retired"]
    list_filter = ["kind", "built_in", "retired"]
    search_fields = ["name_folded", "vendor"]
    actions = ["issue_partner_key"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Integration | None = None
    ) -> list[str]:
        return ["kind", "public_id", "access_key", "partner_id"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Integration | None = None) -> bool:
        """Forbid changing what the files bring: the next sync would undo it."""
        return super().has_change_permission(request, obj) and (obj is None or obj.code is None)

    def response_add(
        self, request: HttpRequest, obj: Integration, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_key(request, obj)

    @admin.action(description=_("Issue a new partner key; the old one stops working"))
    def issue_partner_key(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Replace the partner key of exactly one integration and show it."""
        if queryset.count() != 1:
            self.message_user(request, _("Pick exactly one integration."), level="error")
            return None
        integration = queryset.get()
        integration.partner_key = new_key()
        integration.save(update_fields=["partner_key"])
        entry = Entry("integration:key", "integration", integration.pk, integration.name_en)
        record(Scene(request.user.pk, str(request.user)), [entry])
        return self._show_key(request, integration)

    def _show_key(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "integration": integration}
        context["title"] = _("Partner key of %(name)s") % {"name": integration.name}
        template = "admin/resources/integration/partner_key.html"
        return TemplateResponse(request, template, context)
