"""What browsers ask for without being told: icons, the manifest, and whether robots may look."""

import json
from contextlib import closing

import pytest

pytestmark = pytest.mark.django_db


def body(response):
    with closing(response):
        return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        ("/favicon.ico", b"\0\0\1\0"),
        ("/apple-touch-icon.png", b"\x89PNG"),
        ("/robots.txt", b"User-agent: *\nDisallow: /\n"),
    ],
)
def test_strangers_get_it(client, address, begins):
    response = client.get(address)
    assert response.status_code == 200
    assert body(response).startswith(begins)


def test_the_manifest_names_icons_that_are_there(client):
    manifest = json.loads(body(client.get("/manifest.json")))
    for icon in manifest["icons"]:
        assert body(client.get(icon["src"]))


def test_pages_name_icon_manifest_and_colour(client):
    response = client.get("/accounts/login/")
    for part in ("/apple-touch-icon.png", "/manifest.json", 'name="theme-color"'):
        assert part in response.text
    assert "manifest-src 'self'" in response.headers["Content-Security-Policy"]
