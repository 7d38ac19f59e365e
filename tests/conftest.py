"""What all tests share: a catalogue, a company with its people, and signed-in clients."""

import os
import time

import pytest
from django.apps import apps
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as properties

from apps.companies.access import CompanyAccess, enter
from apps.companies.models import Company, Membership
from apps.core import mails
from apps.demo import services as demo
from apps.resources import reads
from apps.resources.catalogue import Catalogue
from apps.resources.models import CatalogueVersion
from apps.resources.services import sync
from tests.factories import (
    CompanyFactory,
    IntegrationFactory,
    MembershipFactory,
    ResourceFactory,
    ResourceGroupFactory,
    SectionFactory,
    set_of,
)

# Playwright's own event loop runs in the tests' thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The same sequences in every run, so that a change breaks the tests and nothing else does;
# `make test ARGS=--hypothesis-profile=search` looks for new ones.
# A busy machine is no defect, so nothing is timed; what a fixture made serves all examples.
CALM = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}
properties.register_profile("same", derandomize=True, **CALM)
properties.register_profile("search", max_examples=2_000, **CALM)
properties.load_profile("same")

pytest_plugins = ["tests.world", "tests.accounts.oidc"]
BACKEND = "apps.security.backends.PersonBackend"
METHODS = "account_authentication_methods"
"""Where a session keeps when the password was given."""

# Everything runs on PostgreSQL. What a database can change runs on SQLite too: a file whose
# tests lock, race, count statements, page, search, compare text, or lean on constraints,
# triggers, stored sets or the order of rows; and the demo world, with people walking in it.
BOTH = [
    "tests/*/test_races.py",
    "tests/*/test_statements.py",
    "tests/*/test_reads.py",
    "tests/*/test_filter*.py",
    "tests/audit/*.py",
    "tests/browser/both/*.py",
    "tests/bulk/test_run*.py",
    "tests/clients/test_list.py",
    "tests/clients/test_uses.py",
    "tests/companies/test_business_id.py",
    "tests/companies/test_chooser.py",
    "tests/companies/test_move.py",
    "tests/core/test_migrating.py",
    "tests/core/test_paging.py",
    "tests/gateway/test_requests.py",
    "tests/gateway/test_health.py",
    "tests/gateway/test_older_signatures.py",
    "tests/gateway/test_worlds.py",
    "tests/history/test_history.py",
    "tests/history/test_rights_on.py",
    "tests/identifiers/test_create.py",
    "tests/identifiers/test_edit.py",
    "tests/identifiers/test_end.py",
    "tests/identifiers/test_own.py",
    "tests/identifiers/test_rotation.py",
    "tests/people/test_users_page.py",
    "tests/recovery/test_reset.py",
    "tests/resources/test_resource_set.py",
    "tests/resources/test_sync_catalog.py",
    "tests/usage/*.py",
    "tests/test_demo.py",
]


# Files with tests of many seconds: each process begins with its share of them, so that at the
# end none waits for another's.
LONG = [
    "tests/browser/engines/*.py",
    "tests/browser/test_accessible.py",
    "tests/browser/test_calls.py",
    "tests/browser/test_second_factor.py",
    "tests/browser/test_widths.py",
    "tests/calls/test_check.py",
    "tests/calls/test_mend.py",
    "tests/clients/test_silent_and_unused.py",
    "tests/gateway/test_worlds.py",
    "tests/test_access_matrix.py",
    "tests/test_demo.py",
    "tests/test_large.py",
]


def pytest_collection_modifyitems(items):
    for item in items:
        # Without script a page asks the same of the database as with it.
        if matches(item, BOTH) and "no script" not in item.name:
            item.add_marker(pytest.mark.both)
    items[:] = long_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def matches(item, patterns):
    return any(item.path.match(pattern) for pattern in patterns)


def long_first(items, processes):
    """Return the tests in an order of which each process gets a slice."""
    long = [item for item in items if matches(item, LONG)]
    short = [item for item in items if not matches(item, LONG)]
    shares = [(*long[one::processes], *short[one::processes]) for one in range(processes)]
    return [item for share in shares for item in share]


@pytest.fixture(scope="session", autouse=True)
def _fast_passwords():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(django_db_setup):
    """Emptying the tables is no migration: Django would make all types and permissions again."""
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(autouse=True)
def _fresh_types():
    """Forget the content types of earlier tests: Django makes those that are asked for."""
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def _fresh_limits(request):
    """Forget the attempts that earlier tests made; they are counted in the database."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture(autouse=True)
def _fresh_line():
    """Forget that a mail server did not answer in an earlier test."""
    mails.line.hang_up()


@pytest.fixture
def sign_in():
    """Return a function that gives a client of a user."""

    def client_of(user, **kwargs) -> Client:
        client = Client(**kwargs)
        client.force_login(user, backend=BACKEND)
        return client

    return client_of


def signed_in(user, *, password_age: float = 0) -> Client:
    """Return a client of somebody who gave the password so many seconds ago."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    session[METHODS] = [{"method": "password", "at": time.time() - password_age}]
    session[f"{METHODS}_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def catalogue(db) -> Catalogue:
    """Six resources: three in two groups of Sales, two in Salaries, one retired."""
    sales, salaries = SectionFactory(code="sales"), SectionFactory(code="salaries")
    customers = ResourceGroupFactory(section=sales)
    invoices = ResourceGroupFactory(section=sales)
    employees = ResourceGroupFactory(section=salaries)
    ResourceFactory(code="customer.nv", name_en="Import customer details", group=customers)
    ResourceFactory(code="customerlist.nv", name_en="Get customer list", group=customers)
    ResourceFactory(code="salesinvoice.nv", name_en="Import sales invoice", group=invoices)
    ResourceFactory(code="employee.nv", name_en="Import an employee", group=employees)
    ResourceFactory(code="getemployee.nv", name_en="Get employee", group=employees, owner_role="P")
    ResourceFactory(code="old.nv", name_en="Old resource", group=employees, retired=True)
    CatalogueVersion.renew()
    return reads.catalogue()


@pytest.fixture(scope="session")
def demo_copies(_fast_passwords, _migrated_once, django_db_blocker) -> list[str]:
    """Keep the rows of the demo world and its catalogue beside the tables that they fill."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        empty = [m for m in apps.get_models(include_auto_created=True) if not m.objects.exists()]
        sync()
        demo.load()
        fill = [copy_of(model, cursor) for model in empty if model.objects.exists()]
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    return fill


def copy_of(model, cursor) -> str:
    """Copy a table; return the statement that fills it again."""
    table, fields = model._meta.db_table, model._meta.local_concrete_fields
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields if not f.generated)
    cursor.execute(f"CREATE TABLE demo_{table} AS SELECT {columns} FROM {table}")  # noqa: S608 - our own names
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM demo_{table}"  # noqa: S608


@pytest.fixture
def world(db, demo_copies):
    """The real catalogue and the demo world."""
    with transaction.atomic(), connection.cursor() as cursor:
        for fill in demo_copies:
            cursor.execute(fill)


@pytest.fixture
def bakery(world) -> Company:
    return Company.objects.get(name=demo.BAKERY)


@pytest.fixture
def company(db) -> Company:
    """A company of an accounting office, on a package with the interface."""
    return CompanyFactory(name="Test Bakery")


@pytest.fixture
def editor(company) -> Membership:
    """A KH of the company with interface resources at edit."""
    return MembershipFactory(company=company, editor=True, user__name="Edith Editor")


@pytest.fixture
def reader(company) -> Membership:
    """A member who may look."""
    return MembershipFactory(company=company)


@pytest.fixture
def access(editor) -> CompanyAccess:
    """The editor's access, as if under the company's lock: tests of races lock for real."""
    return enter(editor, editor.user, locked=True)


@pytest.fixture
def severa(catalogue):
    """A finished integration that needs two resources."""
    needed = set_of(catalogue, ["customer.nv", "customerlist.nv"])
    return IntegrationFactory(name_en="Severa", needed=needed)


@pytest.fixture(scope="session", autouse=True)
def _end_other_sessions(django_db_setup, django_db_blocker):
    """Let PostgreSQL drop the test database although a server's thread still has a connection."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def press(sign_in, editor):
    """Return a function that gives a press of a button, to be made in a thread."""

    def press(url, answers=None, **sent):
        client, answers = sign_in(editor.user), [] if answers is None else answers
        return lambda: answers.append(client.post(url, sent).status_code)

    return press
