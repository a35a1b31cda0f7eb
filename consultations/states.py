"""The states a case can be in, and the groups of states that have a name."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    NEW = "new", _("Not started")
    STARTED = "started", _("In progress")
    ON_HOLD = "on_hold", _("On hold")
    COMPLETED = "completed", _("Completed")


IN_WORK = [Status.NEW, Status.STARTED]


class Level(models.IntegerChoices):
    """How deep the answer goes (case study, figure 4)."""

    ANSWER = 1, _("Answer to a question")
    VALIDITY = 2, _("Check of a plan")
    ALTERNATIVE = 3, _("Alternative")
    IMPROVEMENT = 4, _("Improvement")


DEEP = [Level.ALTERNATIVE, Level.IMPROVEMENT]


class Result(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    ADVISED = "advised", _("Advised")
    SUPPORTED = "supported", _("Supported")
    INTRODUCED = "introduced", _("Introduced and in use")
    REFERRED = "referred", _("Referred")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Duplicate")
    MISTAKEN = "mistaken", _("Sent by mistake or as a test")


UNCOUNTED = [Result.WITHDRAWN, Result.DUPLICATE, Result.MISTAKEN]


def counted(case: str = "") -> Q:
    """Of cases that count: not withdrawn, sent twice or by mistake. `case`: the way to the case, where it is not the
    row itself (`case__`).
    """
    return ~Q(**{f"{case}result__in": UNCOUNTED})


class Channel(models.TextChoices):
    FORM = "form", _("Web form")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    EMAIL = "email", _("E-mail")
    IN_PERSON = "in_person", _("In person")


class Want(models.TextChoices):
    """What the requester expects of the office; ticked in the form."""

    PROCEDURE = "procedure", _("I want to know the procedure")
    VALIDITY = "validity", _("I want my plan to be looked at")
    ALTERNATIVES = "alternatives", _("I want to know other ways")
    TOGETHER = "together", _("I want someone to think it through with me")


class Volume(models.TextChoices):
    SMALL = "small", _("Small")
    MEDIUM = "medium", _("Medium")
    LARGE = "large", _("Large")


class Difficulty(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", pgettext_lazy("difficulty", "Medium")
    HIGH = "high", _("High")


class MeasureState(models.TextChoices):
    """How far the section's own measure has come."""

    UNDECIDED = "undecided", _("Undecided")
    CONSIDERED = "considered", _("Under consideration")
    BUDGET_REQUESTED = "budget_requested", _("Budget requested")
    BUDGETED = "budgeted", _("Budgeted")
    PROCURING = "procuring", _("In procurement")
    BUILDING = "building", _("Being built or tried")
    LIVE = "live", _("In use")
    DROPPED = "dropped", _("Dropped")


class Step(models.TextChoices):
    """The five steps of the process (case study, figure 3). Derived from what happened, never stored."""

    RECEIVED = "received", _("Received")
    HEARING = "hearing", _("Hearing")
    MENU = "menu", _("Choosing support")
    SUPPORT = "support", _("Work together")
    KNOWLEDGE = "knowledge", _("Lessons kept")


class SupportState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DROPPED = "dropped", pgettext_lazy("support", "Dropped")


class AskKind(models.TextChoices):
    """Why a pair brings a case to the weekly meeting (case study, 1-2)."""

    DIRECTION = "direction", _("Not sure of the direction")
    ALTERNATIVES = "alternatives", _("Another kind of support wanted")
    NO_IDEA = "no_idea", _("No solution in sight")
    SHARING = "sharing", _("For information")


class AdviceKind(models.TextChoices):
    """From which side the weekly meeting sees a case (case study, 1-2)."""

    TECHNICAL = "technical", pgettext_lazy("advice", "Technical")
    ADMINISTRATIVE = "administrative", pgettext_lazy("advice", "Administrative practice")
    CROSSCUT = "crosscut", pgettext_lazy("advice", "From other departments")


class Verdict(models.TextChoices):
    """What a hearing said to a hypothesis."""

    SUPPORTED = "supported", pgettext_lazy("verdict", "Supported")
    REFUTED = "refuted", _("Refuted")
    UNCLEAR = "unclear", _("Not clear")


class Ruling(models.TextChoices):
    """What ICT operations say to a technical question."""

    ALLOWED = "allowed", _("Allowed")
    CONDITIONAL = "conditional", _("Allowed with conditions")
    NOT_ALLOWED = "not_allowed", _("Not allowed")
    APPLICATION = "application", _("Application needed")


class TieKind(models.TextChoices):
    CONTINUATION = "continuation", _("Continuation")
    DUPLICATE = "duplicate", pgettext_lazy("tie", "Duplicate")
    RELATED = "related", _("Related")


class ExampleState(models.TextChoices):
    """How far the telling of a closed case has come."""

    DRAFT = "draft", pgettext_lazy("example", "Draft")
    ASKED = "asked", pgettext_lazy("example", "Consent asked for")
    AGREED = "agreed", pgettext_lazy("example", "Agreed to")
    DECLINED = "declined", pgettext_lazy("example", "Declined")
    PUBLISHED = "published", pgettext_lazy("example", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("example", "Withdrawn")
