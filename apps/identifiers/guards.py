"""What stands before the views of identifiers."""

import logging
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.urls import reverse

from apps.companies.access import CompanyAccess, posts_only
from apps.core.http import AuthenticatedRequest
from apps.identifiers import texts
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.pages import API, own, refuse
from apps.identifiers.services import (
    EndedError,
    PressedBeforeError,
    ReplacedError,
    UnreadableKeyError,
)

logger = logging.getLogger(__name__)
View = Callable[[AuthenticatedRequest, CompanyAccess, int], HttpResponse]


def own_identifier(view: View) -> View:
    """Answer 404 for others' identifiers, and 409 with the reason where nothing can be done."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
        try:
            return view(request, access, pk)
        except ApiIdentifier.DoesNotExist:
            raise Http404 from None
        except EndedError:
            return refuse(request, access, own(access, pk), texts.FINAL)
        except ReplacedError:
            return refuse(request, access, own(access, pk), texts.REPLACED)
        except PressedBeforeError:
            return refuse(request, access, own(access, pk), texts.CHANGED_MEANWHILE)
        except UnreadableKeyError:
            identifier = own(access, pk)
            logger.error("no key in FIELD_KEYS opens the Key of %s", identifier.user_id)
            return refuse(request, access, identifier, texts.UNREADABLE)

    return guarded


only_posts = posts_only(lambda access, **_: reverse(API, args=[access.company.business_id]))
