"""Companies, accounting offices, and who may what in them."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "apps.companies"
    verbose_name = "Companies"
