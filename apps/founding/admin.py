"""Founding a company or an office in one short form, for site staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.services import Scene
from apps.companies.admin import AccountingOfficeAdmin, CompanyAdmin
from apps.companies.models import AccountingOffice, Company
from apps.founding import services, tasks, texts
from apps.founding.forms import FoundCompanyForm, FoundOfficeForm
from apps.founding.services import Loaded, Unloadable


class Founds(admin.ModelAdmin):  # type: ignore[type-arg]
    """Has a form beside the list that founds one, and invites its first person."""

    founding_form: type[FoundCompanyForm]
    founding_title: Promise | str
    change_list_template = "admin/founding/change_list.html"

    def get_urls(self) -> list[Any]:
        name = f"found_{self.opts.model_name}"
        found = self.admin_site.admin_view(self.found)
        return [path("found/", found, name=name), *super().get_urls()]

    def found(self, request: HttpRequest) -> HttpResponse:
        """Ask what to found and whom to invite; then do so and go back to the list."""
        if not (
            self.has_add_permission(request) and request.user.has_perm("people.add_invitation")
        ):
            raise PermissionDenied
        form = self.founding_form(request.POST or None)
        if form.is_valid() and (made := _founded(request, form)):
            self.message_user(request, _told(form, made))
            return redirect(f"admin:companies_{self.opts.model_name}_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "opts": self.opts}
        context["title"] = self.founding_title
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/founding/found.html", context, status=status)


def _founded(request: HttpRequest, form: FoundCompanyForm) -> Loaded | None:
    """Found as a valid form asks, or say at its fields why not."""
    scene = Scene(request.user.pk, str(request.user))
    try:
        with transaction.atomic():
            made = services.load(scene, form.wanted)
            for one in made.invitations:
                site = request.build_absolute_uri("/")
                tasks.send_waiting.enqueue(one.expires_at.isoformat(), site)
    except Unloadable as error:
        form.add_mistakes(list(error.mistakes))
        return None
    return made


def _told(form: FoundCompanyForm, made: Loaded) -> str:
    told = texts.INVITED if made.invitations else texts.THERE
    return str(told) % {"email": form.email, "company": form.cleaned_data["name"]}


admin.site.unregister([Company, AccountingOffice])


@admin.register(Company)
class FoundingCompanyAdmin(Founds, CompanyAdmin):
    founding_form = FoundCompanyForm
    founding_title = _("Found a company")


@admin.register(AccountingOffice)
class FoundingOfficeAdmin(Founds, AccountingOfficeAdmin):
    founding_form = FoundOfficeForm
    founding_title = _("Found an office")
