from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from consultations.models import Hearing, QuestionTemplate
from consultations.states import Status, Step, Verdict
from knowledge.models import Topic
from office import clock
from tests.consultations.case_page import kinds, look, send
from tests.consultations.hearings import QUESTIONS, TREE, as_sent, at, held, prepared
from tests.factories import make_case


def plan(desk, case, **fields):
    return send(desk, case, "hearing_new", **{"minutes": "60", **fields})


def test_it_is_prepared_with_causes_and_questions(desk, new_case, suzuki):
    day = clock.today() + timedelta(days=3)
    response = plan(
        desk,
        new_case,
        starts_at=f"{day}T10:00",
        minutes="90",
        place="https://teams.example.jp/l/meetup/1",
        hypotheses="シフト作成に3日かかる\r\n・条件が紙に散らばっている\r\n急な休みに追いつかない",
        questions="・一月に何回作りますか。\r\n\r\nだれが承認しますか。",
    )
    assert response.status_code == 302
    [hearing] = new_case.hearings.all()
    assert timezone.localtime(hearing.starts_at).isoformat(timespec="minutes") == f"{day}T10:00+09:00"
    assert (hearing.minutes, hearing.prepared_by) == (90, suzuki)
    assert [(cause.depth, cause.text) for cause in hearing.hypotheses.all()] == TREE
    assert [question.text for question in hearing.questions.all()] == QUESTIONS
    page = look(desk, new_case).content.decode()
    assert '<a href="https://teams.example.jp/l/meetup/1"' in page
    assert "条件が紙に散らばっている" in page, "the timeline tells the causes"


def test_it_takes_a_new_case_up_and_may_leave_everything_open(desk, new_case):
    assert plan(desk, new_case).status_code == 302
    new_case.refresh_from_db()
    assert new_case.status == Status.STARTED
    assert kinds(new_case)[-1] == "hearing_prepared"


def test_it_offers_the_questions_of_every_topic_and_of_the_cases(desk, new_case, procedures, suzuki):
    QuestionTemplate.objects.all().delete()
    other = Topic.objects.exclude(pk=procedures.pk)[0]
    QuestionTemplate.objects.create(title="共通", questions="いつまでに必要ですか。\n予算はありますか。")
    QuestionTemplate.objects.create(title="手続", topic=procedures, questions="契約は済みましたか。")
    QuestionTemplate.objects.create(title="別", topic=other, questions="画面は何枚ですか。")
    QuestionTemplate.objects.create(title="古い", questions="使いません。", is_active=False)
    actions.describe(case=new_case, by=suzuki, title="件名", topic=procedures, level=None)
    page = desk.get(reverse("case_hearing_new", args=[new_case.number]))
    assert (
        page.context["form"]["questions"].value() == "いつまでに必要ですか。\n予算はありますか。\n契約は済みましたか。"
    )
    assert "画面は何枚ですか。" in page.content.decode(), "those of other topics are there to be copied"
    assert "使いません。" not in page.content.decode()


def test_it_shows_what_the_form_told(desk, kohoku, pair):
    case = make_case(kohoku, expectation="紙をなくしたい。", folder=r"\\share\shift")
    page = desk.get(reverse("case_hearing_new", args=[case.number])).content.decode()
    for told in (case.problem, "紙をなくしたい。", r"\\share\shift"):
        assert told in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_at": "あした"}, "starts_at"),
        ({"starts_at": "2062-11-24T10:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"minutes": ""}, "minutes"),
        ({"minutes": "半日"}, "minutes"),
        ({"minutes": "4"}, "minutes"),
        ({"minutes": "481"}, "minutes"),
        ({"place": "あ" * 301}, "place"),
        ({"hypotheses": "\n".join("　" * depth + "なぜ" for depth in range(7))}, "hypotheses"),
        ({"hypotheses": "長い" * 251}, "hypotheses"),
        ({"hypotheses": "原因\n" * 51}, "hypotheses"),
        ({"hypotheses": "原因\x00"}, "hypotheses"),
        ({"questions": "長い" * 251}, "questions"),
        ({"questions": "質問\n" * 51}, "questions"),
    ],
)
def test_it_says_what_to_mend_and_keeps_what_was_typed(desk, new_case, fields, field):
    typed = {"hypotheses": "原因", "questions": "質問", **fields}
    response = plan(desk, new_case, **typed)
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form["hypotheses"].value() == typed["hypotheses"]
    assert not new_case.hearings.exists()


def test_it_names_the_line_that_is_too_deep(desk, new_case):
    desk.cookies["language"] = "en"
    text = "\n".join("　" * depth + f"なぜ{depth}" for depth in range(7))
    [error] = plan(desk, new_case, hypotheses=text).context["form"].errors["hypotheses"]
    assert "なぜ6" in error
    assert "7" in error


def test_it_may_have_passed_already(desk, new_case):
    yesterday = clock.today() - timedelta(days=1)
    assert plan(desk, new_case, starts_at=f"{yesterday}T10:00").status_code == 302


def test_it_is_not_prepared_for_a_closed_case(desk, closed_case):
    response = plan(desk, closed_case, hypotheses="惜しい原因")
    assert response.status_code == 409
    assert "惜しい原因" in response.content.decode()


def test_it_takes_over_what_the_last_one_left_open(desk, started_case, suzuki):
    hearing = prepared(started_case, suzuki)
    paper = hearing.hypotheses.get(order=1)
    once, who = hearing.questions.all()
    actions.record_hearing(
        hearing=hearing,
        by=suzuki,
        held_on=clock.today(),
        findings={cause.pk: actions.Finding(Verdict.REFUTED) for cause in hearing.hypotheses.exclude(pk=paper.pk)},
        answers={once.pk: "月に1回"},
    )
    form = desk.get(reverse("case_hearing_new", args=[started_case.number])).context["form"]
    assert form["hypotheses"].value() == paper.text
    assert form["questions"].value() == who.text


# --- changing it


@pytest.fixture
def hearing(started_case, suzuki):
    return prepared(started_case, suzuki)


def opened(desk, hearing, act="hearing_change"):
    return desk.get(reverse(f"case_{act}", args=[hearing.case.number, hearing.pk]))


def test_it_is_changed_with_old_and_new_on_the_timeline(desk, hearing):
    keys = dict(hearing.hypotheses.values_list("text", "pk"))
    fields = as_sent(opened(desk, hearing), place="第3会議室", hypotheses="急な休みに追いつかない\n新しい原因")
    assert send(desk, hearing.case, "hearing_change", hearing.pk, **fields).status_code == 302
    hearing.refresh_from_db()
    assert (hearing.place, hearing.version) == ("第3会議室", 2)
    assert [cause.text for cause in hearing.hypotheses.all()] == ["急な休みに追いつかない", "新しい原因"]
    assert hearing.hypotheses.get(order=0).pk == keys["急な休みに追いつかない"], "a cause that stays keeps its key"
    entry = hearing.case.entries.newest_first()[0]
    assert entry.kind == "hearing_prepared"
    assert entry.data["changes"].keys() == {"place", "hypotheses"}
    assert entry.data["changes"]["hypotheses"][1] == "急な休みに追いつかない\n新しい原因"
    assert "新しい原因" in look(desk, hearing.case).content.decode()


def test_it_writes_nothing_where_nothing_changed(desk, hearing):
    before = kinds(hearing.case)
    send(desk, hearing.case, "hearing_change", hearing.pk, **as_sent(opened(desk, hearing)))
    hearing.refresh_from_db()
    assert (kinds(hearing.case), hearing.version) == (before, 1)


def test_it_loses_no_text_of_two_who_change_it_at_once(desk, hearing, sato):
    page = opened(desk, hearing)
    actions.change_hearing(
        hearing=hearing,
        by=sato,
        starts_at=None,
        minutes=30,
        place="",
        hypotheses=[(0, "佐藤の原因")],
        questions=QUESTIONS,
    )
    response = send(desk, hearing.case, "hearing_change", hearing.pk, **as_sent(page, hypotheses="鈴木の原因"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "鈴木の原因" in page
    assert "佐藤の原因" in page
    assert response.context["form"]["minutes"].value() in (30, "30"), "what this person left alone is the newest"
    assert [cause.text for cause in hearing.hypotheses.all()] == ["佐藤の原因"]


def test_it_is_not_changed_once_it_was_held(desk, started_case, suzuki):
    hearing = held(started_case, suzuki)
    page = desk.get(reverse("case_hearing_change", args=[started_case.number, hearing.pk]))
    assert page["Location"] == reverse("case_hearing_record", args=[started_case.number, hearing.pk])
    response = send(desk, started_case, "hearing_change", hearing.pk, minutes="60", hypotheses="遅い原因")
    assert response.status_code == 409
    assert "遅い原因" in response.content.decode()


# --- calling it off, and needing none


def test_it_is_called_off_with_a_reason(desk, hearing):
    response = send(desk, hearing.case, "hearing_call_off", hearing.pk, text="所管課の都合。", version=1)
    assert response.status_code == 302
    hearing.refresh_from_db()
    assert hearing.called_off_at
    assert kinds(hearing.case)[-1] == "hearing_called_off"
    assert "所管課の都合。" in look(desk, hearing.case).content.decode()


def test_it_is_called_off_once(desk, hearing, sato):
    actions.call_off_hearing(hearing=hearing, by=sato)
    assert send(desk, hearing.case, "hearing_call_off", hearing.pk, text="もう一度").status_code == 409
    assert send(desk, hearing.case, "hearing_record", hearing.pk, held_on=clock.today()).status_code == 409
    assert kinds(hearing.case).count("hearing_called_off") == 1


def test_none_is_needed_says_one_click(desk, new_case):
    assert send(desk, new_case, "hearing_none", version=new_case.version).status_code == 302
    new_case.refresh_from_db()
    assert (new_case.hearing_unneeded, new_case.status) == (True, Status.STARTED)
    assert new_case.step(heard=False, has_support=False) == Step.MENU
    assert kinds(new_case)[-1] == "hearing_unneeded"


def test_a_hearing_prepared_later_takes_it_back(desk, new_case, suzuki):
    actions.need_no_hearing(case=new_case, by=suzuki)
    plan(desk, new_case)
    new_case.refresh_from_db()
    assert not new_case.hearing_unneeded


@pytest.mark.parametrize("there", ["prepared", "held", "said"])
def test_none_is_needed_is_refused_where_it_cannot_be(desk, started_case, suzuki, there):
    if there == "said":
        actions.need_no_hearing(case=started_case, by=suzuki)
    else:
        {"prepared": prepared, "held": held}[there](started_case, suzuki)
    assert send(desk, started_case, "hearing_none").status_code == 409


# --- where it stands


def test_the_step_follows_the_hearings(started_case, suzuki):
    assert started_case.step(heard=False, has_support=False) == Step.HEARING
    assert started_case.step(heard=True, has_support=False) == Step.MENU
    assert started_case.step(heard=False, has_support=True) == Step.SUPPORT
    actions.settle_by_consultation(case=started_case, by=suzuki)
    started_case.refresh_from_db()
    assert started_case.step(heard=True, has_support=False) == Step.SUPPORT


def test_it_is_found_through_its_own_case_only(desk, hearing, kohoku):
    other = make_case(kohoku)
    for act in ("change", "record", "call_off", "sheet", "calendar"):
        assert desk.get(reverse(f"case_hearing_{act}", args=[other.number, hearing.pk])).status_code == 404


def test_a_case_may_have_many_at_no_more_cost(desk, started_case, suzuki, django_assert_max_num_queries):
    prepared(started_case, suzuki)
    with django_assert_max_num_queries(20) as few:
        look(desk, started_case)
    for number in range(21):
        prepared(started_case, suzuki, place=f"第{number}会議室", starts_at=at("2026-11-24 10:00"))
    assert Hearing.objects.count() == 22
    with django_assert_max_num_queries(20) as many:
        look(desk, started_case)
    assert len(many) == len(few)
