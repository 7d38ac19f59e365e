"""Companies, accounting offices, and who may what in them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "apps.companies"
    verbose_name = _("Companies")
