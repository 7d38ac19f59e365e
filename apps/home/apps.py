"""The company home: it joins the pages of the other apps."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "apps.home"
