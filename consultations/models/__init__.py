from consultations.models.ask import Ask
from consultations.models.attachment import Attachment
from consultations.models.case import Case, CaseNumber
from consultations.models.check import TechnicalCheck
from consultations.models.digest import Digest
from consultations.models.draft import Draft
from consultations.models.entry import Entry, EntryKind
from consultations.models.example import Example
from consultations.models.hearing import Hearing, HearingQuestion, Hypothesis, NextStep, QuestionTemplate
from consultations.models.intake import Intake, IntakeFile
from consultations.models.likeness import Likeness
from consultations.models.support import Booking, Support
from consultations.models.text import CannedText
from consultations.models.tie import Tie

__all__ = [
    "Ask",
    "Attachment",
    "Booking",
    "CannedText",
    "Case",
    "CaseNumber",
    "Digest",
    "Draft",
    "Entry",
    "EntryKind",
    "Example",
    "Hearing",
    "HearingQuestion",
    "Hypothesis",
    "Intake",
    "IntakeFile",
    "Likeness",
    "NextStep",
    "QuestionTemplate",
    "Support",
    "TechnicalCheck",
    "Tie",
]
