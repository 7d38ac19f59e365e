"""What the tests of bulk rights share."""

from django.http import QueryDict
from django.utils.http import urlencode

from apps.bulk.forms import CompaniesForm
from apps.bulk.models import BulkChange
from apps.resources.models import Listing
from tests.work import work

URL = "/office/rights/"


TPK = {"editor": True, "roles": ["TPK", "KH", "KP"]}


def form(companies, severa=None, **more):
    """Return what the page would send that lists these companies, which came ticked."""
    ids = [company.business_id for company in companies]
    sent = {
        "integration": severa.public_id if severa else "general",
        "chosen": "needed" if severa else "all",
        "action": "allow",
        "reason": "a ticket",
        "preset": "1",
        "shown": ids,
        "company": ids,
        "preview": "1",
        **more,
    }
    return {"seen": CompaniesForm(QueryDict(urlencode(sent, doseq=True))).mark, **sent}


def drafted(client, companies, severa=None, **more):
    """Send the form and return the draft."""
    answer = client.post(URL, form(companies, severa, **more))
    assert answer.status_code == 302, answer.text
    return BulkChange.objects.latest("made_at")


def run(client, change):
    """Start a draft and let it run to its end."""
    client.post(f"{URL}{change.pk}/start/")
    work()
    change.refresh_from_db()
    return change


def states(change):
    return {item.company.name: (item.state, item.why) for item in change.items.all()}


def allowed(company, integration=None):
    return Listing.objects.get(company=company, integration=integration).allowed
