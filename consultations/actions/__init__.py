"""Everything that can happen to a case. Views, admin, imports, demo data and meetings all come through here."""

from consultations.actions._event import one_event
from consultations.actions._rows import StaleCase
from consultations.actions.answering import add_note, answer_and_close, need_no_answer, reply, take_up
from consultations.actions.articles import ArticleThere, article_of, begin_article
from consultations.actions.asking import (
    ask_meeting,
    note_meeting_advice,
    record_meeting_advice,
    record_meeting_decision,
    withdraw_ask,
)
from consultations.actions.booking import book_hours, take_back_booking
from consultations.actions.bulk import close_many, hand_over_many, set_topic_of_many
from consultations.actions.checking import answer_check, ask_check, change_thread, correct_answer, withdraw_check
from consultations.actions.closing import close, complete, reopen
from consultations.actions.comparing import compare_cases
from consultations.actions.correcting import (
    assign_pair,
    correct_contact,
    correct_origin,
    describe,
    set_concerned,
    set_level,
    set_supporters,
    set_topic,
)
from consultations.actions.digest import make_digest
from consultations.actions.drafting import SentAlready, discard_draft, drop_draft, forget_drafts, keep_draft
from consultations.actions.handing_over import (
    Holdings,
    both_change,
    change_pair_of_department,
    hand_cases_to_current_pairs,
    hand_on,
    holdings,
    replace_in_pairs,
)
from consultations.actions.hearing import (
    Finding,
    NewHypothesis,
    call_off_hearing,
    change_hearing,
    need_no_hearing,
    prepare_hearing,
    record_hearing,
    record_unprepared_hearing,
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
from consultations.actions.matching import note_matching
from consultations.actions.messages import continue_case, mail_link, receive_message, report_solved
from consultations.actions.publishing import (
    ask_consent,
    change_example,
    decline_consent,
    give_consent,
    publish_example,
    withdraw_example,
    write_example,
)
from consultations.actions.referring import answer_referral, refer
from consultations.actions.stepping import Promise, change_step, drop_step, finish_step, promise_step
from consultations.actions.supporting import (
    change_support,
    choose_support,
    settle_by_consultation,
)
from consultations.actions.taking_down import take_down
from consultations.actions.tying import tie_cases, untie_cases
from consultations.actions.waiting import ask_progress, hold, resume
from office.actions import ActionRefused

__all__ = [
    "ActionRefused",
    "ArticleThere",
    "Finding",
    "Holdings",
    "NewHypothesis",
    "Promise",
    "SentAlready",
    "StaleCase",
    "add_note",
    "answer_and_close",
    "answer_check",
    "answer_referral",
    "article_of",
    "ask_check",
    "ask_consent",
    "ask_meeting",
    "ask_progress",
    "assign_pair",
    "begin_article",
    "book_hours",
    "both_change",
    "call_off_hearing",
    "change_example",
    "change_hearing",
    "change_pair_of_department",
    "change_step",
    "change_support",
    "change_thread",
    "choose_support",
    "close",
    "close_many",
    "compare_cases",
    "complete",
    "continue_case",
    "correct_answer",
    "correct_contact",
    "correct_origin",
    "decline_consent",
    "describe",
    "discard_draft",
    "discard_intake",
    "drop_draft",
    "drop_step",
    "finish_step",
    "forget_drafts",
    "forget_intakes",
    "give_consent",
    "hand_cases_to_current_pairs",
    "hand_on",
    "hand_over_many",
    "hold",
    "holdings",
    "keep_draft",
    "keep_intake",
    "mail_link",
    "make_digest",
    "need_no_answer",
    "need_no_hearing",
    "note_matching",
    "note_meeting_advice",
    "one_event",
    "prepare_hearing",
    "promise_step",
    "publish_example",
    "receive_case",
    "receive_message",
    "record_hearing",
    "record_meeting_advice",
    "record_meeting_decision",
    "record_unprepared_hearing",
    "refer",
    "reopen",
    "replace_in_pairs",
    "reply",
    "report_solved",
    "request_form",
    "resume",
    "send_intake",
    "set_concerned",
    "set_level",
    "set_supporters",
    "set_topic",
    "set_topic_of_many",
    "settle_by_consultation",
    "take_back_booking",
    "take_down",
    "take_up",
    "tie_cases",
    "title_of",
    "untie_cases",
    "withdraw_ask",
    "withdraw_check",
    "withdraw_example",
    "write_example",
]
