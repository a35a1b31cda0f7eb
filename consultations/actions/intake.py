"""A consultation comes in: by the form, or taken down at the desk."""

import re
import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._rows import attach, tell
from consultations.models import Case, CaseNumber, EntryKind, Intake, IntakeFile
from consultations.models.entry import Actor, Requester
from consultations.preface import without_preface
from consultations.states import Channel
from knowledge.actions import note_sent
from knowledge.models import Topic
from office import clock, era
from office.actions import ActionRefused, lock_departments, pair_of
from office.models import Department, Section, User
from office.stored import StoredFile
from outbox import actions as outbox

TITLE_LENGTH = 40
# What a mail opens with before it comes to the point.
GREETING = re.compile(
    r"^(?:"
    r"(?:いつも|平素より|平素は|日頃より|日ごろより)?(?:大変)?お世話(?:になっております|になっています|になってます|になります|様です)"
    r"|お疲れ(?:様|さま)(?:です|でございます|でした)"
    r"|お忙しいところ(?:大変)?(?:恐れ入ります|恐縮です|すみません|申し訳ありません|申し訳ございません)が?"
    r"|(?:初めて|はじめて)(?:ご)?(?:相談|連絡)(?:いた)?します|はじめまして|初めまして"
    # who writes: a unit of the office, の, and a name; 「業務用の端末に…したいです」 is none
    r"|[^\s。、]{0,20}(?:課|室|係|局|区|部|署|所|担当)の[^\s。、をにがはへでと]{1,8}(?:です|と申します|でございます)(?=[。\n])"
    r")[。、，,.!！\s]*"
)


def title_of(problem: str) -> str:
    """A title out of the trouble as it was typed: greetings stripped, first sentence, at most 40 characters.

    Nor does it tell which article was read before.
    """
    text = without_preface(problem).strip()
    while (shorter := GREETING.sub("", text).strip()) != text and shorter:
        text = shorter
    first = re.split(r"(?<=[。！？!?])|\n", text, maxsplit=1)[0].strip().rstrip("。")
    line = " ".join((first or text or problem).split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip("、，, ") + "…"


@event
def receive_case(
    *,
    by: Actor | None,
    problem: str,
    department: Department,
    name: str,
    wants: Sequence[str] = (),
    expectation: str = "",
    folder: str = "",
    section: Section | None = None,
    other_section: str = "",
    email: str = "",
    cc: Sequence[str] = (),
    phone: str = "",
    files: Iterable[StoredFile] = (),
    channel: Channel = Channel.FORM,
    received_at: datetime | None = None,
    title: str = "",
    topic: Topic | None = None,
    sensitive: bool = False,
) -> Case:
    """Take a consultation in: case, number, the department's pair, first entry, and the mails to everyone.

    `by` is the member who takes it down, or None where the requester sends the form. Refused where `received_at`
    lies in the future.
    """
    now = clock.now()
    received_at = received_at or now
    if received_at > now:
        raise ActionRefused(_("The day of reception lies in the future. Choose today or an earlier day."))
    lock_departments([department])
    fiscal_year = era.fiscal_year(timezone.localdate(received_at))
    case = Case(
        fiscal_year=fiscal_year,
        channel=channel,
        received_at=received_at,
        last_entry_at=now,
        title=title or title_of(problem),
        problem=problem,
        wants=list(wants),
        expectation=expectation,
        folder=folder,
        department=department,
        section=section,
        other_section="" if section else other_section,
        name=name,
        email=email,
        cc=[address for address in dict.fromkeys(cc) if address != email],
        phone=phone,
        pair=pair_of(department),
        topic=topic,
        sensitive=sensitive,
    )
    case.serial = CaseNumber.next(fiscal_year)
    case.save(force_insert=True)
    entry = case.record(kind=EntryKind.RECEIVED, by=by or Requester(case), shared=True, data={"channel": channel})
    attach(entry, files)
    tell(case, "received", mail.received(case))
    return case


@transaction.atomic
def keep_intake(
    *,
    key: uuid.UUID,
    owner: str,
    data: dict[str, object],
    files: Iterable[StoredFile] = (),
    drop: Collection[uuid.UUID] = (),
) -> Intake:
    """Keep what somebody has typed into the form so far, and the files handed in; `drop` takes some out again.

    A file takes the place of one of the same name. Refused where the form was sent meanwhile, or is somebody else's.
    """
    intake, _made = Intake.objects.select_for_update(of=("self",)).get_or_create(
        pk=key, defaults={"session_key": owner}
    )
    if intake.session_key != owner or intake.case_id:
        raise ActionRefused(_("This page has been used before. Open it anew."))
    intake.data = data
    intake.save(update_fields=["data"])
    files = list(files)
    _drop(intake.files.filter(Q(pk__in=drop) | Q(name__in=[file.name for file in files])))
    IntakeFile.objects.bulk_create(IntakeFile(intake=intake, **file.handed_over()) for file in files)
    return intake


@transaction.atomic
def discard_intake(*, intake: Intake) -> None:
    """Throw away what was typed and handed in. Nothing happens to one that was sent."""
    intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if not intake.case_id:
        _drop(intake.files.all())
        intake.delete()


def _drop(files: QuerySet[IntakeFile]) -> None:
    stored = [file.file for file in files]
    files.delete()
    for file in stored:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


@event
def send_intake(*, intake: Intake, **answers: object) -> Case:
    """Make the case of a form that was filled in and checked. Sent twice, it is the same case."""
    intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if intake.case:
        return intake.case
    case = receive_case(by=None, files=intake.files.all(), **answers)  # type: ignore[arg-type]
    intake.case = case
    intake.data = {}
    intake.save(update_fields=["case", "data"])
    note_sent(form=intake.pk)
    return case


@transaction.atomic
def request_form(*, by: User, email: str, department: Department | None = None) -> None:
    """Mail somebody who called the link to the form, the department filled in."""
    outbox.send(key=f"form-link:{uuid.uuid4()}", about="", mails=[mail.form_link(by, email, department)])


def forget_intakes() -> int:
    """Delete forms whose 24 hours are over, with the files of those that were never sent. Returns how many."""
    gone = 0
    for intake in Intake.objects.forgotten().prefetch_related("files"):
        files = [] if intake.case_id else [file.file for file in intake.files.all()]
        with transaction.atomic():
            # Sent in this very moment? Then the files are the case's now.
            if not Intake.objects.select_for_update(of=("self",)).filter(pk=intake.pk, case=intake.case_id):
                continue
            intake.delete()
        for file in files:
            file.storage.delete(str(file.name))
        gone += 1
    return gone
