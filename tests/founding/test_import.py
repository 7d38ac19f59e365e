"""Loading files: all or nothing, every mistake told, and taken out as they went in."""

import time
from io import StringIO

import factory
import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEvent
from apps.companies.models import Company, Membership
from apps.people.models import Invitation
from tests.factories import (
    AccountingOfficeFactory,
    CompanyFactory,
    MembershipFactory,
    nth_business_id,
)
from tests.work import mails

pytestmark = pytest.mark.django_db
ID, OTHER = nth_business_id(500_001), nth_business_id(500_002)  # of no maker
SITE = {"site": "https://rights.example"}
FEW = 40
"""Statements for hundreds of lines: SQLite takes a thousand values in one."""


@pytest.fixture
def load(tmp_path):
    """Return a function that loads a text as a file, and returns what was said."""

    def load(what, text, **options):
        path, out = tmp_path / "loaded.csv", StringIO()
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command(f"import_{what}", str(path), stdout=out, **options)
        return out.getvalue()

    return load


def mistakes(load, what, text, **options):
    with pytest.raises(CommandError) as refused:
        load(what, text, **options)
    return str(refused.value).splitlines()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("sign", [",", ";"])
def test_companies_are_loaded_whatever_parts_and_quotes_the_cells(load, mark, sign):
    AccountingOfficeFactory(name="Books; Oy, Ab")
    heads = sign.join(["name", "business_id", "package", "office"])
    row = sign.join(['"Kone ""A"", B; C"', ID.replace("-", ""), "core", '"Books; Oy, Ab"'])
    assert "Loaded: 1" in load("companies", f"{mark}{heads}\r\n{row}\r\n\r\n")
    made = Company.objects.get()
    assert (made.business_id, made.name, made.package) == (ID, 'Kone "A", B; C', "core")
    assert made.office.name == "Books; Oy, Ab"
    assert AuditEvent.objects.get().actor == "operator"


def test_every_mistake_is_told_with_line_and_column_and_nothing_is_loaded(load):
    text = (
        f"business_id,name,package\n1234567-8,Good,gold\n{ID},{'x' * 201},core\n{OTHER},Fine,core\n"
    )
    told = mistakes(load, "companies", text)
    columns = ("line 2, business_id: ", "line 2, package: ", "line 3, name: ")
    assert all(any(one.startswith(column) for one in told) for column in columns)
    assert told[-1] == "Nothing was changed. Mistakes: 3"
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("business_id,name,package,colour\n", "'colour' is no column"),
        ("business_id,name\n", "Columns are missing: package"),
        ("name,name,business_id,package\n", "twice"),
        (f"business_id,name,package\n{ID},A\n", "line 2: There are 2 cells"),
        (f'business_id,name,package\n{ID},"A"b,core\n', "line 2: This is no CSV"),
        ("business_id,name,package\n1,Ä,core\n".encode("latin-1"), "not in UTF-8"),
        ("", "Columns are missing"),
    ],
)
def test_what_is_no_table_of_ours_is_said(load, text, said):
    assert said in mistakes(load, "companies", text)[0]


def test_duplicates_in_the_file_and_with_what_is_there(load):
    CompanyFactory(business_id=OTHER, name="Known", package="core", office=None)
    text = f"business_id,name,package\n{ID},A,core\n{ID},A,core\n{OTHER},Renamed,core\n"
    told = mistakes(load, "companies", text)
    assert told[0].startswith("line 3, business_id: This stands in the file twice")
    assert told[1].startswith("line 4, name: ")
    same = f"business_id,name,package\n{OTHER},Known,core\n"
    assert "Loaded: 0. There already: 1." in load("companies", same)


def test_a_dry_run_loads_nothing(load):
    text = f"business_id,name,package\n{ID},A,core\n"
    assert "Would be loaded: 1" in load("companies", text, dry_run=True)
    assert not Company.objects.exists()
    assert not AuditEvent.objects.exists()


MEMBERS = "business_id,email,name,roles,levels,valid_from,valid_until\n"


def test_people_are_invited_and_mailed_never_made_members(load, company):
    row = f"{company.business_id},Eva@Test.example,Eva,KH p,all:view customers:edit,2026-01-01,"
    assert "Loaded: 1" in load("members", f"{MEMBERS}{row}\n", **SITE)
    [mail] = mails()
    assert mail.to == ["eva@test.example"]
    assert not Membership.objects.exists()
    made = Invitation.objects.get()
    assert made.roles == {"KH", "P"}
    assert (made.levels["customers"], made.levels["vouchers"]) == ("edit", "view")
    assert "Loaded: 0. There already: 1." in load("members", f"{MEMBERS}{row}\n", **SITE)


def test_mails_that_are_held_back_are_sent_later_and_once(load, company):
    row = f"{company.business_id},eva@test.example,Eva,KH,all:edit,,\n"
    load("members", MEMBERS + row, no_mail=True)
    assert not mails()
    for _ in range(2):
        call_command("send_invitations", **SITE, stdout=StringIO())
    assert len(mails()) == 1
    call_command("send_invitations", **SITE, stdout=StringIO())
    assert len(mails()) == 1


def test_mistakes_about_people(load, company):
    known = MembershipFactory(company=company).user.email
    rows = [
        f"{company.business_id},nobody,Eva,KH,all:edit,,",
        f"{company.business_id},eva@test.example,Eva,BOSS,all:own,,",
        f"{company.business_id},eva@test.example,Eva,,,2026-02-01,2026-01-01",
    ]
    told = mistakes(load, "members", MEMBERS + "\n".join(rows), **SITE)
    starts = ["line 2, email", "line 3, roles", "line 3, levels", "line 4, valid_until"]
    assert all(any(one.startswith(start) for one in told) for start in starts)
    rows = [f"{ID},a@test.example,A,KH,,,", f"{company.business_id},{known},A,KH,,,", ",,,,,,x"]
    told = mistakes(load, "members", MEMBERS + "\n".join(rows), **SITE)
    starts = ["line 2, business_id", "line 3, email", "line 4, business_id"]
    assert [one.split(":")[0] for one in told[:3]] == starts


def test_what_was_taken_out_goes_in_again(load, tmp_path, company):
    MembershipFactory(company=company, editor=True, user__name="=cmd Ääkkönen")
    CompanyFactory(name='-Quoted "A"; B, C')
    out = StringIO()
    for what in ("companies", "members"):
        path = tmp_path / f"{what}.csv"
        call_command(f"export_{what}", str(path), stdout=out)
        before = path.read_bytes()
        assert "Loaded: 0" in load(what, before, **({} if what == "companies" else SITE))
        assert path.stat().st_mode & 0o077 == 0
    Membership.objects.all().delete()
    load("members", (tmp_path / "members.csv").read_bytes(), no_mail=True)
    call_command("export_members", str(tmp_path / "again.csv"), stdout=out)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "members.csv").read_bytes()
    assert Invitation.objects.get().name == "=cmd Ääkkönen"


def test_thousands_are_loaded_in_seconds(load):
    many = 2_000
    rows = "".join(f"{nth_business_id(n)},Company {n},core\n" for n in range(many))
    start = time.process_time()
    load("companies", f"business_id,name,package\n{rows}")
    assert time.process_time() - start < 60 / 20_000 * many  # what others do here does not count
    assert Company.objects.count() == AuditEvent.objects.count() == many


@pytest.mark.parametrize("what", ["companies", "members"])
def test_statements_do_not_grow_with_the_lines(load, what, django_assert_max_num_queries):
    head, line = {
        "companies": ("business_id,name,package", "{0},Company {1},core"),
        "members": ("business_id,email,name,roles", "{0},a{1}@new.example,Person {1},KH"),
    }[what]
    ids = list(map(nth_business_id, range(400)))
    if what == "members":
        CompanyFactory.create_batch(400, business_id=factory.Iterator(ids))
    text = "\n".join([head, *(line.format(one, n) for n, one in enumerate(ids))])
    for said in ("Loaded: 400", "Loaded: 0. There already: 400"):
        with django_assert_max_num_queries(FEW):
            assert said in load(what, text, **(SITE if what == "members" else {}))
