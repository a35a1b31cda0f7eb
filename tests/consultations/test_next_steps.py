from datetime import timedelta

import pytest
from django.urls import reverse

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import NextStep
from consultations.states import Result, Status
from office import clock
from tests.consultations.case_page import kinds, look, send
from tests.consultations.hearings import as_sent
from tests.factories import make_case


def in_days(days):
    return clock.today() + timedelta(days=days)


@pytest.fixture
def step(started_case, suzuki, sato):
    return actions.promise_step(case=started_case, by=suzuki, text="様式を集める", due_on=in_days(7), owner=sato)


def test_it_is_promised_without_a_hearing(desk, new_case):
    given = {"text": "様式を集める", "owner_name": "田中 実", "due_on": in_days(7)}
    assert send(desk, new_case, "step", **given).status_code == 302
    new_case.refresh_from_db()
    [step] = new_case.next_steps.all()
    assert (step.text, step.who, step.due_on) == ("様式を集める", "田中 実", in_days(7))
    assert new_case.status == Status.STARTED
    assert kinds(new_case)[-1] == "step_promised"
    assert look(desk, new_case).content.decode().count("様式を集める") >= 2, "among the facts and on the timeline"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, ["text"]),
        ({"text": "あ" * 301}, ["text"]),
        ({"text": "二\n行"}, ["text"]),
        ({"due_on": ""}, ["due_on"]),
        ({"due_on": "らいしゅう"}, ["due_on"]),
        ({"due_on": "2062-11-24"}, ["due_on"]),
        ({"due_on": "2006-11-24"}, ["due_on"]),
        ({"owner_name": ""}, ["owner"]),
        ({"owner": "0"}, ["owner"]),
    ],
)
def test_it_says_what_to_mend_and_keeps_what_was_typed(desk, new_case, fields, wrong):
    typed = {"text": "様式を集める", "owner_name": "田中 実", "due_on": str(in_days(7)), **fields}
    response = send(desk, new_case, "step", **typed)
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == wrong
    assert {name: form[name].value() for name in typed} == typed
    assert not new_case.next_steps.exists()


def test_it_is_given_to_nobody_who_has_left_and_stays_with_one_who_leaves_later(started_case, step, suzuki, sato, ito):
    ito.is_active = False
    ito.save()
    with pytest.raises(ActionRefused, match="伊藤"):
        actions.promise_step(case=started_case, by=suzuki, text="様式を集める", due_on=in_days(1), owner=ito)
    with pytest.raises(ActionRefused, match="伊藤"):
        actions.change_step(step=step, by=suzuki, text=step.text, due_on=step.due_on, owner=ito)
    sato.is_active = False
    sato.save()
    assert actions.change_step(step=step, by=suzuki, text="様式を数える", due_on=step.due_on, owner=sato).owner == sato


def test_it_belongs_to_one_person(desk, new_case, sato, suzuki):
    both = {"text": "x", "owner": sato.pk, "owner_name": "田中", "due_on": in_days(1)}
    assert list(send(desk, new_case, "step", **both).context["form"].errors) == ["owner"]
    with pytest.raises(ActionRefused):
        actions.promise_step(case=new_case, by=suzuki, text="x", due_on=in_days(1))
    with pytest.raises(ActionRefused):
        actions.promise_step(case=new_case, by=suzuki, text="x", due_on=in_days(1), owner=sato, owner_name="田中")


def test_it_is_not_promised_on_a_closed_case(desk, closed_case):
    response = send(desk, closed_case, "step", text="惜しい約束", owner_name="田中", due_on=in_days(1))
    assert response.status_code == 409
    assert "惜しい約束" in response.content.decode()


def test_it_is_done_in_one_click(desk, step):
    assert send(desk, step.case, "step_done", step.pk, version=step.version).status_code == 302
    step.refresh_from_db()
    assert step.done_at
    assert not step.dropped
    assert kinds(step.case)[-1] == "step_done"


def test_it_is_dropped_in_one_click(desk, step):
    assert send(desk, step.case, "step_drop", step.pk, version=step.version).status_code == 302
    step.refresh_from_db()
    assert step.dropped
    assert kinds(step.case)[-1] == "step_changed"


def test_it_is_done_once(desk, step, sato):
    actions.finish_step(step=step, by=sato)
    for act in ("step_done", "step_drop"):
        assert send(desk, step.case, act, step.pk).status_code == 409
    assert kinds(step.case).count("step_done") == 1


def test_it_is_done_after_the_case_was_closed(desk, step, suzuki, procedures):
    actions.close(case=step.case, by=suzuki, result="advised", level=2, topic=procedures)
    assert send(desk, step.case, "step_done", step.pk).status_code == 302


def change(desk, step, **typed):
    page = desk.get(reverse("case_step_change", args=[step.case.number, step.pk]))
    return as_sent(page, **typed)


def test_it_is_changed_with_old_and_new(desk, step):
    fields = change(desk, step, owner="", owner_name="田中 実", due_on=in_days(14))
    assert send(desk, step.case, "step_change", step.pk, **fields).status_code == 302
    step.refresh_from_db()
    assert (step.who, step.due_on, step.version) == ("田中 実", in_days(14), 2)
    entry = step.case.entries.newest_first()[0]
    assert entry.kind == "step_changed"
    assert entry.data["changes"]["owner"] == ["佐藤 花子", None]
    assert entry.data["changes"]["due_on"] == [in_days(7).isoformat(), in_days(14).isoformat()]
    assert "佐藤 花子" in look(desk, step.case).content.decode()


def test_it_writes_nothing_where_nothing_changed(desk, step):
    send(desk, step.case, "step_change", step.pk, **change(desk, step))
    assert kinds(step.case)[-1] == "step_promised"


def test_it_merges_with_what_a_colleague_changed(desk, step, sato):
    fields = change(desk, step, text="様式を2つ集める")
    actions.change_step(step=step, by=sato, text=step.text, owner=sato, due_on=in_days(14))
    response = send(desk, step.case, "step_change", step.pk, **fields)
    if response.status_code == 409:
        response = send(desk, step.case, "step_change", step.pk, **as_sent(response))
    assert response.status_code == 302
    step.refresh_from_db()
    assert (step.text, step.due_on) == ("様式を2つ集める", in_days(14))


def test_a_click_on_an_older_state_is_refused(desk, step, sato):
    seen = step.version
    actions.change_step(step=step, by=sato, text="別の約束", owner=sato, due_on=in_days(7))
    assert send(desk, step.case, "step_done", step.pk, version=seen).status_code == 409


def test_it_stays_with_somebody_who_left(desk, step, sato):
    sato.is_active = False
    sato.save()
    fields = change(desk, step, due_on=in_days(9))
    assert fields["owner"] == str(sato.pk) or fields["owner"] == sato.pk
    assert send(desk, step.case, "step_change", step.pk, **fields).status_code == 302


def test_the_overdue_say_so_in_words(desk, started_case, suzuki, sato):
    desk.cookies["language"] = "en"
    step = actions.promise_step(case=started_case, by=suzuki, text="遅れた約束", due_on=in_days(-1), owner=sato)
    assert "Overdue" in look(desk, started_case).content.decode()
    actions.hold(case=started_case, by=suzuki, follow_up_on=in_days(30))
    assert "Overdue" not in look(desk, started_case).content.decode(), "nothing nags before the day of the hold"
    actions.resume(case=started_case, by=suzuki)
    actions.finish_step(step=step, by=suzuki)
    assert "Overdue" not in look(desk, started_case).content.decode()


def test_a_promise_is_overdue_exactly_where_the_digest_says_so(new_case, suzuki, sato, kohoku):
    with clock.at(clock.now() - timedelta(days=9)):
        started, held, reached, closed = (make_case(kohoku) for _ in range(4))
        for case in (started, held, reached, closed):
            actions.promise_step(case=case, by=suzuki, text="集める", due_on=in_days(2), owner=sato)
        actions.hold(case=held, by=suzuki, follow_up_on=in_days(30))
        actions.hold(case=reached, by=suzuki, follow_up_on=in_days(5))
        actions.close(case=closed, by=suzuki, result=Result.WITHDRAWN, level=None, topic=None)
    steps = NextStep.objects.select_related("case")
    assert {step.case for step in steps if step.is_overdue} == {started, reached}
    assert {step.case for step in NextStep.objects.overdue()} == {started, reached}


def test_it_is_found_through_its_own_case_only(desk, step, kohoku):
    other = make_case(kohoku)
    for act in ("step_change", "step_done", "step_drop"):
        assert send(desk, other, act, step.pk).status_code == 404


def test_many_cost_no_more_than_one(desk, step, sato, suzuki, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as few:
        look(desk, step.case)
    for number in range(21):
        actions.promise_step(case=step.case, by=suzuki, text=f"約束{number}", due_on=in_days(number), owner=sato)
    with django_assert_max_num_queries(20) as many:
        look(desk, step.case)
    assert len(many) == len(few)
