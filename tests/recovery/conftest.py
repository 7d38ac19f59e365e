"""A helper, somebody of the same company who lost an app, and the mails between them."""

import re

import pytest
from django.test import Client

from tests.accounts.factors import password, set_up_app
from tests.conftest import signed_in
from tests.factories import MembershipFactory
from tests.work import mails


@pytest.fixture
def lost(company, reader):
    """A member who has an app, and its browser."""
    reader.user.name, reader.user.language = "Lena Lost", "en"
    reader.user.save()
    reader.browser = Client()
    password(reader.browser, reader.user)
    set_up_app(reader.browser)
    return reader


@pytest.fixture
def address(company, lost):
    return f"/companies/{company.business_id}/users/{lost.pk}/second-factor/"


@pytest.fixture
def helper(editor):
    return signed_in(editor.user)


@pytest.fixture
def other_kh(company):
    return signed_in(MembershipFactory(company=company, editor=True).user)


@pytest.fixture
def link(helper, address, lost):
    """The link in the mail that the helper's request brings."""
    helper.post(address)
    return link_of(lost)


def link_of(member):
    """Return the link in the last mail that asked somebody to confirm."""
    [*_, mail] = [one for one in mails() if member.user.email in one.to and "/lost/" in one.body]
    return re.search(r"http://testserver(/accounts/lost/\S+)", mail.body)[1]


@pytest.fixture
def stranger():
    return Client()
