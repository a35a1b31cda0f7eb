"""A closed case told to the whole city as an example, once its requester has agreed to the very text (庁内事例).

The requester says yes or no by the link, or says it to a member, who records who said so and how. Whoever changes the
text takes the yes with it.
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._rows import as_kept, change, locked, locked_part, refuse_stale, save, tell
from consultations.models import Case, EntryKind, Example
from consultations.models.entry import Requester
from consultations.states import UNCOUNTED
from knowledge.actions import refuse_blanks
from menus.models import SupportMenu
from office import clock
from office.actions import ActionRefused
from office.models import User

ANSWER = ("agreed_at", "agreed_name", "agreed_with", "declined_at")
ON_THE_PAGE = ("published_at", "withdrawn_at")
TEXTS = ("title", "trouble", "approach", "outcome")


@event
def write_example(
    *,
    case: Case,
    by: User,
    title: str,
    trouble: str,
    approach: str,
    outcome: str,
    menus: Collection[SupportMenu] = (),
) -> Example:
    """Draft an example from a closed case. Nobody but the office sees it yet.

    Refused where the case is open, does not count, is to be handled with care, or has an example already.
    """
    case = locked(case)
    _refuse_unfit(case)
    if Example.objects.filter(case=case).exists():
        raise ActionRefused(_("A colleague has begun the example meanwhile. Open the page anew to see it."))
    example = Example.objects.create(
        case=case,
        title=title,
        trouble=trouble,
        approach=approach,
        outcome=outcome,
        written_by=by,
        written_at=clock.now(),
    )
    example.menus.set(menus)
    case.record(kind=EntryKind.EXAMPLE_WRITTEN, by=by, text=title, data={"example": example.pk})
    return example


@event
def change_example(
    *,
    example: Example,
    by: User,
    title: str,
    trouble: str,
    approach: str,
    outcome: str,
    menus: Collection[SupportMenu] = (),
    version: int | None = None,
) -> Example:
    """Change the text of an example. Refused where nothing changes, or the case is to be handled with care.

    The requester was asked about the text as it was, and agreed to that: any answer is void, and a published example
    leaves the public page until the new text is agreed to. The other ways are worse: to refuse a change of what is
    published leaves a wrong figure standing until somebody withdraws it by hand; to let small changes pass leaves to
    the writer what is small, which only the requester can say.
    """
    case, example = _locked(example, version)
    _refuse_sensitive(case)
    changes = change(example, title=title, trouble=trouble, approach=approach, outcome=outcome)
    old, new = (sorted(rows, key=lambda menu: menu.pk) for rows in (example.menus.all(), menus))
    if old != new:
        example.menus.set(new)
        changes["menus"] = [list(map(as_kept, old)), list(map(as_kept, new))]
    if not changes:
        raise ActionRefused(_("Nothing was changed."))
    void = {"unpublished": True} if example.is_published else {"consent_void": True} if example.was_answered else {}
    example.asked_at = None
    _forget_answer(example)
    save(example, *TEXTS, "asked_at", *ANSWER, *ON_THE_PAGE)
    data = {"example": example.pk, "changes": changes, **void}
    case.record(kind=EntryKind.EXAMPLE_WRITTEN, by=by, data=data)
    return example


@event
def ask_consent(*, example: Example, by: User, version: int | None = None) -> Example:
    """Mail the requester the link to the text, and the question whether it may be published. It may be asked again.

    Refused where it is answered already, it still has blanks, nobody can be mailed, the case is open again or to be
    handled with care.
    """
    case, example = _locked(example, version)
    _refuse_unfit(case)
    refuse_blanks(example, *TEXTS)
    if example.agreed_at:
        raise ActionRefused(_("The requester has agreed already."))
    if example.declined_at:
        raise ActionRefused(_("The requester does not want this text to be published. Change the text before you ask."))
    if not case.can_be_mailed:
        raise ActionRefused(
            _("There is no e-mail address. Phone %(name)s (%(phone)s) and record what you hear.")
            % {"name": case.name, "phone": case.phone or _("no number known")}
        )
    example.asked_at = clock.now()
    save(example, "asked_at")
    entry = case.record(kind=EntryKind.CONSENT_ASKED, by=by, shared=True, data={"example": example.pk})
    tell(case, f"consent:{entry.pk}", mail.consent_asked(case))
    return example


@event
def give_consent(
    *, example: Example, by: User | Requester, name: str, how: str = "", version: int | None = None
) -> Example:
    """Take the requester's yes to the present text.

    `by` the requester, by the link, and the pair is told; or by the member who was told so: `name` says who agreed,
    `how` by what way. Refused where it was given already, where nothing is asked of a requester who comes by the link,
    where the text that a member told still has blanks, and where the case is to be handled with care.
    """
    case, example = _locked(example, version)
    _refuse_sensitive(case)
    _refuse_unasked(example, by, name, how)
    if isinstance(by, User):
        refuse_blanks(example, *TEXTS)
    if example.agreed_at:
        raise ActionRefused(_("It has been agreed to already."))
    example.agreed_at, example.agreed_name, example.declined_at = clock.now(), name.strip(), None
    example.agreed_with = by if isinstance(by, User) else None
    save(example, *ANSWER)
    _record_answer(case, example, EntryKind.CONSENT_GIVEN, by, name, how)
    return example


@event
def decline_consent(
    *, example: Example, by: User | Requester, name: str, how: str = "", version: int | None = None
) -> Example:
    """Take the requester's no, by the ways of `give_consent`. It can turn into a yes later.

    Refused where the example is published (it is withdrawn then), and where it was declined already.
    """
    case, example = _locked(example, version)
    _refuse_unasked(example, by, name, how)
    if example.is_published:
        raise ActionRefused(_("It is published. Withdraw it instead."))
    if example.declined_at:
        raise ActionRefused(_("It has been declined already."))
    _forget_answer(example)
    example.declined_at = clock.now()
    save(example, *ANSWER, *ON_THE_PAGE)
    _record_answer(case, example, EntryKind.CONSENT_DECLINED, by, name, how)
    return example


@event
def publish_example(*, example: Example, by: User, version: int | None = None) -> Example:
    """Show the example to everybody; one that the office had withdrawn comes back.

    Refused without consent to the present text, where it still has blanks or is published, and where the case is open
    again or to be handled with care.
    """
    case, example = _locked(example, version)
    _refuse_unfit(case)
    refuse_blanks(example, *TEXTS)
    if not example.agreed_at:
        raise ActionRefused(_("The requester has not agreed to this text. Ask for consent first."))
    if example.is_published:
        raise ActionRefused(_("The example is published already."))
    example.published_at, example.withdrawn_at = clock.now(), None
    save(example, *ON_THE_PAGE)
    case.record(kind=EntryKind.EXAMPLE_PUBLISHED, by=by, shared=True, data={"example": example.pk})
    return example


@event
def withdraw_example(
    *, example: Example, by: User | Requester, reason: str = "", wished: bool = False, version: int | None = None
) -> Example:
    """Take a published example off the public pages, at once and at any time. Refused where it is not published.

    At the requester's wish (`by` the requester, or `wished`) the consent ends too: it is declined from now on.
    Otherwise the consent stays, and the same text may be published again.
    """
    case, example = _locked(example, version)
    if not example.is_published:
        raise ActionRefused(_("The example is not published."))
    wished = wished or isinstance(by, Requester)
    if wished:
        _forget_answer(example)
        example.declined_at = clock.now()
    else:
        example.withdrawn_at = clock.now()
    save(example, *ANSWER, *ON_THE_PAGE)
    data = {"example": example.pk, **({"wished": True} if wished else {})}
    entry = case.record(kind=EntryKind.EXAMPLE_WITHDRAWN, by=by, text=reason, shared=True, data=data)
    if isinstance(by, Requester):
        tell(case, f"consent:{entry.pk}", mail.consent_answered(case, entry))
    return example


def withdraw_uncounted(case: Case, by: User) -> None:
    """Take the published example of a locked case off the public pages, for the case is closed as one that tells
    nothing; nothing where there is none. The consent stays, should it turn out to tell something after all.
    """
    example = _example_of(case)
    if example and example.is_published:
        example.withdrawn_at = clock.now()
        save(example, "withdrawn_at")
        data = {"example": example.pk, "uncounted": True}
        case.record(kind=EntryKind.EXAMPLE_WITHDRAWN, by=by, shared=True, data=data)


def ask_anew(case: Case) -> dict[str, bool]:
    """Void what the requester said of the example of a locked case, which tells another department from now on.

    Returns what the history is to say of it; nothing where nobody was asked.
    """
    example = _example_of(case)
    if not example or not example.was_asked:
        return {}
    ended = {"example_unpublished": True} if example.is_published else {"example_void": True}
    example.asked_at = None
    _forget_answer(example)
    save(example, "asked_at", *ANSWER, *ON_THE_PAGE)
    return ended


def _example_of(case: Case) -> Example | None:
    """The example of a locked case, locked too."""
    return Example.objects.select_for_update(no_key=True).filter(case=case).first()


def _locked(example: Example, version: int | None) -> tuple[Case, Example]:
    case, example = locked_part(example)
    refuse_stale(example, version)
    return case, example


def _refuse_unfit(case: Case) -> None:
    """Refused where nobody can say yet how it ended, or there was nothing to be told."""
    _refuse_sensitive(case)
    if not case.closed_at:
        raise ActionRefused(_("Only a closed case is told as an example. Close it first."))
    if case.result in UNCOUNTED:
        raise ActionRefused(_("A case that was withdrawn, sent twice or by mistake is no example."))


def _refuse_sensitive(case: Case) -> None:
    if case.sensitive:
        raise ActionRefused(_("This case is to be handled with care: it is not told as an example."))


def _refuse_unasked(example: Example, by: User | Requester, name: str, how: str) -> None:
    if isinstance(by, Requester) and not example.was_asked:
        raise ActionRefused(_("Nothing is asked of you just now: the text is being changed."))
    if not name.strip():
        raise ActionRefused(_("Write who said so."))
    if isinstance(by, User) and not how.strip():
        raise ActionRefused(_("Write how you were told, such as by phone."))


def _forget_answer(example: Example) -> None:
    """The text is as if nobody had been asked, and so stands on no public page."""
    example.agreed_at = example.agreed_with = example.declined_at = None
    example.agreed_name = ""
    example.published_at = example.withdrawn_at = None


def _record_answer(case: Case, example: Example, kind: EntryKind, by: User | Requester, name: str, how: str) -> None:
    data: dict[str, Any] = {"example": example.pk}
    if isinstance(by, User):
        data["name"] = name.strip()
    entry = case.record(kind=kind, by=by, text=how, shared=True, data=data)
    if isinstance(by, Requester):
        tell(case, f"consent:{entry.pk}", mail.consent_answered(case, entry))
