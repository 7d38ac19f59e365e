"""What browsers ask for without being told: icons, the manifest, and whether robots may look."""

import json
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

pytestmark = pytest.mark.django_db
TYPES = {
    "/favicon.ico": "image/x-icon",
    "/apple-touch-icon.png": "image/png",
    "/manifest.json": "application/json",
    "/robots.txt": 'text/plain; charset="utf-8"',
}


@pytest.mark.parametrize("address", TYPES)
def test_strangers_get_it(client, address):
    response = client.get(address)
    response.close()
    assert (response.status_code, response.headers["Content-Type"]) == (200, TYPES[address])


def test_the_manifest_names_an_icon_that_is_there():
    manifest = json.loads((settings.WHITENOISE_ROOT / "manifest.json").read_text())
    assert {icon["src"] for icon in manifest["icons"]} <= set(TYPES)


def test_pages_name_icon_manifest_and_colour(client):
    response = client.get("/accounts/login/")
    for part in ("/manifest.json", 'name="theme-color"'):
        assert part in response.text
    assert "manifest-src 'self'" in response.headers["Content-Security-Policy"]


def test_security_txt_says_where_weaknesses_are_reported(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.fi"
    response = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:security@example.fi"
    left = datetime.fromisoformat(lines["Expires"]) - timezone.now()
    assert timedelta(days=90) < left < timedelta(days=365)


def test_there_is_no_security_txt_without_a_contact(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404
