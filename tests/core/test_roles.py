"""The role that serves: it does all that pages do, and can change neither tables nor the audit."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.module_loading import import_string

from apps.audit.models import AuditEvent
from apps.companies.models import Membership
from apps.core.checks import database
from apps.demo.services import PASSWORD
from apps.jobs.models import Job
from apps.people.models import Invitation
from apps.people.services import accept
from tests.factories import nth_business_id
from tests.work import work

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles"),
]
ROLE = "serves-the-test"


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def limited(world):
    """Grant as the owner, and go on as the role that serves."""
    execute(f'CREATE ROLE "{ROLE}"')
    call_command("grant_roles", ROLE, stdout=StringIO())
    execute(f'SET LOCAL ROLE "{ROLE}"')
    yield
    execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor = ''",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "UPDATE security_securityevent SET person = ''",
        "TRUNCATE security_securityevent",
        "CREATE TABLE mine (id int)",
        "DROP TABLE companies_company",
        "ALTER TABLE companies_company ADD COLUMN mine int",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
        "DELETE FROM django_migrations",
    ],
)
def test_tables_and_the_audit_are_out_of_reach(limited, statement):
    # Refused by the grants: the triggers of the audit would be another error.
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
    ):
        execute(statement)


def test_a_person_signs_in_changes_rights_and_invites(limited, bakery):
    client, url = Client(), f"/companies/{bakery.business_id}"
    person = {"login": "tpk@demo.example", "password": PASSWORD}
    assert client.post("/accounts/login/", person).status_code == 302
    page = client.get(f"{url}/users/invite/")
    guest = {"email": "new@test.example", "name": "New", "roles": ["KP"], "vouchers": "edit"}
    once = page.context["form"]["once"].value()
    assert client.post(f"{url}/users/invite/", {**guest, "once": once}).status_code == 302
    assert Invitation.objects.filter(email="new@test.example").count() == 1
    for press in ("allow", "block"):
        client.post(f"{url}/interface-resources/set/", {press: "customer.nv"})
    work()
    verbs = AuditEvent.objects.order_by("-pk").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["rights:block", "rights:allow"]


def test_a_bulk_load_and_accepting_need_no_more(limited):
    asked = {"business_id": nth_business_id(7), "name": "Own Oy", "package": "core"}
    invited = {**asked, "administrator": "a@test.example", "site": "https://a.example"}
    call_command("found_office", **invited, stdout=StringIO())
    nonce = Invitation.objects.get(email="a@test.example").nonce
    accept(nonce, user=None, name="A", password="a-fine-passphrase")
    assert Membership.objects.filter(user__email="a@test.example").exists()


def test_jobs_and_what_runs_by_the_clock_need_no_more(limited, settings):
    for task in settings.SCHEDULES:
        import_string(task).enqueue()
    work()
    assert Job.objects.count() >= len(settings.SCHEDULES)
    assert not Job.objects.failed().exists()


def test_new_tables_are_served_too(limited):
    execute("RESET ROLE")
    execute("CREATE TABLE added_later (id bigserial)")
    execute(f'SET LOCAL ROLE "{ROLE}"')
    execute("INSERT INTO added_later DEFAULT VALUES")


def test_the_check_refuses_the_owner_unless_told(limited, settings):
    settings.ALLOW_OWNER = False
    assert database() == []
    execute("RESET ROLE")
    assert [one.id for one in database()] == ["rights.E002"]
    settings.ALLOW_OWNER = True
    assert database() == []


def test_nobody_grants_to_who_is_not_there_or_to_the_owner():
    for role in ("nobody-at-all", "postgres"):
        with pytest.raises(CommandError):
            call_command("grant_roles", role)
