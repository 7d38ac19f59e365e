"""A page that there is not: every list says so, in words."""

import pytest

SAID = "There is no such page. Start from the first page."
LISTS = [
    ("users/", "after"),
    ("history/", "after"),
    ("api-identifiers/", "after"),
    ("api-identifiers/", "after_here"),
    ("excel-identifiers/", "after"),
    ("interface-resources/reopen/", "after"),
]


def says(answer) -> bool:
    return answer.status_code == 422 and answer.text.count(SAID) == 1


@pytest.mark.parametrize(("address", "name"), LISTS)
def test_a_list_of_a_company_says_so(sign_in, editor, company, catalogue, address, name):
    client = sign_in(editor.user)
    assert says(client.get(f"/companies/{company.business_id}/{address}", {name: "x"}))


@pytest.mark.parametrize("address", ["/companies/", "/office/"])
def test_a_list_of_companies_says_so(served, serve, address):
    serve(name="Ours")
    assert says(served.get(address, {"after": "x"}))
