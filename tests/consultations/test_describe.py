import pytest

from consultations import actions
from tests.consultations.case_page import kinds, look, send


def fields(case, **changed):
    """What the form of the page holds before anybody types, with what somebody changed."""
    return {"title": case.title, "topic": "", "level": "", **changed}


def test_it_sets_what_the_pair_makes_of_the_case(desk, new_case, procedures):
    estimates = {"volume": "small", "coordination": "high", "technical": "low", "measure_state": "considered"}
    send(
        desk,
        new_case,
        "describe",
        **fields(new_case, title="シフト表の自動作成", topic=procedures.pk, level=2, sensitive="on"),
        **estimates,
        version=new_case.version,
    )
    new_case.refresh_from_db()
    assert (new_case.title, new_case.topic, new_case.level) == ("シフト表の自動作成", procedures, 2)
    assert {name: getattr(new_case, name) for name in estimates} == estimates
    assert new_case.sensitive


def test_it_words_labels_and_not_keys_on_the_timeline(desk, new_case):
    desk.cookies["language"] = "en"
    send(desk, new_case, "describe", **fields(new_case, level=2, measure_state="budget_requested"))
    page = look(desk, new_case).content.decode()
    assert "<del>not set</del> → <ins>Check of a plan</ins>" in page
    assert "<ins>Budget requested</ins>" in page


def test_it_writes_nothing_where_nothing_changed(desk, new_case):
    send(desk, new_case, "describe", **fields(new_case))
    assert kinds(new_case) == ["received"]


def test_it_needs_a_title(desk, new_case):
    response = send(desk, new_case, "describe", **fields(new_case, title=""))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"title"}


def test_it_keeps_level_and_topic_of_a_closed_case(desk, closed_case):
    assert send(desk, closed_case, "describe", **fields(closed_case)).status_code == 409
    closed_case.refresh_from_db()
    assert closed_case.level == 1


def test_it_merges_with_what_a_colleague_changed_meanwhile(desk, new_case, sato, procedures):
    form = desk.get(f"{new_case.get_absolute_url()}describe/").context["form"]
    opened = {name: form[name].value() for name in form.fields}
    before = {f"initial-{name}": "" if value is None else value for name, value in opened.items()}
    actions.describe(case=new_case, by=sato, title="佐藤の件名", topic=procedures, level=2)

    mine = fields(new_case, title="鈴木の件名", volume="large", version=new_case.version)
    response = send(desk, new_case, "describe", **mine, **before)

    assert response.status_code == 409
    merged = response.context["form"]
    assert merged["title"].value() == "鈴木の件名"
    assert merged["volume"].value() == "large"
    assert merged["level"].value() == "2", "what this person left alone takes the newest value"
    assert [conflict.theirs for conflict in merged.conflicts()] == ["佐藤の件名"]
    new_case.refresh_from_db()
    assert new_case.title == "佐藤の件名"


def test_it_goes_through_once_the_merged_form_is_sent_again(desk, new_case, sato, procedures):
    actions.describe(case=new_case, by=sato, title="佐藤の件名", topic=procedures, level=2)
    new_case.refresh_from_db()
    mine = fields(new_case, title="鈴木の件名", topic=procedures.pk, level=2, version=new_case.version)
    assert send(desk, new_case, "describe", **mine).status_code == 302
    new_case.refresh_from_db()
    assert (new_case.title, new_case.level) == ("鈴木の件名", 2)


def test_its_helpers_and_the_other_departments_are_set_with_old_and_new_by_name(desk, new_case, ito, asahi):
    send(desk, new_case, "supporters", supporters=[ito.pk], version=new_case.version)
    send(desk, new_case, "concerned", concerned=[asahi.pk])
    ito.name = "改姓 健"
    ito.save()
    send(desk, new_case, "supporters", supporters=[])
    told = [entry.data["changes"] for entry in new_case.entries.filter(kind="changed").in_order()]
    assert told == [
        {"supporters": [[], ["伊藤 健"]]},
        {"concerned": [[], ["旭区"]]},
        {"supporters": [["改姓 健"], []]},
    ]
    assert (list(new_case.supporters.all()), list(new_case.concerned.all())) == ([], [asahi])
    page = look(desk, new_case).content.decode()
    assert "<ins>旭区</ins>" in page


def test_nobody_from_outside_the_office_helps_and_no_department_is_beside_itself(desk, new_case, tanaka, pair, suzuki):
    assert send(desk, new_case, "supporters", supporters=[tanaka.pk]).status_code == 422
    assert send(desk, new_case, "supporters", supporters=[pair.lead.pk]).status_code == 422, "they have it already"
    assert send(desk, new_case, "concerned", concerned=[new_case.department.pk]).status_code == 422
    with pytest.raises(actions.ActionRefused):
        actions.set_supporters(case=new_case, by=suzuki, supporters=[tanaka])
    with pytest.raises(actions.ActionRefused):
        actions.set_concerned(case=new_case, by=suzuki, concerned=[new_case.department])
    assert kinds(new_case) == ["received"]


def test_a_helper_who_left_can_stay_and_can_go(desk, new_case, suzuki, ito):
    actions.set_supporters(case=new_case, by=suzuki, supporters=[ito])
    ito.is_active = False
    ito.save()
    assert send(desk, new_case, "supporters", supporters=[ito.pk]).status_code == 302
    assert list(new_case.supporters.all()) == [ito]
    send(desk, new_case, "supporters", supporters=[])
    assert not new_case.supporters.exists()
    assert send(desk, new_case, "supporters", supporters=[ito.pk]).status_code == 422


def test_it_comes_back_to_the_place_it_was_changed_at(desk, new_case):
    """There the focus is on the link that opened the form."""
    response = send(desk, new_case, "describe", **fields(new_case, title="新しい件名"))
    assert response["Location"] == f"{new_case.get_absolute_url()}#change-describe"
    assert 'id="change-describe"' in look(desk, new_case).content.decode()
