"""The weekly meeting: planned, its agenda composed, held, its minutes confirmed."""

from meetings.actions.arranging import bring_back_item, drop_item, move_item, place_items, set_minutes
from meetings.actions.attending import note_attendance, take_seat
from meetings.actions.collecting import collect, compose_next, find_similar
from meetings.actions.confirming import confirm_minutes
from meetings.actions.deciding import change_decision, decide, drop_decision, settle_decision
from meetings.actions.mailing import mail_agenda
from meetings.actions.planning import call_off, change_meeting, plan_meeting, plan_series
from meetings.actions.speaking import choose_menu, finish_item, focus, say, set_level

__all__ = [
    "bring_back_item",
    "call_off",
    "change_decision",
    "change_meeting",
    "choose_menu",
    "collect",
    "compose_next",
    "confirm_minutes",
    "decide",
    "drop_decision",
    "drop_item",
    "find_similar",
    "finish_item",
    "focus",
    "mail_agenda",
    "move_item",
    "note_attendance",
    "place_items",
    "plan_meeting",
    "plan_series",
    "say",
    "set_level",
    "set_minutes",
    "settle_decision",
    "take_seat",
]
