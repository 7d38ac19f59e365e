"""Addresses of users and roles: read the form, call a service, answer."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.reauthentication import (
    password_again,
    password_before_form,
    recently_authenticated,
)
from apps.companies.access import CompanyAccess, company_view
from apps.companies.models import Membership
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.people import invitations, mails, services, texts
from apps.people.facts import rights_of
from apps.people.forms import AskForm, CopyForm, InviteForm, RightsForm, UsersForm
from apps.people.guards import explained, only_posts
from apps.people.invitations import Guest, NamelessError, Sent
from apps.people.pages import UsersPage, in_words
from apps.people.questions import Question
from apps.people.rules import NO_RIGHTS
from apps.people.services import (
    MemberAlreadyError,
    MovedOnError,
    NotBroughtInError,
    RefusedError,
)

CONFLICT = HTTPStatus.CONFLICT
both_ways = require_http_methods(["GET", "HEAD", "POST"])


@company_view(Capability.VIEW_USERS)
@require_safe
def users(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List the members and the invitations that wait."""
    form = UsersForm(request.GET)
    status = 200 if form.is_valid() else 422
    context = {"page": UsersPage(access, form)}
    return render(request, "people/list.html", context, status=status)


@company_view(Capability.EDIT_USERS)
@both_ways
@explained
def edit_user(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Show somebody's rights to be changed; ask first where identifiers would stop."""
    found = services.reachable(access, member)
    form = RightsForm(request.POST or None, giver=access.grants, now=rights_of(found))
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        return save_rights(request, access, found, form)
    return show_rights(request, found, form, status=422 if form.errors else 200)


def save_rights(
    request: AuthenticatedRequest, access: CompanyAccess, found: Membership, form: RightsForm
) -> HttpResponse:
    """Save what a valid form asks for, or ask whether identifiers may stop."""
    wanted, seen = form.rights, form.cleaned_data["seen"]
    question = Question(access, found, wanted, request.POST)
    if seen == question.mark and question.needed and "confirmed" not in request.POST:
        return ask(request, question)
    try:
        changed = services.edit(access, found.pk, wanted, seen=seen)
    except MovedOnError:
        messages.error(request, texts.MOVED_ON)
        return show_rights(request, services.found(access, found.pk), form, status=CONFLICT)
    said = texts.SAVED if changed else texts.UNCHANGED
    return back(request, access, str(said) % {"name": found.user.name})


def show_rights(
    request: AuthenticatedRequest, found: Membership, form: RightsForm, *, status: int
) -> HttpResponse:
    """Answer the form of one member's rights, and when they moved on the rights as they are now."""
    now = rights_of(found)
    context = {"member": found, "form": form, "mark": now.mark}
    if status == CONFLICT:
        context |= {"now": in_words(now), "moved_on": texts.MOVED_ON}
    return render(request, "people/edit.html", context, status=status)


@company_view(Capability.EDIT_USERS)
@both_ways
@explained
def remove_user(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Ask whether somebody is removed from this company; when confirmed, do it."""
    found = services.reachable(access, member)
    question = Question(access, found, NO_RIGHTS, request.POST)
    if "confirmed" not in request.POST:
        return ask(request, question)
    try:
        services.remove(access, member, seen=request.POST.get("seen", ""))
    except MovedOnError:
        messages.error(request, texts.REMOVED_MEANWHILE)
        return ask(request, question, status=CONFLICT)
    return back(request, access, str(texts.REMOVED) % {"name": found.user.name})


def ask(request: AuthenticatedRequest, question: Question, *, status: int = 200) -> HttpResponse:
    """Show which identifiers stop; on the way let a colleague be asked to replace one."""
    if "ask" in request.POST and not asked(request, question):
        messages.error(request, texts.CHOOSE_COLLEAGUE)
        status = 422
    context = {"question": question, "member": question.member}
    return render(request, "people/confirm.html", context, status=status)


def asked(request: AuthenticatedRequest, question: Question) -> bool:
    """Mail a colleague about an identifier, and return whether both were found."""
    form = AskForm(request.POST)
    row, colleague = question.pick(form.cleaned_data) if form.is_valid() else (None, None)
    if row is None or colleague is None:
        return False
    mails.ask(request, question.access, row, colleague.user)
    names = {"name": colleague.user.name, "user_id": row.identifier.user_id}
    messages.success(request, str(texts.ASKED) % names)
    return True


def confirmed(request: AuthenticatedRequest, form: Form) -> bool:
    """Tell whether the password was given lately; if not, say so at the form that was sent."""
    if not recently_authenticated(request):
        form.add_error(None, str(texts.PASSWORD_LAPSED))
    return not form.errors


@company_view(Capability.EDIT_USERS)
@both_ways
@password_before_form
@explained
def invite_user(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Bring somebody into the company."""
    form = InviteForm(request.POST or None, giver=access.grants)
    if request.method == "POST" and form.is_valid() and confirmed(request, form):
        guest = Guest(form.cleaned_data["email"], form.cleaned_data["name"])
        try:
            result = invitations.invite(access, guest, form.rights)
        except (NotBroughtInError, RefusedError) as error:
            point_out(form, error)
        else:
            return tell(request, access, result)
    status = 422 if form.errors else 200
    return render(request, "people/invite.html", {"form": form}, status=status)


@company_view(Capability.EDIT_USERS)
@both_ways
@password_before_form
@explained
def copy_rights(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Give somebody the same rights as a member."""
    source = services.copyable(access, member)
    form, status = CopyForm(request.POST or None), 200
    sent = request.method == "POST" and "change" not in request.POST
    if sent and form.is_valid() and confirmed(request, form):
        try:
            return copy(request, access, source, form)
        except MovedOnError:
            messages.error(request, texts.SOURCE_MOVED_ON)
            source, status = services.copyable(access, member), CONFLICT
        except (NotBroughtInError, RefusedError) as error:
            point_out(form, error)
    now = rights_of(source)
    context = {"source": source, "form": form, "mark": now.mark, "now": in_words(now)}
    return render(request, "people/copy.html", context, status=422 if form.errors else status)


def copy(
    request: AuthenticatedRequest, access: CompanyAccess, source: Membership, form: CopyForm
) -> HttpResponse:
    """Copy as a valid form asks, or ask whether the target's identifiers may stop."""
    sent = form.cleaned_data
    copying = invitations.Copying(sent["with_period"], sent["seen"], sent["replaced"])
    target = invitations.member_by_email(access, sent["email"])
    if target and "confirmed" not in request.POST:
        after = invitations.copied(rights_of(source), rights_of(target), copying)
        services.reachable(access, target.pk)
        question = Question(access, target, after, request.POST, seen_as="replaced")
        if question.needed:
            return ask(request, question)
        copying = replace(copying, replaced=question.mark)
    result = invitations.copy(access, source.pk, Guest(sent["email"], sent["name"]), copying)
    if target:
        return back(request, access, str(texts.COPIED) % {"name": target.user.name})
    return tell(request, access, result)


@company_view(Capability.EDIT_USERS)
@only_posts
@password_again
@explained
def send_again(
    request: AuthenticatedRequest, access: CompanyAccess, invitation: int
) -> HttpResponse:
    """Send a new link, which lasts seven days; the old one works no more."""
    return tell(request, access, invitations.send_again(access, invitation))


@company_view(Capability.EDIT_USERS)
@only_posts
@explained
def withdraw_invitation(
    request: AuthenticatedRequest, access: CompanyAccess, invitation: int
) -> HttpResponse:
    """Let an invitation never be accepted."""
    gone = invitations.withdraw(access, invitation)
    return back(request, access, str(texts.WITHDRAWN) % {"email": gone.email})


def tell(
    request: AuthenticatedRequest, access: CompanyAccess, result: Membership | Sent
) -> HttpResponse:
    """Mail whoever was brought in, and say what was done."""
    if isinstance(result, Sent):
        mails.invite(request, result)
        return back(request, access, str(texts.INVITED) % {"email": result.invitation.email})
    mails.welcome(request, access, result.user)
    return back(request, access, str(texts.ADDED) % {"name": result.user.name})


def point_out(form: InviteForm | CopyForm, error: NotBroughtInError | RefusedError) -> None:
    """Say at the field what keeps somebody from being brought in."""
    match error:
        case RefusedError():
            form.add_error("email", str(texts.REFUSALS[error.refusal]))
        case NamelessError():
            form.add_error("name", str(texts.NAME_NEEDED))
        case MemberAlreadyError():
            form.add_error("email", str(texts.MEMBER_ALREADY))
        case _:
            form.add_error("email", str(texts.INVITED_ALREADY))


def back(request: AuthenticatedRequest, access: CompanyAccess, said: str) -> HttpResponse:
    """Say what was done, on the list."""
    messages.success(request, said)
    return redirect("users", access.company.business_id)
