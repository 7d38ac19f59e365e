"""What watches the server asks; the gateway's own question never reaches Django's addresses."""

from django.urls import path

from apps.gateway import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
