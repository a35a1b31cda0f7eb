"""Two people put the same facts right: what only one touched goes through, what both touched comes back with both."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.states import SupportState
from menus.models import SupportMenu
from office.differences import differences
from tests.cast import signed_in
from tests.consultations.opened import Forms, Opened
from tests.factories import make_case, make_department, make_pair


@pytest.fixture
def sato_desk(sato) -> Client:
    return signed_in(sato)


@pytest.fixture
def support(started_case, suzuki):
    menu = SupportMenu.objects.create(key="rpa-test", kind="existing_tool", name="RPA", summary="x")
    return actions.choose_support(case=started_case, by=suzuki, menu=menu, reason="件数が多いため。")


def as_it_is(case: Case, *fields: str) -> tuple:
    case.refresh_from_db()
    return tuple(getattr(case, field) for field in fields)


# --- what is merged without a word


def test_a_save_goes_through_where_the_other_touched_something_else(desk, sato_desk, new_case, procedures):
    mine, theirs = Opened(desk, new_case, "describe"), Opened(sato_desk, new_case, "describe")
    theirs.send(topic=str(procedures.pk), level="2")
    assert mine.send(title="鈴木の件名").status_code == 302
    assert as_it_is(new_case, "title", "topic", "level") == ("鈴木の件名", procedures, 2)


def test_it_says_what_the_other_changed_meanwhile(desk, sato_desk, new_case):
    mine, theirs = Opened(desk, new_case, "describe"), Opened(sato_desk, new_case, "describe")
    theirs.send(level="2")
    desk.cookies["language"] = "en"
    mine.send(title="鈴木の件名")
    said = [str(message) for message in desk.get(mine.response["Location"]).context["messages"]]
    assert said == ["The changes are saved.", "Changed by a colleague meanwhile, and kept: Level"]


def test_what_happened_to_the_case_otherwise_is_not_in_the_way(desk, sato, new_case):
    mine = Opened(desk, new_case, "describe")
    actions.take_up(case=new_case, by=sato)
    assert mine.send(title="鈴木の件名").status_code == 302
    assert as_it_is(new_case, "title", "status") == ("鈴木の件名", "started")


def test_the_same_change_by_both_is_no_conflict(desk, sato_desk, new_case):
    mine, theirs = Opened(desk, new_case, "describe"), Opened(sato_desk, new_case, "describe")
    theirs.send(title="同じ件名")
    assert mine.send(title="同じ件名", level="1").status_code == 302
    assert [entry.data["changes"].keys() for entry in new_case.entries.filter(kind="changed").in_order()] == [
        {"title"},
        {"level"},
    ]


# --- what comes back


@pytest.fixture
def collided(desk, sato_desk, new_case) -> Opened:
    """鈴木's form, come back because 佐藤 changed the title too."""
    mine, theirs = Opened(desk, new_case, "describe"), Opened(sato_desk, new_case, "describe")
    theirs.send(title="佐藤の件名 その二", measure_state="considered")
    assert mine.send(title="鈴木の件名 その一", volume="large").status_code == 409
    return mine


def test_it_shows_mine_theirs_who_and_the_history_of_the_field(collided, new_case, desk, sato_desk):
    form = collided.response.context["form"]
    [conflict] = form.conflicts()
    assert conflict.mine.value() == "鈴木の件名 その一"
    assert conflict.theirs == "佐藤の件名 その二"
    assert conflict.by.author_name == "佐藤 花子"
    assert [(old, new) for _entry, old, new in conflict.history] == [(new_case.title, "佐藤の件名 その二")]
    shown = re.sub(r"<[^>]+>", "", collided.page)
    for words in ("佐藤の件名 その二", "佐藤 花子", new_case.title):
        assert words in shown
    assert 'value="鈴木の件名 その一"' in collided.page
    assert form.taken_over == ["measure_state"]


def test_the_history_of_a_field_has_all_its_changes_the_newest_first(collided, new_case, ito):
    actions.describe(case=new_case, by=ito, title="伊藤の件名", topic=None, level=None)
    collided.send()
    [conflict] = collided.response.context["form"].conflicts()
    assert [entry.author_name for entry, _old, _new in conflict.history] == ["伊藤 健", "佐藤 花子"]


def test_it_marks_the_difference_in_words_too(collided):
    assert re.search(r"<del><span[^>]*>[^<]*</span>佐藤", collided.page)
    assert re.search(r"<ins><span[^>]*>[^<]*</span>鈴木", collided.page)


def test_sent_again_mine_counts_and_the_rest_is_merged(collided, new_case):
    assert collided.send().status_code == 302
    assert as_it_is(new_case, "title", "volume", "measure_state") == ("鈴木の件名 その一", "large", "considered")
    assert [entry.data["changes"]["title"] for entry in new_case.entries.filter(kind="changed").newest_first()] == [
        ["佐藤の件名 その二", "鈴木の件名 その一"],
        ["保育士の勤務シフトを自動で作成できるツールがないか知りたい", "佐藤の件名 その二"],
    ]


def test_both_can_be_put_together(collided, new_case):
    assert collided.send(title="二人の件名").status_code == 302
    assert as_it_is(new_case, "title") == ("二人の件名",)


def test_a_tick_leaves_theirs_and_saves_the_rest(collided, new_case):
    assert collided.send(theirs="title").status_code == 302
    assert as_it_is(new_case, "title", "volume") == ("佐藤の件名 その二", "large")


def test_a_third_change_comes_back_once_more(collided, new_case, ito):
    actions.describe(case=new_case, by=ito, title="伊藤の件名", topic=None, level=None)
    assert collided.send().status_code == 409
    [conflict] = collided.response.context["form"].conflicts()
    assert (conflict.mine.value(), conflict.theirs) == ("鈴木の件名 その一", "伊藤の件名")


def test_after_an_error_a_save_does_not_undo_what_the_other_did(desk, sato_desk, new_case):
    """The page that says what is wrong must not pass for one that shows the newest facts."""
    mine, theirs = Opened(desk, new_case, "describe"), Opened(sato_desk, new_case, "describe")
    theirs.send(level="3")
    assert mine.send(title="").status_code == 422
    assert mine.send(title="鈴木の件名").status_code == 302
    assert as_it_is(new_case, "title", "level") == ("鈴木の件名", 3)


def test_long_texts_keep_their_lines(desk, sato_desk, support):
    mine = Opened(desk, support.case, "support_change", support.pk)
    theirs = Opened(sato_desk, support.case, "support_change", support.pk)
    theirs.send(outcome="申請した。\n来月から使う。")
    assert mine.send(outcome="申請した。\n環境を待つ。", state=SupportState.RUNNING).status_code == 409
    [conflict] = mine.response.context["form"].conflicts()
    assert [(piece.side, piece.text) for piece in conflict.difference][0] == ("", "申請した。\n")
    assert conflict.by.author_name == "佐藤 花子"
    assert '<p class="pre theirs">申請した。\n来月から使う。</p>' in mine.page
    assert mine.send(outcome="申請した。\n来月から使う。環境を待つ。").status_code == 302
    support.refresh_from_db()
    assert (support.outcome, support.state) == ("申請した。\n来月から使う。環境を待つ。", SupportState.RUNNING)


def test_the_history_of_a_support_is_not_that_of_another(desk, sato_desk, support, suzuki):
    menu = SupportMenu.objects.create(key="other-test", kind="existing_tool", name="Other", summary="x")
    other = actions.choose_support(case=support.case, by=suzuki, menu=menu, reason="別の理由")
    actions.change_support(support=other, by=suzuki, state=SupportState.RUNNING, outcome="別の結果")
    mine = Opened(desk, support.case, "support_change", support.pk)
    Opened(sato_desk, support.case, "support_change", support.pk).send(outcome="佐藤")
    mine.send(outcome="鈴木")
    [conflict] = mine.response.context["form"].conflicts()
    assert [new for _entry, _old, new in conflict.history] == ["佐藤"]


def test_a_contact_is_one_thing_and_always_comes_back(desk, sato_desk, new_case):
    """Else the successor would get the predecessor's extension."""
    mine, theirs = Opened(desk, new_case, "contact"), Opened(sato_desk, new_case, "contact")
    theirs.send(phone="内線 4130")
    assert mine.send(name="中野 京子", email="nakano@kohoku.example.jp").status_code == 409
    [conflict] = mine.response.context["form"].conflicts()
    assert (conflict.mine.name, conflict.is_mine, conflict.theirs) == ("phone", False, "内線 4130")
    assert mine.send(phone="内線 4200").status_code == 302
    assert as_it_is(new_case, "name", "phone") == ("中野 京子", "内線 4200")


def test_addresses_and_sections_merge_too(desk, sato_desk, new_case, kohoku):
    mine, theirs = Opened(desk, new_case, "contact"), Opened(sato_desk, new_case, "contact")
    theirs.send(cc="a@kohoku.example.jp\nb@kohoku.example.jp")
    assert mine.send(cc="c@kohoku.example.jp").status_code == 409
    assert mine.send(theirs="cc").status_code == 302
    assert as_it_is(new_case, "cc") == (["a@kohoku.example.jp", "b@kohoku.example.jp"],)
    mine, theirs = Opened(desk, new_case, "origin"), Opened(sato_desk, new_case, "origin")
    theirs.send(section="新しい課")
    assert mine.send(section="別の課").status_code == 409
    [conflict] = mine.response.context["form"].conflicts()
    assert [(old, new) for _entry, old, new in conflict.history] == [("地域振興課", "新しい課")]


def test_two_pairs_for_one_case_come_back(desk, sato_desk, new_case, asahi, ito, administrator):
    first, second = make_pair(asahi, ito, None), make_pair(make_department("西区"), administrator, None)
    mine, theirs = Opened(desk, new_case, "pair"), Opened(sato_desk, new_case, "pair")
    theirs.send(pair=str(first.pk))
    assert mine.send(pair=str(second.pk)).status_code == 409
    [conflict] = mine.response.context["form"].conflicts()
    assert conflict.by.kind == EntryKind.PAIR_CHANGED
    assert as_it_is(new_case, "pair") == (first,)


def test_helpers_named_by_two_come_back(desk, sato_desk, new_case, ito, administrator):
    mine, theirs = Opened(desk, new_case, "supporters"), Opened(sato_desk, new_case, "supporters")
    theirs.send(supporters=[str(ito.pk)])
    assert mine.send(supporters=[str(administrator.pk)]).status_code == 409
    [conflict] = mine.response.context["form"].conflicts()
    assert conflict.theirs == "伊藤 健"
    assert mine.send(supporters=[str(ito.pk), str(administrator.pk)]).status_code == 302
    assert set(new_case.supporters.all()) == {ito, administrator}


def test_every_form_of_the_page_that_changes_something_carries_the_version(desk, new_case):
    """Notes too, though two notes are two notes."""
    for act in ("detail", "describe", "origin", "contact", "pair", "supporters", "concerned", "consultation_only"):
        page = desk.get(reverse(f"case_{act}", args=[new_case.number])).content.decode()
        forms = {path: fields for path, fields in Forms(page).found.items() if path.startswith("/desk/cases/R")}
        assert len(forms) >= 7
        assert [path for path, fields in forms.items() if fields["version"] != [str(new_case.version)]] == []


# --- the difference


@given(st.text("保育士のシフト。\nab c", max_size=60), st.text("保育士のシフト。\nab c", max_size=60))
def test_a_difference_holds_both_texts_whole(old, new):
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.side != "new") == old
    assert "".join(piece.text for piece in pieces if piece.side != "old") == new


def test_a_difference_of_long_texts_takes_no_time():
    old, new = "あいう。" * 2500, "あいえ。" * 2500
    pieces = differences(old, new)
    assert [piece.side for piece in pieces] == ["old", "new"]


# --- any order of edits

TITLES = {"title": st.sampled_from(["甲", "乙", "丙", "丁"])}
OTHERS = {
    "level": st.sampled_from(["", "1", "2", "3"]),
    "volume": st.sampled_from(["", "small", "large"]),
    "measure_state": st.sampled_from(["", "considered", "budgeted"]),
}
FIELDS = {**TITLES, **OTHERS}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "send", "send", "give in", "open anew"]),
        st.integers(0, 1),
        st.one_of(st.fixed_dictionaries(TITLES, optional=OTHERS), st.fixed_dictionaries({}, optional=OTHERS)),
    ),
    min_size=3,
    max_size=8,
)
# The plain collision, in case chance brings none.
COLLISION = [("send", 0, {"title": "甲"}), ("send", 1, {"title": "乙", "level": "2"}), ("give in", 1, {})]


def kept(value) -> str:
    return "" if value is None else str(value)


@given(steps=STEPS)
@example(steps=COLLISION)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_sends_when_no_text_is_lost(steps, desk, sato_desk, kohoku, pair):
    """Two people open the form, type and send in any order, on pages of any age."""
    case = make_case(kohoku)
    browsers = desk, sato_desk
    opened: list[Opened | None] = [Opened(browser, case, "describe") for browser in browsers]
    serial = {name: kept(getattr(case, name)) for name in FIELDS}  # the accepted edits, one after the other
    started = dict(serial)
    accepted: list[tuple[str, str]] = []
    for what, person, changes in steps:
        form = opened[person] or Opened(browsers[person], case, "describe")
        opened[person] = form
        if what == "open anew":
            opened[person] = None
            continue
        seen = {name: form.fields.get(f"initial-{name}", [""])[0] for name in FIELDS}
        typed = {**{name: form.fields[name][0] for name in FIELDS}, **changes}
        asked = {field.name for field in form.response.context["form"].asked_fields()}
        given_up = asked if what == "give in" else set()
        wanted = {n: v for n, v in typed.items() if v != seen[n] and n not in given_up}
        response = form.send(**changes, **({"theirs": list(given_up)} if given_up else {}))
        if response.status_code == 302:
            unseen = {name for name, value in wanted.items() if serial[name] not in (seen[name], value)}
            assert not unseen, "nothing is overruled that the person has not seen"
            accepted += [(name, value) for name, value in wanted.items() if value != serial[name]]
            serial.update(wanted)
            opened[person] = None
        else:
            assert response.status_code == 409
            event("came back")
            back = response.context["form"]
            assert {name: kept(back[name].value()) for name in wanted} == wanted, "what was typed comes back"
            for conflict in back.conflicts():
                assert conflict.theirs in response.content.decode()
        case.refresh_from_db()
        assert {name: kept(getattr(case, name)) for name in FIELDS} == serial
    changes = [entry.data["changes"] for entry in case.entries.filter(kind=EntryKind.CHANGED).in_order()]
    told = [(name, kept(new)) for change in changes for name, (_old, new) in change.items()]
    assert sorted(told) == sorted(accepted), "every accepted value stands in the history"
    for change in changes:  # each entry takes up where the one before left off
        for name, (old, new) in change.items():
            assert kept(old) == started[name]
            started[name] = kept(new)
    assert started == serial
