"""Jobs as site staff see them: what waits, what failed and why."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from apps.jobs.models import Job

admin.site.unregister(DBTaskResult)


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Only to be looked at: jobs are made and ended by what they belong to."""

    list_display = ["task_name", "status", "enqueued_at", "run_after", "tries_", "error"]
    list_filter = ["status"]
    ordering = ["-enqueued_at"]
    show_full_result_count = False

    @admin.display(description=_("tries"))
    def tries_(self, job: Job) -> int:
        return job.tries

    @admin.display(description=_("last error"), empty_value="")
    def error(self, job: Job) -> str:
        return job.last_error

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
