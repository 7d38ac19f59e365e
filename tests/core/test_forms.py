"""Fields are rendered by one template of ours; Django admin goes on with its own."""

import pytest
from django import forms
from django.utils.html import escape

from apps.accounts.models import User
from apps.core.forms import MakesOnce


class Example(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the door.")
    note = forms.CharField(label="Note & more", required=False)


def test_a_field_has_its_label_hint_and_errors_in_order():
    group = Example({"name": ""})["name"].as_field_group()
    parts = [
        '<div class="field"><label for="id_name">Name</label>',
        'aria-describedby="id_name_helptext id_name_error"',
        '<p class="hint" id="id_name_helptext">As on the door.</p>',
        '<p class="error" id="id_name_error">This field is required.</p></div>',
    ]
    places = [group.index(part) for part in parts]
    assert places == sorted(places)


def test_a_field_without_a_mistake_says_nothing_more():
    group = Example()["note"].as_field_group()
    assert escape("Note & more") in group
    assert "<p" not in group
    assert "aria-describedby" not in group


def test_each_rendering_of_a_form_that_makes_something_has_its_own_mark():
    first, second = MakesOnce()["once"].value(), MakesOnce()["once"].value()
    assert first != second
    sent = MakesOnce({"once": str(first)})
    assert sent.is_valid()
    assert str(first) in str(sent["once"])  # shown again after a mistake, it stays the same form


@pytest.mark.django_db
def test_django_admin_renders_its_own_fields_and_widgets(sign_in):
    staff = sign_in(User.objects.create_superuser("staff@test.example", name="Staff"))
    page = staff.get("/admin/companies/company/add/").text
    assert 'class="vTextField"' in page
    assert '<div class="field">' not in page
    wrong = staff.post("/admin/companies/company/add/", {}).text
    assert 'class="errorlist"' in wrong
