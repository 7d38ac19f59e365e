"""Addresses of users and roles: read the form, call a service, answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.reauthentication import (
    password_again,
    password_before_form,
    recently_authenticated,
)
from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.models import Membership
from apps.companies.reads import grantors_of_editing
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.core.lists import show_list
from apps.core.refusals import Reason
from apps.people import reads, services, tasks, texts
from apps.people.forms import AskForm, CopyForm, InviteForm, RemoveForm, RightsForm, UsersForm
from apps.people.models import rights_of
from apps.people.page import Question, RightsPage, UsersPage
from apps.people.rules import NO_RIGHTS, Change, Refusal
from apps.people.services import Copying, Sent
from apps.replay import reads as replays
from apps.replay.page import WouldRefuse

PAGE_SIZE = 50
MemberView = Callable[[AuthenticatedRequest, CompanyAccess, int], HttpResponse]


@company_view(Capability.VIEW_USERS)
def users(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List the members, and before the first of them the invitations that wait."""
    form = UsersForm(request.GET)
    sought = form.sought
    found = form.page(reads.members(access, **sought), PAGE_SIZE)
    waiting = reads.invitations(access, q=sought["q"]) if form.is_first_page else ([], 0)
    helpers = [] if Capability.EDIT_USERS in access.capabilities else grantors_of_editing(access)
    page = UsersPage.of(access, found, waiting, helpers, form.sorted_by)
    return show_list(request, "people/list.html", form, page)


def users_of(access: CompanyAccess, **_parts: object) -> str:
    """Return the address of the list."""
    return reverse("users", args=[access.company.business_id])


def back(request: AuthenticatedRequest, access: CompanyAccess, said: str) -> HttpResponse:
    """Say what was done, on the list."""
    messages.success(request, said)
    return redirect(users_of(access))


def explain(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, **_parts: object
) -> HttpResponse:
    """Say which rule forbids it, and who can help."""
    context = {
        "company": access.company,
        "heading": _("You don't have the right to change this"),
        "needs": texts.REFUSALS[reason],
        "has": access.role_codes or _("No role"),
        "grantors": reads.able_to(access, reason),
        "may_enter": True,
        "ask": texts.HELPERS_CAN.get(reason),
    }
    return TemplateResponse(request, "companies/refused.html", context)


def or_removed(view: MemberView) -> MemberView:
    """Say of somebody who was removed when and by whom; who never was a member is not found."""

    @wraps(view)
    def found(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
        try:
            return view(request, access, member)
        except Membership.DoesNotExist:
            removal = reads.removal(access, member)
            if removal is None:
                raise
            context = {"removal": removal}
            return TemplateResponse(request, "people/removed.html", context, status=410)

    return found


def edit_refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, member: int
) -> HttpResponse:
    """Show rights that moved on, and above them what they are now; else explain."""
    if reason is not Refusal.MOVED_ON:
        return explain(request, access, reason)
    found = reads.member(access, member)
    form = RightsForm(request.POST, giver=access.grants, now=rights_of(found))
    said = str(texts.REFUSALS[reason])
    messages.error(request, said)
    return show_rights(request, found, form, moved_on=said)


@company_change(Capability.EDIT_USERS, refused=edit_refused)
@or_removed
def edit_user(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Show somebody's rights to be changed; ask first where identifiers would stop."""
    found = services.reachable(access, member)
    form = RightsForm(request.POST or None, giver=access.grants, now=rights_of(found))
    if "change" in request.POST or not form.is_valid():
        return show_rights(request, found, form)
    wanted, seen = form.rights, form.cleaned_data["seen"]
    change = reads.change(access, found, wanted)
    if change.is_asked and seen == change.before.mark and "confirmed" not in request.POST:
        return ask(request, access, found, change)
    changed = services.edit(access, member, wanted, seen=seen)
    done = texts.ENDED if form.cleaned_data["end"] else texts.SAVED
    said = done if changed else texts.UNCHANGED
    return back(request, access, str(said) % {"name": found.user.name})


def show_rights(
    request: AuthenticatedRequest, found: Membership, form: RightsForm, *, moved_on: str = ""
) -> HttpResponse:
    """Answer the form of one member's rights."""
    context = {"page": RightsPage.of(found), "form": form, "moved_on": moved_on}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "people/edit.html", context, status=status)


def remove_refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, member: int
) -> HttpResponse:
    """Ask again about rights that moved on; else explain."""
    if reason is not Refusal.MOVED_ON:
        return explain(request, access, reason)
    messages.error(request, texts.REMOVED_MEANWHILE)
    found = reads.member(access, member)
    return ask(request, access, found, reads.change(access, found, NO_RIGHTS))


@company_change(Capability.EDIT_USERS, refused=remove_refused)
@or_removed
def remove_user(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Ask whether somebody is removed from this company; when confirmed, do it, once."""
    form = RemoveForm(request.POST)
    if form.is_valid() and (gone := reads.former_member(access, form.cleaned_data["user"])):
        return removed(request, access, gone)
    found = services.reachable(access, member)
    if not form.is_valid() or "confirmed" not in request.POST:
        return ask(request, access, found, reads.change(access, found, NO_RIGHTS))
    services.remove(access, member, seen=form.cleaned_data["seen"])
    return removed(request, access, found.user)


def removed(request: AuthenticatedRequest, access: CompanyAccess, user: User) -> HttpResponse:
    """Say who was removed."""
    return back(request, access, str(texts.REMOVED) % {"name": user.name})


def ask(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    member: Membership,
    change: Change,
    *,
    seen_as: str = "seen",
) -> HttpResponse:
    """Show which identifiers stop; on the way let a colleague be asked to replace one."""
    stop = reads.stop(access, member) if change.takes_access else reads.Stop()
    status = 200
    if "ask" in request.POST and not asked(request, access, AskForm(request.POST, stop=stop)):
        messages.error(request, texts.CHOOSE_COLLEAGUE)
        status = 422
    question = Question.of(member, change, stop, request.POST, seen_as=seen_as)
    context = {"question": question, "refuses": refuses(access, member, stop)}
    return TemplateResponse(request, "people/confirm.html", context, status=status)


def refuses(access: CompanyAccess, member: Membership, stop: reads.Stop) -> WouldRefuse | None:
    """Say which calls so far it would have refused that somebody's identifiers stop."""
    return WouldRefuse.of(replays.of_person(access, member.user_id)) if stop.count else None


def asked(request: AuthenticatedRequest, access: CompanyAccess, form: AskForm) -> bool:
    """Mail a colleague about an identifier, and return whether both were found."""
    if not form.is_valid():
        return False
    stopping, colleague = form.picked
    tasks.ask_colleague.enqueue(
        company=access.company.pk,
        asker=access.user.pk,
        identifier=stopping.identifier.pk,
        colleague=colleague.user.pk,
        site=request.build_absolute_uri("/"),
    )
    names = {"name": colleague.user.name, "user_id": stopping.identifier.user_id}
    messages.success(request, str(texts.ASKED) % names)
    return True


def invite_refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason
) -> HttpResponse:
    """Show the form again, with what keeps somebody from being brought in."""
    form = InviteForm(request.POST, giver=access.grants)
    point_out(form, reason)
    return show_invite(request, form)


@company_change(Capability.EDIT_USERS, refused=invite_refused)
@password_before_form
def invite_user(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Bring somebody into the company."""
    form = InviteForm(request.POST or None, giver=access.grants)
    if form.is_bound and form.errors:
        services.check_is_new(access, form.cleaned_data.get("email", ""))
    if not form.is_valid() or not confirmed(request, form):
        return show_invite(request, form)
    return tell(request, access, services.invite(access, form.guest, form.rights))


def show_invite(request: AuthenticatedRequest, form: InviteForm) -> HttpResponse:
    """Answer the form of an invitation."""
    status = 422 if form.errors else 200
    return TemplateResponse(request, "people/invite.html", {"form": form}, status=status)


def confirmed(request: AuthenticatedRequest, form: Form) -> bool:
    """Tell whether the password was given lately; if not, say so at the form that was sent."""
    if not recently_authenticated(request):
        form.add_error(None, str(texts.PASSWORD_LAPSED))
    return not form.errors


def point_out(form: InviteForm | CopyForm, reason: Reason) -> None:
    """Say at the field what keeps somebody from being brought in."""
    field = "name" if reason is Refusal.NAMELESS else "email"
    form.add_error(field, str(texts.REFUSALS[reason]))


def copy_refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, member: int
) -> HttpResponse:
    """Show rights that moved on, or what is wrong with the target; else explain."""
    if reason is Refusal.MAY_NOT_COPY:
        return explain(request, access, reason)
    source = reads.member(access, member)
    form = CopyForm(request.POST, source=rights_of(source))
    if reason is Refusal.MOVED_ON:
        messages.error(request, texts.SOURCE_MOVED_ON)
    else:
        point_out(form, reason)
    return show_copy(request, source, form)


@company_change(Capability.EDIT_USERS, refused=copy_refused)
@or_removed
@password_before_form
def copy_rights(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Give somebody the same rights as a member."""
    source = services.copyable(access, member)
    form = CopyForm(request.POST or None, source=rights_of(source))
    if "change" in request.POST or not form.is_valid() or not confirmed(request, form):
        return show_copy(request, source, form)
    return copy(request, access, source, form)


def copy(
    request: AuthenticatedRequest, access: CompanyAccess, source: Membership, form: CopyForm
) -> HttpResponse:
    """Copy as a valid form asks; whoever has other rights loses them, which is asked first."""
    sent = form.cleaned_data
    copying = Copying(sent["with_period"], sent["seen"], sent["replaced"], sent["give"])
    target = reads.member_by_email(access, sent["email"])
    if target and "confirmed" not in request.POST:
        services.reachable(access, target.pk)
        after = copying.result(rights_of(source), rights_of(target))
        change = reads.change(access, target, after)
        if change.before == change.after:
            return back(request, access, str(texts.UNCHANGED) % {"name": target.user.name})
        return ask(request, access, target, change, seen_as="replaced")
    result = services.copy(access, source.pk, form.guest, copying)
    if isinstance(result, Sent):
        return tell(request, access, result)
    return back(request, access, str(texts.COPIED) % {"name": result.user.name})


def show_copy(request: AuthenticatedRequest, source: Membership, form: CopyForm) -> HttpResponse:
    """Answer the form of copying a member's rights."""
    context = {"page": RightsPage.of(source), "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "people/copy.html", context, status=status)


def invitation_refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, invitation: int
) -> HttpResponse:
    """Say on the list that an invitation does not wait any more; else explain."""
    if reason is not Refusal.GONE:
        return explain(request, access, reason)
    messages.error(request, texts.NOT_WAITING)
    return redirect(users_of(access))


@company_change(Capability.EDIT_USERS, refused=invitation_refused, back=users_of)
@password_again
def send_again(
    request: AuthenticatedRequest, access: CompanyAccess, invitation: int
) -> HttpResponse:
    """Send a new link, which lasts seven days; the old one works no more."""
    return tell(request, access, services.send_again(access, invitation))


@company_change(Capability.EDIT_USERS, refused=invitation_refused, back=users_of)
def withdraw_invitation(
    request: AuthenticatedRequest, access: CompanyAccess, invitation: int
) -> HttpResponse:
    """Let an invitation never be accepted."""
    gone = services.withdraw(access, invitation)
    return back(request, access, str(texts.WITHDRAWN) % {"email": gone.email})


def tell(request: AuthenticatedRequest, access: CompanyAccess, sent: Sent) -> HttpResponse:
    """Let whoever is invited be mailed, once, and say so."""
    made, site = sent.invitation, request.build_absolute_uri("/")
    if sent.goes_out:
        tasks.send_invitation.enqueue(made.pk, made.expires_at.isoformat(), site)
    return back(request, access, str(texts.INVITED) % {"email": sent.invitation.email})
