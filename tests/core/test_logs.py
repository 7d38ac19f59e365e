"""Lines of the log: one form, a name for each request, and never a secret."""

import gzip
import json
import logging
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread

import brotli
import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from apps.core.logs import ErrorMail, lines
from apps.core.traces import Tracer
from tests.factories import UserFactory
from tests.rights.addresses import page_url

pytestmark = pytest.mark.django_db
NAMED = "0123abcd-of-the-proxy"


@pytest.fixture
def told():
    """Return a function that gives the lines written since, each read as JSON."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(lines())
    handler.setLevel("INFO")
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def away(*_args):
    raise OperationalError("gone")


def test_one_line_tells_of_an_answer_with_numbers_alone(sign_in, editor, company, told):
    answer = sign_in(editor.user).get(page_url(company), {"q": "typed"})
    [line] = told()
    assert (line["request_id"], line["code"]) == (answer["X-Request-ID"], 200)
    assert (line["person"], line["company"]) == (editor.user.pk, company.pk)
    assert line["timestamp"].endswith("Z")
    assert line["seconds"] < 60
    assert company.business_id not in str(line)
    assert "typed" not in str(line)


@pytest.mark.parametrize("sent", [NAMED, "no plain\tname", "x" * 65, ""])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_trusted_proxy_names_a_request_by_a_plain_name(client, settings, trusted, sent):
    settings.DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = trusted
    answer = client.get("/accounts/login/", headers={"X-Request-ID": sent})
    assert (answer["X-Request-ID"] == sent) is (trusted and sent == NAMED)
    assert answer["X-Request-ID"]


def test_a_secret_in_an_address_is_in_no_line(client, told):
    client.get("/accounts/password/reset/key/3/secret-token/")
    client.get("/invitations/secret-token/")
    client.get("/nothing/secret-token/")
    assert len(told()) == 3
    assert "secret-token" not in str(told())


def test_whoever_watches_the_server_fills_no_log(client, told):
    client.get("/healthz")
    assert told() == []


def test_a_slow_statement_is_told_of_without_its_values(sign_in, settings, told):
    settings.SLOW_STATEMENT = 0
    answer = sign_in(UserFactory()).get("/companies/")
    slow = [line for line in told() if line["event"] == "slow statement"]
    assert {line["request_id"] for line in slow} == {answer["X-Request-ID"]}
    assert "SELECT" in slow[0]["sql"]
    assert answer.client.session.session_key not in str(slow)


@pytest.mark.parametrize("path", ["/nothing/", "/admin/"])
def test_a_page_that_refuses_shows_the_name_of_the_request(sign_in, path):
    answer = sign_in(UserFactory()).get(path, follow=True)
    assert answer.status_code in (403, 404)
    assert answer["X-Request-ID"] in answer.text


def test_the_error_page_its_line_and_its_mail_have_the_same_name(sign_in, settings, told):
    settings.ADMINS = [("", "operator@example.com")]
    root, mails = logging.getLogger(), ErrorMail()
    mails.setFormatter(lines())
    mails.setLevel("ERROR")
    root.addHandler(mails)
    client = sign_in(UserFactory(), raise_request_exception=False)
    with connection.execute_wrapper(away):
        answer = client.get("/companies/")
    root.removeHandler(mails)
    assert answer.status_code == 503
    named = answer["X-Request-ID"]
    [line] = [one for one in told() if one["level"] == "error"]
    assert line["request_id"] == named
    assert "OperationalError: gone" in line["exception"]
    assert named in answer.text
    assert named in mail.outbox[0].subject
    assert named in mail.outbox[0].body


class Sink(BaseHTTPRequestHandler):
    """Keeps what is sent to it."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
        self.server.kept.append(unpack.get(self.headers["Content-Encoding"], bytes)(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


FAILING = """
import django
django.setup()
from django.test import Client
import sentry_sdk
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "secret-session"
answer = client.get("/companies/?q=secret-query", headers={"X-Sent": "secret-header"})
Client(raise_request_exception=False).get("/invitations/secret-token/")
sentry_sdk.flush(5)
print(answer.status_code, answer["X-Request-ID"])
"""


def failed(database, variable, path):
    """Let a page fail without its database; return its request and what was sent, and to where."""
    sink = HTTPServer(("127.0.0.1", 0), Sink)
    sink.kept = []
    Thread(target=sink.serve_forever, daemon=True).start()
    told = {"DATABASE_URL": database, variable: f"http://{path.format(sink.server_port)}"}
    allowed = {"HTTPS": "off", "ALLOWED_HOSTS": "testserver", "PLAIN_STATIC": "on"}
    named = {"DJANGO_SETTINGS_MODULE": "netvisor_rights.settings"}
    environment = os.environ | told | allowed | named
    done = subprocess.run([sys.executable, "-c", FAILING], env=environment, capture_output=True)
    sink.shutdown()
    sink.server_close()
    status, request = done.stdout.decode().split()
    assert status == "503"
    sent = b"".join(sink.kept).decode(errors="replace")
    assert "secret-" not in sent + done.stderr.decode()
    return request, sent


def test_errors_are_sent_by_sentrys_protocol_without_what_the_request_brought():
    request, sent = failed("sqlite:////nowhere/at/all", "SENTRY_DSN", "public@127.0.0.1:{}/1")
    assert "OperationalError" in sent
    assert request in sent


def test_traces_are_sent_by_setting_without_what_the_request_brought():
    pytest.importorskip("opentelemetry.sdk", reason="its packages are not installed")
    request, sent = failed("sqlite://:memory:", "TRACES_URL", "127.0.0.1:{}/v1/traces")
    for told in (request, "GET /invitations/<", "netvisor-rights-"):
        assert told in sent
    assert re.search('SELECT .*"session_key" = %s', sent, re.DOTALL)


def test_traces_without_their_packages_name_what_is_lacking(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-traces\.txt"):
        Tracer().send_to("http://127.0.0.1:1")
