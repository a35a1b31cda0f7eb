"""The weekly meeting: when it is held, what stands on its agenda, what was said and decided, who was there."""

from meetings.models.advice import Advice
from meetings.models.attendance import Attendance
from meetings.models.decision import Decision, DecisionChange
from meetings.models.item import MINUTES, AgendaItem, ItemKind
from meetings.models.meeting import Meeting

__all__ = [
    "MINUTES",
    "Advice",
    "AgendaItem",
    "Attendance",
    "Decision",
    "DecisionChange",
    "ItemKind",
    "Meeting",
]
