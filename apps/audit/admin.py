"""Django admin whose every save is an audit event."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from apps.audit.services import Entry, Scene, record

MOST = 1000
"""How many rows of a table can be paged through."""
SECRET_FIELDS = {"password", "password1", "password2"}


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a few pages: who looks for something further down searches."""

    @cached_property
    def count(self) -> int:
        found: Any = self.object_list
        return int(found.order_by()[:MOST].count())


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Saves with an audit event and deletes nothing: what is stored is retired or ended."""

    paginator = BoundedPaginator
    show_full_result_count = False
    added, changed = "add", "change"
    """What the events call it, as the other pages do that do the same."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def company_of(self, obj: Any) -> Any:
        """Return the company whose history the change belongs to, if any."""
        return None

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        old = type(obj)._default_manager.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        # Whether there is a password Django takes out of what was sent once it is read.
        sent = [name for name in form.changed_data if name in form.cleaned_data]
        names = [name for name in sent if name not in SECRET_FIELDS]
        before = {name: _plain(_old(old, form, name)) for name in names}
        after = {name: _plain(form.cleaned_data[name]) for name in names}
        verb = self.changed if change else self.added
        self.record_event(request, obj, verb, before=before if change else None, after=after)

    def record_event(self, request: HttpRequest, obj: models.Model, verb: str, **what: Any) -> None:
        """Write the audit event of something done to an object here."""
        company, kind = self.company_of(obj), obj._meta.model_name or ""
        scene = Scene(
            actor_id=request.user.pk,
            actor=str(request.user),
            company_id=company.pk if company else None,
            company=str(company) if company else "",
        )
        record(scene, [Entry(f"{kind}:{verb}", kind, obj.pk, str(obj), **what)])


def _old(old: Any, form: Any, name: str) -> Any:
    """Return what a field held: of several things those that the form began with."""
    value = getattr(old, name, None)
    return form.initial.get(name) if value is None or hasattr(value, "through") else value


def _plain(value: Any) -> Any:
    """Return a value as JSON: resources by their code, other things by their name."""
    if isinstance(value, (list, tuple, models.QuerySet)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, int, type(None))):
        return value
    return str(getattr(value, "code", None) or value)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows what comes from reviewed files."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
