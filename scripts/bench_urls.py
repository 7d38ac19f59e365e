"""Our addresses, and one that sends the bytes of a page again to somebody signed in."""

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from netvisor_rights.urls import urlpatterns as ours

kept: dict[str, bytes] = {}


def constant(request: HttpRequest, page: str) -> HttpResponse:
    """Answer the bytes of a page without making it; the user is read, as every page does."""
    assert request.user.is_authenticated
    if page not in kept:
        client = Client(HTTP_HOST=request.get_host())
        client.cookies.load(request.headers["Cookie"])
        kept[page] = client.get(f"/{page}").content
    return HttpResponse(kept[page])


urlpatterns = [path("constant/<path:page>", constant), *ours]
