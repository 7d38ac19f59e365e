"""The name of a request, by which its lines are found in the log."""

from django import template

from apps.core import logs

register = template.Library()
register.simple_tag(logs.request_id, name="request_id")
