"""What watches the server asks, and which older ways of signing a company accepts.

The gateway's own question never reaches Django's addresses.
"""

from django.urls import path

from apps.gateway import views

OLDER = "companies/<business_id:business_id>/signatures/"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path(OLDER, views.older_signatures, name="older_signatures"),
    path(f"{OLDER}accept/", views.accept_signature, name="accept_signature"),
    path(f"{OLDER}end/", views.end_signature, name="end_signature"),
]
