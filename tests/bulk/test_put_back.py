"""Putting a bulk change back, exactly or not at all."""

from apps.audit.models import AuditEvent
from apps.bulk.models import BulkChange
from apps.resources.rules import NOTHING
from tests.bulk.helpers import URL, allowed, drafted, run, states
from tests.factories import ListingFactory, set_of


def test_the_whole_is_put_back_exactly(client, companies, severa, catalogue):
    before = set_of(catalogue, ["customer.nv", "employee.nv"])
    ListingFactory(company=companies[0], integration=severa, allowed=before)
    change = run(client, drafted(client, companies, severa))
    answer = client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    assert answer.url == f"{URL}{back.pk}/"
    text = client.get(answer.url).text
    assert "Put back in 3 companies" in text
    run(client, back)
    assert allowed(companies[0], severa) == before
    assert allowed(companies[1], severa) == NOTHING
    assert AuditEvent.objects.filter(bulk_id=back.pk, verb="rights:undo").count() == 3


def test_a_trial_that_is_put_back_needs_nobodys_attention(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    client.post(f"{URL}{change.pk}/put-back/")
    run(client, BulkChange.objects.latest("made_at"))
    office = client.get("/office/").text
    assert "none of which needs attention" in office
    assert "Everything blocked" not in office
    page = client.get(f"/companies/{companies[0].business_id}/interface-resources/").text
    assert "All resources are blocked, on purpose" in page


def test_what_a_bulk_change_reopened_waits_again_once_it_is_put_back(client, companies, severa):
    rights = f"/companies/{companies[0].business_id}/interface-resources/"
    client.post(f"{rights}{severa.public_id}/set/", {"allow": "customer.nv"})
    client.post(f"{rights}block-traffic/")
    change = run(client, drafted(client, companies, severa))
    assert "for review" not in client.get(rights).text
    client.post(f"{URL}{change.pk}/put-back/")
    run(client, BulkChange.objects.latest("made_at"))
    page = client.get(rights).text
    assert "1 blocked resource waits for review." in page
    assert "on purpose" not in page


def test_companies_that_moved_on_are_left_as_they_are(client, companies, severa, catalogue):
    change = run(client, drafted(client, companies, severa))
    page = f"/companies/{companies[0].business_id}/interface-resources/{severa.public_id}/set/"
    client.post(page, {"allow": "employee.nv"})
    client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    text = client.get(f"{URL}{back.pk}/").text
    assert "The rights were changed since; they are left as they are now." in text
    run(client, back)
    assert states(back)["Alder"] == ("refused", "moved_on")
    assert len(allowed(companies[0], severa)) == 3


def test_putting_back_says_which_companies_are_out_of_reach(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    type(companies[0]).objects.filter(pk=companies[0].pk).update(office=None)
    client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    page = client.get(f"{URL}{back.pk}/").text
    assert "1 company: not your client companies any more" in page
    assert len(states(back)) == 2


def test_what_was_put_back_leads_there_instead_of_offering_it_again(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    client.post(f"{URL}{change.pk}/put-back/")
    back = run(client, BulkChange.objects.latest("made_at"))
    page = client.get(f"{URL}{change.pk}/").text
    assert f"{URL}{back.pk}/" in page
    assert "/put-back/" not in page


def test_what_moved_on_is_not_tried_again(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    page = f"/companies/{companies[0].business_id}/interface-resources/{severa.public_id}/set/"
    client.post(page, {"allow": "employee.nv"})
    client.post(f"{URL}{change.pk}/put-back/")
    back = run(client, BulkChange.objects.latest("made_at"))
    assert "again" not in client.get(f"{URL}{back.pk}/").text
    client.post(f"{URL}{back.pk}/go-on/")
    assert states(back)["Alder"] == ("refused", "moved_on")


def test_what_changed_nothing_is_not_put_back(client, companies, severa):
    for company in companies:
        ListingFactory(company=company, integration=severa, allowed=severa.needed)
    change = run(client, drafted(client, companies, severa))
    answer = client.post(f"{URL}{change.pk}/put-back/", follow=True)
    assert "It changed no company, so there is nothing to put back." in answer.text
    assert BulkChange.objects.get() == change
