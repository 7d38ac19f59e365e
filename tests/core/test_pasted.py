"""What is pasted is found: invisible signs, spaces and dashes of all kinds do no harm."""

import unicodedata

import pytest
from django import forms

from apps.core.text import as_code, fold
from netvisor_rights import urls
from tests.factories import ApiIdentifierFactory, IntegrationFactory, ListingFactory

INVISIBLE = "\u00ad\u200b\u2060\ufeff\u202e"
WRITTEN_BY_PAGES = {"allow", "block", "keep", "shown", "whole", "seen", "replaced", "after"}
WRITTEN_BY_PAGES |= {"company", "left_out", "once", "also", "preset", "event", "integration"}
WRITTEN_BY_PAGES |= {"credential"}
"""Fields that nobody types into."""
EXACT = {"apps.calls.forms.SignatureForm.text"}
"""What was signed counts as it is, sign by sign."""


def kinds(form=forms.BaseForm):
    """Yield every form of ours, but for those of the site administration."""
    for heir in form.__subclasses__():
        if heir.__module__.startswith("apps.") and not heir.__module__.endswith("admin"):
            yield heir
        yield from kinds(heir)


def is_typed(name, field):
    is_other = isinstance(field.widget, forms.PasswordInput | forms.Select)
    return isinstance(field, forms.CharField) and not is_other and name not in WRITTEN_BY_PAGES


TYPED = {
    f"{form.__module__}.{form.__name__}.{name}": field
    for form in kinds()
    for name, field in form.base_fields.items()
    if is_typed(name, field)
    and f"{form.__module__}.{form.__name__}.{name}" not in EXACT
    and not isinstance(field, forms.RegexField | forms.EmailField | forms.UUIDField)
}


@pytest.mark.parametrize("where", TYPED)
def test_no_text_field_keeps_invisible_signs(where):
    read = TYPED[where].to_python(f"{INVISIBLE} a{INVISIBLE}b {INVISIBLE}")
    assert read == "ab"


def test_all_forms_are_looked_at():
    assert urls.urlpatterns  # by their views, which are read with them
    assert {"apps.rights.forms.AccessKeyForm.access_key"} <= set(TYPED)
    assert len(TYPED) > 15


def mangled(code):
    """Return a code as it may come out of a letter or a table."""
    return "\u00a0" + "\u200b \u00ad".join(code.replace("-", "\u2013")) + "\u2060\n"


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d-")
def test_every_dash_is_one(dash):
    assert as_code(f"1234567{dash}8") == "1234567-8"
    assert unicodedata.name(dash)


@pytest.mark.django_db
def test_an_access_key_is_found_however_it_was_pasted(sign_in, editor, company, catalogue):
    bridge = IntegrationFactory(custom=True)
    base = f"/companies/{company.business_id}/interface-resources/"
    sent = {"access_key": mangled(bridge.access_key.lower())}
    assert bridge.public_id in sign_in(editor.user).post(f"{base}find/", sent)["Location"]


@pytest.mark.django_db
def test_companies_are_found_by_a_mangled_business_id_and_name(served, serve):
    company, other = serve(name="Ähtäri Bakery"), serve(name="Other")
    for text in (mangled(company.business_id), "äht\u00adäri\u200b bak"):
        for address in ("/companies/", "/office/"):
            page = served.get(address, {"q": text}).text
            assert "Ähtäri Bakery" in page
            assert ">Other<" not in page
    assert other.name not in served.get("/office/", {"q": mangled(company.business_id)}).text


@pytest.mark.django_db
def test_resources_and_identifiers_are_found_by_a_mangled_text(sign_in, editor, company, severa):
    editor.roles = ["KH"]
    ListingFactory(company=company, integration=severa)
    one = ApiIdentifierFactory(owner=editor.user, made_in=company)
    client, base = sign_in(editor.user), f"/companies/{company.business_id}/"
    page = client.get(f"{base}interface-resources/", {"find": "employ\u00adee.nv\u200b"}).text
    assert 'value="employee.nv"' in page
    assert 'value="customer.nv"' not in page
    assert one.user_id in client.get(f"{base}api-identifiers/", {"q": mangled(one.user_id)}).text


def test_what_was_stored_with_invisible_signs_is_found_by_plain_words():
    assert fold("Ähtä\u00adri\u200b Bakery") == fold("ähtäri bakery") == "ahtari bakery"
