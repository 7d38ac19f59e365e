"""What a question costs: how many statements, and how they find their rows."""

import pytest
from django.db import connection, transaction

from apps.gateway.reads import NOW, OLDER
from scripts.facts_rate import LOOKUPS, plan_of
from tests.gateway.test_endpoint import asked, gateway, send  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
MAC = "HTTP_X_NETVISOR_AUTHENTICATION_MAC"
TABLES = 8
"""How many tables the facts are read of."""


@pytest.mark.parametrize(
    ("changed", "status", "statements"),
    [
        ({}, 204, 2),
        ({"HTTP_X_ORIGINAL_URI": "/customer%2Env"}, 401, 1),
        ({MAC: "0" * 64}, 401, 1),
        ({"HTTP_X_NETVISOR_AUTHENTICATION_PARTNERID": "Nobody"}, 401, 1),
        ({"HTTP_X_NETVISOR_AUTHENTICATION_CUSTOMERID": "NO_1_1"}, 401, 1),
        ({MAC: "nonsense"}, 401, 0),
        ({"HTTP_X_GATEWAY_SECRET": "nonsense"}, 403, 0),
    ],
)
def test_a_question_costs_two_statements_at_most(
    asked,  # noqa: F811
    changed,
    status,
    statements,
    django_assert_num_queries,
):
    with django_assert_num_queries(statements):
        assert send(asked | changed)[0] == status


def test_a_refusal_of_somebody_known_costs_no_more(account, asked, django_assert_num_queries):  # noqa: F811
    account.made_in.listings.update(allowed=b"\0" * 32)
    with django_assert_num_queries(2):
        assert send(asked)[0] == 403


@pytest.mark.parametrize("older", [False, True])
def test_facts_are_found_by_indexes_alone(account, older):
    """On tables this small every index has to be asked for, else it is quicker to read them."""
    statement, values = (OLDER, 5) if older else (NOW, 4)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            found, _pages = plan_of(cursor, statement, ["x"] * values)
            assert set(found) <= LOOKUPS
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", ["x"] * values)
            lines = [line for *_numbers, line in cursor.fetchall()]
            read = [line for line in lines if line.startswith("SCAN")]
            assert set(read) <= {"SCAN CONSTANT ROW", "SCAN one"}
            assert sum(line.startswith("SEARCH") for line in lines) == TABLES + 1 + older
