"""Business ids are checked with their check digit."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.companies.fields import as_business_id, clean_business_id
from apps.companies.models import Company

WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


@given(st.integers(0, 9_999_999))
def test_exactly_the_right_check_digit_is_accepted(number):
    remainder = sum(int(d) * w for d, w in zip(f"{number:07}", WEIGHTS, strict=True)) % 11
    expected = [] if remainder == 1 else [(11 - remainder) % 11]
    accepted = []
    for digit in range(10):
        try:
            accepted.append(int(clean_business_id(f"{number:07}-{digit}")[-1]))
        except ValidationError:
            continue
    assert accepted == expected


def test_old_six_digit_numbers_get_their_zero():
    assert clean_business_id(" 112038-9 ") == "0112038-9"


@pytest.mark.parametrize("text", ["9000001-1", "90000011", "FI90000011", " fi90000011 "])
def test_it_may_lack_the_dash_or_be_a_vat_number(text):
    assert clean_business_id(text) == as_business_id(text) == "9000001-1"


@pytest.mark.parametrize("text", ["", "FI", "9000001", "900000111", "٩٠٠٠٠٠١-١", "bakery"])
def test_what_cannot_be_read_so_stays_as_it_is(text):
    assert as_business_id(f" {text} ") == text


@pytest.mark.parametrize("text", ["", "1234567-2", "1234567", "abc", "1" * 5000, "\U0001f600"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValidationError):
        clean_business_id(text)


@pytest.mark.django_db
def test_full_clean_brings_it_to_its_usual_form():
    company = Company(business_id="90000011", name="X", package="premium")
    company.full_clean()
    assert company.business_id == "9000001-1"
