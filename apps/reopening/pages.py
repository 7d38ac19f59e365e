"""What the views of Review and reopen share: the page, and what stands before an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from apps.companies.access import CompanyAccess, posts_only
from apps.core.http import AuthenticatedRequest
from apps.core.paging import LONG
from apps.reopening import texts
from apps.reopening.facts import GENERAL, Review, changes_of_identifiers, reviews
from apps.reopening.forms import ItemsForm
from apps.reopening.rules import Answer, Happening
from apps.reopening.services import Asked, MovedOnError
from apps.resources.board import Board
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.rights.addresses import address
from apps.rights.pages import public_id_of, target_of
from apps.rights.sides import Sides
from apps.rights.texts import SIGNS, SignLook

PAGE_SIZE = 20
ADDRESSES = {Answer.REOPEN: "reopen_rights", Answer.LEAVE: "leave_blocked"}
View = Callable[[AuthenticatedRequest, CompanyAccess, Asked], HttpResponse]


@dataclass(frozen=True)
class Panel:
    """What waits for one listing; ``form`` is an answer that could not be taken."""

    access: CompanyAccess
    catalogue: Catalogue
    review: Review
    changes: Counter[Happening]
    form: ItemsForm | None
    alone: bool

    @property
    def integration(self) -> Integration | None:
        """Whose rights they are; none for the general access rights."""
        return self.review.standing.integration

    @property
    def url(self) -> str:
        """Its rights."""
        return address(
            self.access, "rights", self.integration.public_id if self.integration else None
        )

    @property
    def look(self) -> SignLook | None:
        """The warning beside its name."""
        sign = self.review.standing.sign
        return SIGNS[sign] if sign else None

    @property
    def blocked(self) -> list[str]:
        """When and by whom they were blocked."""
        return texts.blocked(self.review.blocks)

    @property
    def identifiers(self) -> str:
        """What happened to its identifiers since."""
        return texts.identifiers(self.integration, self.changes)

    @property
    def sections(self) -> list[tuple[str, list[InterfaceResource]]]:
        """The resources that wait, by section."""
        return self.catalogue.by_section(self.review.items)

    @property
    def unfolded(self) -> bool:
        """Whether its resources are shown at once."""
        return self.alone or self.form is not None


@dataclass(frozen=True)
class ReviewPage:
    """What waits in a company, some listings at a time: those around ``start``."""

    access: CompanyAccess
    board: Board
    start: str
    form: ItemsForm | None = None

    @cached_property
    def waiting(self) -> list[Review]:
        """Everything that waits."""
        return reviews(self.access, self.board)

    @cached_property
    def _first(self) -> int:
        keys = [review.key for review in self.waiting]
        at = keys.index(self.start) if self.start in keys else 0
        return at // PAGE_SIZE * PAGE_SIZE

    @cached_property
    def panels(self) -> list[Panel]:
        """Those shown."""
        shown = self.waiting[self._first : self._first + PAGE_SIZE]
        counts = changes_of_identifiers(self.access, shown)
        return [
            Panel(
                access=self.access,
                catalogue=self.board.catalogue,
                review=review,
                changes=counts[review.subject],
                form=self.form if review.key == self.start else None,
                alone=len(self.waiting) == 1,
            )
            for review in shown
        ]

    @property
    def more(self) -> str:
        """The key of the first that comes after those shown, if there is one."""
        after = self.waiting[self._first + PAGE_SIZE :]
        return after[0].key if after else ""

    @property
    def traffic(self) -> str:
        """Whether API traffic is open, in words."""
        return Sides(self.access, self.board, None, elsewhere=True).traffic


@dataclass(frozen=True)
class Question:
    """What is asked before some of what waits is answered."""

    answer: Answer
    review: Review
    asked: Asked

    @property
    def heading(self) -> str:
        """The question itself."""
        return str(texts.HEADINGS[self.answer]) % {"name": self.review.name}

    @property
    def consequence(self) -> str:
        """What happens then."""
        return str(texts.CONSEQUENCES[self.answer] % {"count": len(self.asked.resources)})

    @property
    def button(self) -> str:
        """The word for yes."""
        return str(texts.BUTTONS[self.answer])

    @property
    def address(self) -> str:
        """The name of the address that does it."""
        return ADDRESSES[self.answer]

    @property
    def sections(self) -> list[tuple[str, list[InterfaceResource]]]:
        """Exactly which resources, by section."""
        return self.asked.catalogue.by_section(self.asked.resources)

    @property
    def unfolded(self) -> bool:
        """Whether they are shown at once."""
        return len(self.asked.resources) <= LONG


def show(
    request: AuthenticatedRequest, page: ReviewPage, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Answer the whole page."""
    return render(request, "reopening/review.html", {"page": page}, status=status)


def answering(view: View) -> Callable[[AuthenticatedRequest, CompanyAccess], HttpResponse]:
    """Call a view with what is asked for: 422 when it is wrong, 409 when it waits no more.

    What was ticked stays so, also when somebody goes back to change it; an integration that the
    person may not know of is not found.
    """

    @wraps(view)
    def guarded(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
        catalogue, public_id = Catalogue.load(), public_id_of(request.POST)
        form = ItemsForm(request.POST, catalogue=catalogue)
        status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and not form.cleaned_data["change"]:
            asked = Asked(catalogue, target_of(request, public_id), form.cleaned_data["resources"])
            try:
                return view(request, access, asked)
            except Integration.DoesNotExist:
                raise Http404 from None
            except MovedOnError:
                status = HTTPStatus.CONFLICT
                messages.error(request, str(texts.MOVED_ON))
        page = ReviewPage(access, Board.load(access, catalogue), public_id or GENERAL, form)
        return show(request, page, status)

    return guarded


only_posts = posts_only(lambda access: reverse("reopen", args=[access.company.business_id]))
