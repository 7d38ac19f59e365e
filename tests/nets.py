"""Nets that are spread under every address: what must not happen while an answer is made."""

from contextlib import contextmanager

from django.db import connection
from django.test.signals import template_rendered


def refuse(_execute, sql, _params, _many, _context):
    raise AssertionError(f"asked while a page is rendered: {sql[:200]}")


class RendersWithoutAsking:
    """Middleware: renders what a view answers, and refuses any statement meanwhile."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        with connection.execute_wrapper(refuse):
            return response.render()


@contextmanager
def rendering_outside_transactions():
    """Fail when a template is rendered in a transaction that began within this block."""
    outside, inside = len(connection.atomic_blocks), []

    def look(template, **_):
        if len(connection.atomic_blocks) > outside:
            inside.append(template.name)

    template_rendered.connect(look)
    try:
        yield
    finally:
        template_rendered.disconnect(look)
    assert not inside, f"rendered under the lock: {inside}"
