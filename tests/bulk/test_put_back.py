"""Putting a bulk change back, exactly or not at all."""

from apps.audit.models import AuditEvent
from apps.bulk.models import BulkChange
from apps.resources.rules import NOTHING
from tests.bulk.helpers import URL, allowed, drafted, run, states
from tests.factories import ListingFactory, set_of

WHY = {"reason": "Undone: a ticket"}


def test_the_whole_is_put_back_exactly(client, companies, severa, catalogue):
    before = set_of(catalogue, ["customer.nv", "employee.nv"])
    ListingFactory(company=companies[0], integration=severa, allowed=before)
    change = run(client, drafted(client, companies, severa))
    answer = client.post(f"{URL}{change.pk}/put-back/", WHY)
    back = BulkChange.objects.latest("made_at")
    assert answer.url == f"{URL}{back.pk}/"
    text = client.get(answer.url).text
    assert "Undo in 3 companies" in text
    run(client, back)
    assert allowed(companies[0], severa) == before
    assert allowed(companies[1], severa) == NOTHING
    assert AuditEvent.objects.filter(bulk_id=back.pk, verb="rights:undo").count() == 3


def test_a_trial_that_is_put_back_needs_nobodys_attention(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    client.post(f"{URL}{change.pk}/put-back/", WHY)
    run(client, BulkChange.objects.latest("made_at"))
    office = client.get("/office/").text
    assert "none needs attention" in office
    assert "Everything blocked" not in office
    page = client.get(f"/companies/{companies[0].business_id}/interface-resources/").text
    assert "All resources are blocked, on purpose" in page


def test_what_a_bulk_change_reopened_waits_again_once_it_is_put_back(client, companies, severa):
    rights = f"/companies/{companies[0].business_id}/interface-resources/"
    client.post(f"{rights}{severa.public_id}/set/", {"allow": "customer.nv"})
    client.post(f"{rights}block-traffic/")
    change = run(client, drafted(client, companies, severa))
    assert "for review" not in client.get(rights).text
    client.post(f"{URL}{change.pk}/put-back/", WHY)
    run(client, BulkChange.objects.latest("made_at"))
    page = client.get(rights).text
    assert "1 blocked resource waits for review." in page
    assert "on purpose" not in page


def test_companies_that_moved_on_are_left_as_they_are(client, companies, severa, catalogue):
    change = run(client, drafted(client, companies, severa))
    page = f"/companies/{companies[0].business_id}/interface-resources/{severa.public_id}/set/"
    client.post(page, {"allow": "employee.nv"})
    client.post(f"{URL}{change.pk}/put-back/", WHY)
    back = BulkChange.objects.latest("made_at")
    text = client.get(f"{URL}{back.pk}/").text
    assert "The rights have been changed since then. They are left as they are." in text
    run(client, back)
    assert states(back)["Alder"] == ("refused", "moved_on")
    assert len(allowed(companies[0], severa)) == 3


def test_putting_back_says_which_companies_are_out_of_reach(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    type(companies[0]).objects.filter(pk=companies[0].pk).update(office=None)
    client.post(f"{URL}{change.pk}/put-back/", WHY)
    back = BulkChange.objects.latest("made_at")
    page = client.get(f"{URL}{back.pk}/").text
    assert "1 company is not changed, because it is no longer your client company." in page
    assert len(states(back)) == 2


def test_what_was_put_back_leads_there_instead_of_offering_it_again(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    client.post(f"{URL}{change.pk}/put-back/", WHY)
    back = run(client, BulkChange.objects.latest("made_at"))
    page = client.get(f"{URL}{change.pk}/").text
    assert f"{URL}{back.pk}/" in page
    assert "/put-back/" not in page


def test_what_moved_on_is_not_tried_again(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    page = f"/companies/{companies[0].business_id}/interface-resources/{severa.public_id}/set/"
    client.post(page, {"allow": "employee.nv"})
    client.post(f"{URL}{change.pk}/put-back/", WHY)
    back = run(client, BulkChange.objects.latest("made_at"))
    assert "Retry" not in client.get(f"{URL}{back.pk}/").text
    client.post(f"{URL}{back.pk}/go-on/")
    assert states(back)["Alder"] == ("refused", "moved_on")


def test_what_changed_nothing_is_not_put_back(client, companies, severa):
    for company in companies:
        ListingFactory(company=company, integration=severa, allowed=severa.needed)
    change = run(client, drafted(client, companies, severa))
    answer = client.post(f"{URL}{change.pk}/put-back/", WHY, follow=True)
    assert "The change did not change any company, so there is nothing to undo." in answer.text
    assert BulkChange.objects.get() == change


def test_a_reason_is_asked_for_and_proposed(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    page = client.get(f"{URL}{change.pk}/").text
    assert 'name="reason" value="Undone: a ticket"' in page
    refused = client.post(f"{URL}{change.pk}/put-back/", {"reason": " "})
    assert refused.status_code == 422
    assert "Give a reason." in refused.text
    client.post(f"{URL}{change.pk}/put-back/", {"reason": "It was too early"})
    back = run(client, BulkChange.objects.latest("made_at"))
    events = AuditEvent.objects.filter(bulk_id=back.pk)
    assert {event.reason for event in events} == {"It was too early"}


def test_the_longest_reason_is_proposed_as_far_as_it_fits(client, companies, severa):
    change = run(client, drafted(client, companies, severa, reason="x" * 500))
    page = client.get(f"{URL}{change.pk}/").text
    proposed = "Undone: " + "x" * 492
    assert f'value="{proposed}"' in page
    assert client.post(f"{URL}{change.pk}/put-back/", {"reason": proposed}).status_code == 302
