"""The endpoint over WSGI: who may ask, where the target stands, and what is sent back."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.gateway import tasks
from apps.usage.models import ApiRequest, Unauthenticated
from tests.gateway.over_wsgi import WHOLE, about, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings):
    """The settings of a gateway."""
    settings.GATEWAY = dict(WHOLE)
    return settings.GATEWAY


@pytest.fixture
def asked(account):
    """A genuine request of now, as a gateway asks about it."""
    return about("/customerlist.nv")


def test_a_request_that_may_pass_is_answered_with_nothing(asked):
    status, headers, body = send(asked)
    assert (status, body) == (204, "")
    assert headers["Cache-Control"] == "no-store"
    assert ApiRequest.objects.get().method == "POST"


def test_a_refusal_is_told_in_the_body_and_in_headers(asked, account):
    account.paused_at = datetime.now(UTC)
    account.save()
    status, headers, body = send(asked)
    assert status == 403
    assert headers["X-Rights-Code"] == "SERVICE_ACCESS_ERROR"
    assert headers["X-Rights-Text"].startswith("The identifier is paused. Request ")
    assert re.fullmatch(r"\d+\.\d+\.\d{4} \d\d:\d\d:\d\d", headers["X-Rights-Time"])
    assert f"<Status>SERVICE_ACCESS_ERROR :: {headers['X-Rights-Text']}</Status>" in body
    assert f"<Request>{headers['X-Rights-Request']}</Request>" in body
    assert ApiRequest.objects.get().request_id == headers["X-Rights-Request"]


@pytest.mark.parametrize("said", [{}, {"HTTP_X_GATEWAY_SECRET": "x" * 33}])
def test_nobody_but_a_gateway_may_ask(asked, django_assert_num_queries, said):
    del asked["HTTP_X_GATEWAY_SECRET"]
    with django_assert_num_queries(0):
        status, headers, _body = send(asked | said)
    assert (status, headers["X-Rights-Code"]) == (403, "SERVICE_ACCESS_ERROR")
    assert not ApiRequest.objects.exists()


def test_a_gateway_may_be_known_by_its_address(asked, gateway):
    del asked["HTTP_X_GATEWAY_SECRET"]
    gateway.update(secrets=[], addresses=["127.0.0.5"])
    assert send(asked, REMOTE_ADDR="127.0.0.6")[0] == 403
    assert send(asked, REMOTE_ADDR="127.0.0.5")[0] == 204


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("x-original-uri", "HTTP_X_ORIGINAL_URI"),
        ("x-forwarded-uri", "HTTP_X_FORWARDED_URI"),
        ("request-line", "RAW_URI"),
    ],
)
def test_the_target_stands_in_one_place_and_in_no_other(asked, gateway, target, header):
    gateway["target"] = target
    prefix = "/gateway/authorize" if header == "RAW_URI" else ""
    places = {"HTTP_X_ORIGINAL_URI", "HTTP_X_FORWARDED_URI", "RAW_URI"}
    elsewhere = asked | dict.fromkeys(places, "/customerlist.nv") | {header: ""}
    assert send(elsewhere)[0] == 401
    there = asked | dict.fromkeys(places, "/customer.nv") | {header: f"{prefix}/customerlist.nv"}
    assert send(there)[0] == (200 if header == "RAW_URI" else 204)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bases": []},
        {"bases": ["localhost"]},
        {"bases": ["http://localhost/?x"]},
        {"target": "forwarded"},
        {"secrets": []},
        {"secrets": ["short"]},
        {"lag": 0},
    ],
)
def test_settings_that_are_not_whole_refuse_everything(asked, gateway, client, wrong):
    gateway.update(wrong)
    status, headers, _body = send(asked)
    assert (status, headers["X-Rights-Code"]) == (503, "TECHNICAL_ERROR")
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("path", ["/gateway/", "/gateway/authorise", "/gateway/authorizes"])
def test_other_addresses_below_the_gateway_are_not_found(asked, path):
    assert send(asked, path=path)[0] == 404


def test_refusals_of_strangers_are_counted_by_what_they_name(asked, account):
    asked["HTTP_X_NETVISOR_AUTHENTICATION_MAC"] = "0" * 64
    for _ in range(3):
        assert send(asked)[0] == 401
        tasks.add_refusals()
    row = Unauthenticated.objects.get()
    assert (row.reason, row.count) == ("wrong_signature", 3)
    assert (row.identifier, row.company) == (account.pk, account.made_in_id)


def test_refusals_that_cannot_be_written_down_are_counted_on(asked):
    asked["HTTP_X_NETVISOR_AUTHENTICATION_MAC"] = "0" * 64
    send(asked)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE usage_unauthenticated RENAME TO away")
        tasks.add_refusals()
        cursor.execute("ALTER TABLE away RENAME TO usage_unauthenticated")
    assert not Unauthenticated.objects.exists()
    send(asked)
    tasks.add_refusals()
    assert Unauthenticated.objects.get().count == 2
