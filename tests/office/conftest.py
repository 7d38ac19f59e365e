"""A company's editor in the browser, and changes of rights made by the services."""

import pytest

from apps.resources import services
from apps.resources.board import Target
from tests.office.history import wish


@pytest.fixture
def kh(sign_in, editor):
    """The editor's client."""
    return sign_in(editor.user)


@pytest.fixture
def change(access, catalogue):
    """Return a function that allows or blocks some codes for one integration, or in general."""

    def change(integration, *codes, allow=True, by=access):
        return services.set_rights(
            access=by,
            catalogue=catalogue,
            target=Target(integration.public_id if integration else None),
            wish=wish(catalogue, *codes, allow=allow),
        )

    return change
