"""The address of the company home."""

from django.urls import path

from apps.home import views

urlpatterns = [path("", views.company_home, name="company_home")]
