"""Nets under the permission checks: no view without one, no query that starts from everything."""

import ast
import re
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from apps.companies.rules import Capability

ROOT = Path(__file__).resolve().parent.parent

PUBLIC = {
    "choose_language": "strangers read the sign-in page in their language",
    "account_login": "this is how one signs in",
    "account_logout": "asks first; without a session it does nothing",
    "account_inactive": "says why a closed account cannot sign in",
    "account_reauthenticate": "allauth asks the signed-in person for the password",
    "account_change_password": "allauth asks the signed-in person for the old password",
    "account_reset_password": "for those who cannot sign in",
    "account_reset_password_done": "says that a mail may be on its way",
    "account_reset_password_from_key": "the link in that mail, which works once",
    "account_reset_password_from_key_done": "says that it worked",
    "admin_password": "leads site staff to the one page for changing passwords",
    "home": "leads a signed-in person onward",
    "companies": "lists the signed-in person's own companies",
    "switcher": "offers the signed-in person's own companies",
    "invitation": "the link in an invited person's mail; it only remembers the link",
    "accept_invitation": "for those who brought such a link and may have no account yet",
}


def addresses(patterns=None):
    """Yield every URL pattern outside Django admin, which site staff alone may enter."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from addresses(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern


def declared(pattern):
    """Return the capabilities that an address needs, or nothing unless each is one."""
    needed = getattr(pattern.callback, "capabilities", ())
    return needed if all(isinstance(one, Capability) for one in needed) else ()


def test_every_address_declares_a_capability_or_says_why_not():
    undeclared = {pattern.name for pattern in addresses() if not declared(pattern)}
    assert undeclared == set(PUBLIC)


def test_every_address_below_a_company_declares_a_capability():
    below = [pattern for pattern in addresses() if "business_id" in pattern.pattern.regex.pattern]
    assert all(declared(pattern) for pattern in below)


OWN_QUERIES = {
    "User.objects.filter(pk=request.user.pk)": "the person's own language",
    "Integration.objects.with_access_key(key)": "whoever has the whole key may know of it",
    'Listing.objects.of_company(given("company"': "those of the company",
    "AuditEvent.objects.of_rights().filter(": "those of the company, named in the next lines",
    "AuditEvent.objects.filter(company_id=": "those of the company",
    "AuditEvent.objects.of_company(access.company.pk)": "those of the company",
    "AuditEvent.objects.companies_in(": "how many, never which",
    "ApiIdentifier.objects.of_members(": "those of the company's members",
    "ApiIdentifier.objects.create(": "a new one of the person",
    "Company.objects.filter(pk=company).values_list(": "the company, with its rights",
    "CatalogueVersion.current()": "the same for everybody",
    "ApiIdentifier.objects.at_work(company, now)": "those that work in the company",
    "Company.objects.served_by(": "the person's client companies",
    "Listing.objects.filter(company": "those of the person's client companies",
    "Listing.objects.filter(**self.near)": "decide only which client companies are found",
    "AccountingOffice.objects.": "those of the person, named in the next lines",
    "Company.objects.select_for_update(no_key=True).get(pk=company.pk)": "one of site staff",
    "Company.objects.create(": "a new one, for a person of the office",
    "Membership.objects.bulk_create(": "those of the new company",
    "BulkChange.objects.create(by=access.user": "a new one of the person",
    "BulkChange.objects.unfinished()": "those that a runner goes on with",
    "BulkItem.objects.": "those of the change at hand",
    "Integration.objects.filter(public_id__in=": "those that the session has the key of",
    "Membership.objects.locked(change.by)": "the person's own, locked",
    "AuditEvent.objects.filter(bulk_id=": "those of the change at hand",
    "IdentifierStop.objects.": "those of the company, named in the call",
    "ApiIdentifier.objects.at_work(access.company)": "those that work in the company",
    "Invitation.objects.with_digest(token_digest)": "whoever has the link may know of it",
    "User.objects.filter(email=": "the account that an email invites",
    "User.objects.create_user(invitation.email": "the invited person's new account",
}


def test_what_answers_a_request_asks_only_for_what_the_person_may_see():
    answering = [
        "views",
        "accepting",
        "guards",
        "invitations",
        "forms",
        "pages",
        "panels",
        "sides",
        "facts",
        "notices",
        "board",
        "opening",
        "counts",
        "services",
        "queries",
    ]
    for path in sources():
        if path.stem not in answering or path.parent.name == "audit":
            continue
        for line in path.read_text().splitlines():
            asked = re.search(r"\.objects\b(?!\.visible_to\()", line)
            own = any(query in line for query in OWN_QUERIES)
            assert not asked or own, f"{path}: {line.strip()}"


def test_compiled_statements_are_asked_for_the_company_of_an_access():
    for path in sources():
        for line in path.read_text().splitlines():
            if re.search(r"\b[A-Z_]{3,}\.(ask|run)\(.*\bcompany=", line):
                assert "company=access.company.pk" in line, f"{path}: {line.strip()}"


def test_nothing_writes_listings_but_the_services():
    written = r"[Ll]istings?\b.*\.(create|bulk_create|update|get_or_create|save|delete)\("
    for path in sources():
        if path.name not in ("services.py", "statements.py"):
            assert not re.search(r"\b(Update|Insert)\(", path.read_text()), path
            assert not re.search(written, path.read_text()), path


def sources():
    """Yield our own Python files, without migrations."""
    for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("netvisor_rights/*.py")]:
        if "migrations" not in path.parts:
            yield path


def body_lines(function):
    """Return how long a function is without its signature and docstring."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0


def test_files_and_functions_stay_short():
    for path in sources():
        text = path.read_text()
        assert len(text.splitlines()) <= 300, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert body_lines(node) <= 25, f"{path}: {node.name} {body_lines(node)}"


def test_templates_escape_everything_and_carry_no_inline_code():
    for path in ROOT.glob("templates/**/*.html"):
        text = path.read_text()
        found = re.search(r"\|safe\b|autoescape|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)
        assert not found, f"{path}: {found and found.group()}"


def test_templates_are_written_for_people():
    for path in ROOT.glob("templates/**/*.html"):
        for line in path.read_text().splitlines():
            # A tag of Django's cannot be broken, and a cache's key is as long as what it shows.
            unbreakable = line.strip().startswith("{% cache ")
            assert len(line) <= 120 or unbreakable, f"{path}: {line.strip()}"


def test_fragments_say_first_what_they_need():
    for path in ROOT.glob("templates/**/_*.html"):
        opening = re.match(r"(\{#.*#\}\n)+", path.read_text())
        assert re.search(r"\bNeeds\b", opening.group() if opening else ""), path


def test_nothing_here_names_a_machine_or_an_address_of_packages():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not re.search(r"https?://|file:", (ROOT / name).read_text())
