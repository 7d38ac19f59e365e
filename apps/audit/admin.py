"""Django admin whose every save is an audit event."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.audit.services import Entry, Scene, record

SECRET_FIELDS = {"password", "password1", "password2"}


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Saves with an audit event and deletes nothing: what is stored is retired or ended."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def company_of(self, obj: Any) -> Any:
        """Return the company whose history the change belongs to, if any."""
        return None

    def save_model(
        self,
        request: HttpRequest,
        obj: models.Model,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        super().save_model(request, obj, form, change)
        company, kind = self.company_of(obj), obj._meta.model_name or ""
        names = [name for name in form.changed_data if name not in SECRET_FIELDS]
        entry = Entry(
            verb=f"{kind}:{'change' if change else 'add'}",
            subject_kind=kind,
            subject_id=obj.pk,
            subject=str(obj),
            before={
                name: _plain(form.get_initial_for_field(form.fields[name], name)) for name in names
            }
            if change
            else None,
            after={name: _plain(form.cleaned_data[name]) for name in names},
        )
        scene = Scene(
            actor_id=request.user.pk,
            actor=str(request.user),
            company_id=company.pk if company else None,
            company=str(company) if company else "",
        )
        record(scene, [entry])


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, models.QuerySet)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (bool, int, type(None))) else str(value)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows what comes from reviewed files."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
