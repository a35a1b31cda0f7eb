"""A case page asks the database 20 times at most: with everything on it, any form open, however much it is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.models import Attachment, CannedText, Case
from consultations.states import AskKind, SupportState, TieKind
from menus.models import SupportMenu
from office import clock
from office.models import Absence
from tests.factories import make_case, make_contract, make_department, make_member, make_menu

# All that can stand open on the page itself; what has a page of its own is counted there.
FORMS = [
    *("detail", "note", "reply", "answer", "hold", "complete", "close", "describe", "origin", "contact", "pair"),
    *("supporters", "concerned", "support", "consultation_only", "ask", "step", "tie"),
]
# Those about a support, and of what kind it is.
OF_SUPPORTS = {
    "support_change": "existing_tool",
    "support_matching": "open_innovation",
    "support_refer": "referral",
    "support_answer": "referral",
    "support_hours": "consultant",
}
BUDGET = 20


@pytest.fixture
def busy(kohoku, pair, suzuki, sato) -> Case:
    """A case with one of everything that ever stands on its page."""
    case = make_case(kohoku, cc=["kacho@kohoku.example.jp"])
    add_to(case, suzuki, 1)
    CannedText.objects.create(title="お礼", text="ありがとうございます。")
    Absence.objects.create(user=sato, deputy=suzuki, starts_on=clock.today(), ends_on=clock.today())
    return case


def add_to(case: Case, by, rounds: int) -> None:
    """As many more of everything."""
    tomorrow = clock.today() + timedelta(days=1)
    for _round in range(rounds):
        at = f"{case.entries.count()}"
        entry = actions.reply(case=case, by=by, text="画面の写しを送ってください。")
        Attachment.objects.create(case=case, entry=entry, file="aa/x", name="写し.pdf", size=1)
        actions.prepare_hearing(case=case, by=by, hypotheses=[(0, "様式が多い")], questions=["何枚ありますか。"])
        actions.promise_step(case=case, by=by, text="様式を集める", due_on=tomorrow, owner=by)
        actions.ask_check(case=case, by=by, question="庁外のサービスを使えますか。")
        menu = SupportMenu.objects.create(key=f"menu-{at}", kind="existing_tool", name=f"RPA {at}", summary="x")
        support = actions.choose_support(case=case, by=by, menu=menu, reason="件数が多い")
        actions.change_support(support=support, by=by, state=SupportState.RUNNING, outcome="試行中")
        for kind in ("open_innovation", "referral", "consultant"):
            each = make_menu(kind, at)
            actions.choose_support(case=case, by=by, menu=each, reason="ほかに方法がない")
        call, referral, consultants = case.supports.order_by("-pk")[:3][::-1]
        actions.note_matching(support=call, by=by, posted_on=clock.today(), proposals=3)
        days = {"asked_on": clock.today(), "ask_again_on": tomorrow}
        actions.refer(support=referral, by=by, department=case.department, place="総務課", **days)
        make_contract(100, menu=consultants.menu)
        for _twice in range(2):
            actions.book_hours(support=consultants, by=by, hours=Decimal(2), purpose="聞き取り")
        ask = actions.ask_meeting(case=case, by=by, kind=AskKind.DIRECTION, question="この方向でよいか。")
        actions.record_meeting_advice(ask=ask, by=by, advice="よい", held_on=clock.today().isoformat())
        actions.tie_cases(case=case, other=make_case(case.department), kind=TieKind.RELATED, by=by)
        make_case(case.department)
        helper = make_member(f"helper{at}", f"応援 {at}")
        actions.set_supporters(case=case, by=by, supporters=[*case.supporters.all(), helper])
        other = make_department(f"区{at}", order=int(at), code=f"x{at}")
        actions.set_concerned(case=case, by=by, concerned=[*case.concerned.all(), other])
        for form in ("reply", "describe", f"support_change_{support.pk}"):
            texts = {"text": "書きかけ", "title": "書きかけ", "outcome": "書きかけ"}
            actions.keep_draft(case=case, by=by, form=form, texts=texts, page=at)


def costs(browser, case: Case) -> dict[str, int]:
    counted = {}
    paths = {form: reverse(f"case_{form}", args=[case.number]) for form in FORMS}
    step = case.next_steps.last()
    for act, kind in OF_SUPPORTS.items():
        support = case.supports.filter(menu__kind=kind).last()
        paths[act] = reverse(f"case_{act}", args=[case.number, support.pk])
    paths["step_change"] = reverse("case_step_change", args=[case.number, step.pk])
    for form, path in paths.items():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"{path}?list=open%3D1%26at%3D1").status_code == 200
        counted[form] = len(queries)
    return counted


def test_every_form_of_it_keeps_the_budget_and_grows_with_nothing(desk, busy, suzuki):
    at_1 = costs(desk, busy)
    assert {form: count for form, count in at_1.items() if count > BUDGET} == {}
    add_to(busy, suzuki, 5)
    assert costs(desk, busy) == at_1
