"""Requests that no page of ours makes: refused at once, in words, and written nowhere."""

from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest

from apps.core.forms import ADDRESS_CARRIES
from netvisor_rights.wsgi import application

pytestmark = pytest.mark.django_db
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nabc\r\n--x--\r\n'


def answer(**environ):
    """Ask the server's own entry; return the status and the page."""
    begun = []
    environ = {"HTTP_HOST": "testserver", **environ}
    setup_testing_defaults(environ)
    page = b"".join(application(environ, lambda status, _headers: begun.append(status)))
    return begun[0][:3], page.decode()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("charset", ["utf-16", "hex", "nonsense", "zip", "iso-8859-1", ""])
def test_another_charset_is_refused(method, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    status, page = answer(REQUEST_METHOD=method, QUERY_STRING="q=a", CONTENT_TYPE=kind)
    assert status == "400"
    assert "Your browser sent something that cannot be read" in page


@pytest.mark.parametrize(
    "kind", ["", "text/html", "text/html; charset=UTF-8", 'a/b; charset="utf-8"']
)
def test_utf_8_is_taken_in_every_spelling(kind):
    assert answer(PATH_INFO="/accounts/login/", CONTENT_TYPE=kind)[0] == "200"


@pytest.mark.parametrize("cookie", ["sessionid=a\0b", 'company="a\\000b"', "a=b; \0=c"])
def test_a_nul_in_a_cookie_is_refused(cookie):
    assert answer(PATH_INFO="/companies/", HTTP_COOKIE=cookie)[0] == "400"


@pytest.mark.parametrize("length", [str(256 * 1024 + 1), "-1", "many"])
def test_a_long_body_is_not_read(length):
    status, page = answer(REQUEST_METHOD="POST", CONTENT_LENGTH=length, **{"wsgi.input": None})
    assert status == "413"
    assert "This is too much at once" in page


def test_a_file_is_refused(client):
    sent = {"content_type": "multipart/form-data; boundary=x"}
    refused = client.generic("POST", "/accounts/login/", FILE, **sent)
    assert refused.status_code == 400
    assert "Your browser sent something" in refused.text


SEARCHES = [
    "/companies/?q=",
    "/office/?q=",
    "{}interface-resources/?find=",
    "{}interface-resources/?name=",
    "{}history/?resource=",
    "{}users/?q=",
    "{}api-identifiers/?q=",
]


@pytest.mark.parametrize("letter", "aÄ€😀")
@pytest.mark.parametrize("search", SEARCHES)
def test_what_is_looked_for_is_as_long_as_an_address_carries(
    served, serve, catalogue, search, letter
):
    company = serve(name="Ours")
    fits = ADDRESS_CARRIES // (3 * len(letter.encode())) if letter != "a" else ADDRESS_CARRIES
    address = search.format(f"/companies/{company.business_id}/")
    found = served.get(address + quote(letter * fits))
    assert found.status_code == 200
    assert len(found.wsgi_request.get_full_path()) + len("GET  HTTP/1.1\r\n") < 4094 - 300
    longer = served.get(address + quote(letter * (fits + 1)))
    assert longer.status_code == 422
    assert "The search is too long. Use fewer words." in longer.text


@pytest.mark.django_db
def test_a_stranger_on_no_page_is_offered_no_company_and_no_menu(client):
    lost = client.get("/nowhere/").text
    assert "There is no page at this address" in lost
    assert "Choose a company" not in lost
    assert 'value="fi"' in lost
