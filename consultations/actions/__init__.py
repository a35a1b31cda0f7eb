"""Everything that can happen to a case. Views, admin, imports, demo data and meetings all come through here."""

from consultations.actions._rows import StaleCase
from consultations.actions.answering import add_note, answer_and_close, need_no_answer, reply, take_up
from consultations.actions.asking import (
    ask_meeting,
    record_meeting_advice,
    withdraw_ask,
)
from consultations.actions.closing import close, complete, reopen
from consultations.actions.correcting import (
    assign_pair,
    change_pair_of_department,
    correct_contact,
    correct_origin,
    describe,
    hand_cases_to_current_pairs,
)
from consultations.actions.intake import (
    discard_intake,
    forget_intakes,
    keep_intake,
    receive_case,
    request_form,
    send_intake,
    title_of,
)
from consultations.actions.messages import receive_message
from consultations.actions.supporting import (
    change_support,
    choose_support,
    settle_by_consultation,
)
from consultations.actions.taking_down import take_down
from consultations.actions.waiting import hold, resume
from office.actions import ActionRefused

__all__ = [
    "ActionRefused",
    "StaleCase",
    "add_note",
    "answer_and_close",
    "ask_meeting",
    "assign_pair",
    "change_pair_of_department",
    "change_support",
    "choose_support",
    "close",
    "complete",
    "correct_contact",
    "correct_origin",
    "describe",
    "discard_intake",
    "forget_intakes",
    "hand_cases_to_current_pairs",
    "hold",
    "need_no_answer",
    "keep_intake",
    "receive_case",
    "receive_message",
    "record_meeting_advice",
    "reopen",
    "reply",
    "request_form",
    "resume",
    "send_intake",
    "settle_by_consultation",
    "take_down",
    "take_up",
    "title_of",
    "withdraw_ask",
]
