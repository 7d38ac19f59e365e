"""Nets under the permission checks: no view without one, no query that starts from everything."""

import ast
import re
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from apps.companies.rules import Capability

ROOT = Path(__file__).resolve().parent.parent

PUBLIC = {
    "healthz": "whoever watches the server asks whether it is alive",
    "readyz": "and whether it is able to serve; it names no company and nobody",
    "security_txt": "says strangers where a weakness is reported",
    "metrics": "and what was counted, with the token that Prometheus has",
    "choose_language": "strangers read the sign-in page in their language",
    "account_login": "this is how one signs in",
    "openid_connect_login": "leads to the organisation's own provider, if there is one",
    "openid_connect_callback": "whoever comes back from there signs in",
    "account_logout": "asks first; without a session it does nothing",
    "account_inactive": "says why a closed account cannot sign in",
    "account_reauthenticate": "allauth asks the signed-in person for the password",
    "account_change_password": "allauth asks the signed-in person for the old password",
    "session": "says how long one stays signed in, to strangers that they are not",
    "account_security": "shows the signed-in person's own account",
    "end_browsers": "signs out the signed-in person's own browsers",
    "account_reset_password": "for those who cannot sign in",
    "account_reset_password_done": "says that a mail may be on its way",
    "account_reset_password_from_key": "the link in that mail, which works once",
    "account_reset_password_from_key_done": "says that it worked",
    "mfa_index": "shows the signed-in person's own second factors",
    "mfa_authenticate": "the second step of signing in",
    "mfa_trust": "its end: whether the browser is remembered",
    "mfa_reauthenticate": "asks the signed-in person for a second factor",
    "mfa_reauthenticate_webauthn": "the same by passkey",
    "mfa_login_webauthn": "signs in by passkey alone",
    "mfa_list_webauthn": "leads to the signed-in person's own second factors",
    "mfa_add_webauthn": "changes the signed-in person's own second factors",
    "mfa_remove_webauthn": "the same",
    "mfa_activate_totp": "the same",
    "mfa_deactivate_totp": "the same",
    "mfa_view_recovery_codes": "the same",
    "mfa_generate_recovery_codes": "the same",
    "admin_password": "leads site staff to the one page for changing passwords",
    "shortcuts": "explains the keyboard, the same to everybody",
    "home": "leads a signed-in person onward",
    "help": "the same for everybody who is signed in",
    "companies": "lists the signed-in person's own companies",
    "own_record": "shows the signed-in person's own account",
    "own_record_csv": "the same as a file",
    "switcher": "offers the signed-in person's own companies",
    "confirm_reset": "the link in the mail to whoever lost a second factor; it takes a password",
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


def below_a_company():
    """Return the addresses of companies."""
    found = [pattern for pattern in addresses() if "business_id" in parts_of(pattern)]
    assert len(found) > 40
    return found


def parts_of(pattern):
    """Return the names of what an address carries."""
    [(_address, parts)] = get_resolver().reverse_dict.getlist(pattern.name)[0][0]
    return parts


def test_every_address_below_a_company_declares_a_capability():
    assert all(declared(pattern) for pattern in below_a_company())


def test_only_changes_answer_a_post():
    """What is no change answers 405; what is one below a company is asked for under the lock."""
    guarded = [pattern for pattern in addresses() if declared(pattern)]
    for pattern in [*below_a_company(), *guarded]:
        changes = getattr(pattern.callback, "changes", None)
        assert changes is not None, f"{pattern.name} has no guard"


NAMES = {
    "rules", "models", "reads", "services", "forms", "texts", "page", "mails", "tasks", "views",
    "urls", "admin", "apps", "__init__",
}  # fmt: skip
"""The files of an app, each with one meaning: docs/architecture.md."""
OTHER_NAMES = {
    "accounts/adapter": "how allauth behaves here, named by its setting",
    "accounts/browsers": "the cookie by which a browser is known",
    "accounts/factors": "how allauth's second factors behave here, named by its setting",
    "accounts/hashers": "how passwords are hashed, named by Django's setting",
    "accounts/middleware": "Django's word for what stands around every view",
    "accounts/provider": "allauth's flow by the organisation's own provider, named by its setting",
    "accounts/reauthentication": "the guard that asks for the password again",
    "accounts/validators": "what a password must be, named by Django's setting",
    "audit/sets": "asking the databases about stored sets",
    "audit/triggers": "the databases' own refusal to change an event",
    "calls/chart": "how bars are drawn: pure like rules, and about no calls",
    "calls/overview": "the page API calls; that of Check a call is another, and as long",
    "companies/access": "the only ways in, which every other app imports",
    "companies/fields": "columns that other apps use too",
    "founding/files": "reads and writes the files that operators load",
    "gateway/installation": "how API gateways ask, as the settings say",
    "gateway/signing": "how clients sign: pure like rules, and as long",
    "identifiers/triggers": "the databases' own refusal to bring back what is deactivated",
    "people/accepting": "allauth's own flow, led through by the person who was invited",
    "resources/catalogue": "the catalogue as plain data, kept per version",
    "resources/fields": "the column that holds a set",
    "resources/files": "reads the reviewed CSV files",
    "rights/asides": "what stands beside the rows; home and reopening show parts of it too",
    "rights/needs": "what is allowed beyond need, said on the page, in its panel and in answers",
    "security/backends": "finding who is signed in, named by Django's setting",
    "security/middleware": "Django's word for what stands around every view",
    "security/receivers": "what signing in tells by signals, written down",
    "security/triggers": "the databases' own refusal to change an event",
    "resources/keys": "ids and keys from the system's secure source",
}


def test_every_file_has_one_of_the_names_or_a_reason():
    found = {
        f"{path.parent.name}/{path.stem}"
        for path in ROOT.glob("apps/*/*.py")
        if path.parent.name != "core" and path.stem not in NAMES
    }
    assert found == set(OTHER_NAMES)


ASKING = {"models", "reads", "services", "tasks", "admin"}
"""The files that may ask the database; all others are handed what was found."""


def test_only_a_few_rooms_ask_the_database():
    for path in sources():
        if path.stem not in ASKING:
            assert not re.search(r"\.objects\b", path.read_text()), path


WITHOUT_ACCESS = {
    "accounts/reads.ends": "of the session that asks",
    "accounts/reads.with_email": "whom a provider vouches for",
    "accounts/reads.signed_in": "the person's own",
    "companies/reads.membership": "the way in: it makes the access",
    "companies/reads.locked_membership": "the way in, under the locks",
    "companies/reads.locked_memberships": "the ways into many companies, under the locks",
    "companies/reads.memberships": "the person's own, by which companies are chosen",
    "companies/reads.first_entered": "the person's own, by which a company is chosen",
    "companies/reads.client_companies": "makes the office's access",
    "companies/reads.offices": "makes the office's access",
    "companies/reads.offices_memberships": "site staff move a company that they have no access to",
    "companies/reads.other_offices": "site staff move a company that they have no access to",
    "companies/reads.told_grantors": "of people that an access has found",
    "founding/reads.companies": "site staff found and load what they have no access to",
    "founding/reads.offices": "the same",
    "founding/reads.entitled": "the same",
    "founding/reads.unsent": "the same",
    "founding/reads.all_companies": "the operator takes everything out",
    "founding/reads.all_members": "the same",
    "jobs/reads.is_worked": "for the operator: it is about no company",
    "jobs/reads.workers": "the same",
    "jobs/reads.jobs": "the same",
    "jobs/reads.due": "the same",
    "security/reads.lately": "for the operator: it names nobody",
    "gateway/reads.size": "for the operator: it is about no company",
    "gateway/reads.unready": "for the operator: it is about no company",
    "security/reads.own": "the person's own",
    "security/reads.person": "whoever is signed in",
    "security/reads.signed_in_before": "whoever signs in, of an event that was just written",
    "security/reads.failures": "whoever fails to, of an event that was just written",
    "usage/reads.counted_until": "for the operator: it is about no company",
    "usage/reads.counted_since": "the same",
    "usage/reads.summed_until": "the same",
    "usage/reads.summed": "of numbers that an access has read",
    "usage/reads.lacks": "for the operator: it is about no company",
    "usage/reads.part_of": "the name of a table",
    "usage/reads.habits_of": "of a company that an access has found",
    "usage/reads.with_habits": "of companies that an access has found",
    "usage/reads.with_refusals": "of companies that an access has found",
    "usage/reads.parts": "for the operator: it is about no company",
    "gateway/reads.found": "whoever asks: the answer is no more than yes or no until it is signed",
    "gateway/reads.holder_of": "of a row that was read",
    "replay/reads.rights_of": "of a board that an access has read",
    "recovery/reads.linked": "whoever has the whole link may know of the request",
    "recovery/reads.is_lost": "the worker asks once more when a request is carried out",
    "recovery/reads.is_password_new": "whoever has the whole link, and the worker",
    "recovery/reads.helper": "makes the access of whoever asked, when a request is carried out",
    "people/reads.waiting": "whoever has the whole token may know of the invitation",
    "people/reads.accepted": "whoever accepted an invitation, and is signed in as who did",
    "people/reads.account": "site staff and invitations look a person up by email",
    "identifiers/reads.ending_everywhere": "whoever is due is told about their own companies",
    "calls/reads.wanting_mails": "whoever wants it is told about their own companies",
    "calls/reads.people_to_tell": "the same",
    "calls/reads.newly_refused": "the same",
    "calls/reads.told_of": "the same",
    "bulk/reads.boards": "of accesses to each company, under their locks",
    "bulk/reads.pasts": "of items that an access has read",
    "resources/reads.catalogue": "the same for everybody",
    "resources/reads.catalogue_of": "the same for everybody",
    "resources/reads.read_catalogue": "the same for everybody",
    "resources/reads.integrations": "of ids that an access has read",
    "resources/reads.finished": "public",
    "resources/reads.with_access_key": "whoever has the whole key may know of it",
    "resources/reads.board_of": "of listings that an access has read",
    "resources/reads.listed": "of a board that an access has read",
}
"""Questions that take no access, and why."""


def test_every_question_is_asked_by_somebody_or_says_why_not():
    without = set()
    for path in ROOT.glob("apps/*/reads.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                asked_by = {argument.arg for argument in node.args.args}
                if "access" not in asked_by:
                    without.add(f"{path.parent.name}/reads.{node.name}")
    assert without == set(WITHOUT_ACCESS)


def test_pages_are_data_and_views_answer_what_renders_itself():
    for path in sources():
        text = path.read_text()
        if path.stem in ("page", "forms", "texts", "rules"):
            assert not re.search(r"render_to_string|TemplateResponse|shortcuts|\.raw\(", text), path
        if path.stem == "views":
            assert not re.search(r"\brender\(|render_to_string", text), path


def test_nothing_leans_on_private_parts():
    private = r"_iterable_class|klass_info|get_related_populators|InsertQuery|allauth\.\S*internal"
    tests = set(ROOT.glob("tests/**/*.py")) - {Path(__file__)}
    for path in [*sources(), *ROOT.glob("scripts/*.py"), *tests]:
        assert not re.search(private, path.read_text()), path


def test_nothing_writes_listings_but_the_services_of_rights():
    written = r"[Ll]istings?\b.*\.(create|bulk_create|update|get_or_create|save|delete)\("
    for path in sources():
        if (path.parent.name, path.stem) != ("rights", "services"):
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
        assert len(text.splitlines()) <= 500, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                longest = 15 if path.stem == "views" else 25
                assert body_lines(node) <= longest, f"{path}: {node.name} {body_lines(node)}"


def test_templates_escape_everything_and_carry_no_inline_code():
    for path in ROOT.glob("templates/**/*.html"):
        text = path.read_text()
        found = re.search(r"\|safe\b|autoescape|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)
        assert not found, f"{path}: {found and found.group()}"


def test_templates_are_written_for_people():
    for path in ROOT.glob("templates/**/*.html"):
        for line in path.read_text().splitlines():
            assert len(line) <= 120, f"{path}: {line.strip()}"


def test_fragments_say_first_what_they_need():
    for path in ROOT.glob("templates/**/_*.html"):
        opening = re.match(r"(\{#.*#\}\n)+", path.read_text())
        assert re.search(r"\bNeeds\b", opening.group() if opening else ""), path


def test_what_acts_is_a_button_and_what_leads_somewhere_a_link():
    """A link that looks like a button and acts does nothing on Space."""
    for path in (ROOT / "templates").rglob("*.html"):
        for link in re.findall(r"<a\b[^>]*>", path.read_text()):
            assert 'role="button"' not in link, path
            assert "hx-" not in link or 'class="button' not in link, path


def test_nothing_here_names_a_machine_or_an_address_of_packages():
    for path in ROOT.glob("requirements*.txt"):
        assert not re.search(r"https?://|file:", path.read_text()), path
