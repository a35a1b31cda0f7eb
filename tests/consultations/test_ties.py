"""Cases are tied as continuation, duplicate or related, from the page of either."""

import pytest
from django.test import Client

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import Case, Tie
from consultations.states import Result, TieKind
from tests.consultations.case_page import kinds, look, send
from tests.consultations.desk_pages import english, make_many, text
from tests.factories import make_case

pytestmark = pytest.mark.usefixtures("in_reiwa_8")


@pytest.fixture
def desk(desk: Client) -> Client:
    return english(desk)


@pytest.fixture
def earlier(kohoku, chiiki, pair) -> Case:
    return make_case(kohoku, section=chiiki, problem="窓口の待ち時間を減らしたい。")


@pytest.fixture
def later(earlier, kohoku, chiiki) -> Case:
    return make_case(kohoku, section=chiiki, problem="番号札の機械を入れ替えたい。")


@pytest.mark.parametrize("typed", ["R8-0001", "Ｒ８－１", " r8-0001"])
def test_it_ties_by_the_number_as_people_type_it(desk, earlier, later, typed):
    answer = send(desk, later, "tie", number=typed, kind="continuation")
    assert answer.status_code == 302
    tie = Tie.objects.get()
    assert (tie.case, tie.earlier, tie.kind) == (later, earlier, TieKind.CONTINUATION)
    assert kinds(earlier) == kinds(later) == ["received", "tied"]


def test_the_later_points_back_from_whichever_side_it_was_tied(desk, earlier, later):
    send(desk, earlier, "tie", number=later.number, kind="continuation")
    tie = Tie.objects.get()
    assert (tie.case, tie.earlier) == (later, earlier)


def test_both_pages_say_it_and_the_continuation_says_it_on_top(desk, earlier, later):
    send(desk, later, "tie", number=earlier.number, kind="continuation")
    page = text(look(desk, later))
    assert f"Goes on with {earlier.number} {earlier.title}" in page
    assert page.index("Goes on with") < page.index(later.problem)
    assert f"Continues {earlier.number}" in page
    page = text(look(desk, earlier))
    assert f"Continued by {later.number}" in page
    assert "Goes on with" not in page


def test_open_cases_of_the_same_section_are_tied_in_one_click(desk, earlier, later, kohoku, suzuki, procedures):
    make_case(kohoku, other_section="税務課", problem="別の課の話")
    closed = make_case(kohoku, section=later.section, problem="終わった話")
    actions.answer_and_close(case=closed, by=suzuki, text="x", level=1, topic=procedures)
    page = look(desk, later)
    assert [case.number for case in page.context["ties"].offered] == [earlier.number]
    assert "1 open case of the same section" in text(page)
    answer = send(desk, later, "tie", number=earlier.number, kind="related")
    assert answer["Location"].endswith("#ties")
    assert not look(desk, later).context["ties"].offered


def test_a_section_known_by_its_typed_name_is_a_section_too(desk, kohoku, pair):
    one, another = make_case(kohoku, other_section="新しい課"), make_case(kohoku, other_section="新しい課")
    assert [case.pk for case in look(desk, another).context["ties"].offered] == [one.pk]


@pytest.mark.parametrize(
    ("number", "kind", "status", "why"),
    [
        ("", "related", 422, "Write the number of the other case."),
        ("12", "related", 422, "Write the number of a case, such as R8-0012."),
        ("R8-0001", "", 422, "Choose what the cases are to each other."),
        ("R8-0001", "sibling", 422, "Choose what the cases are to each other."),
        ("R8-0002", "related", 409, "This is the same case. Write the number of another."),
        ("R8-0999", "related", 409, "There is no case R8-0999."),
    ],
)
def test_it_refuses_and_keeps_what_was_typed(desk, earlier, later, number, kind, status, why):
    page = send(desk, later, "tie", number=number, kind=kind)
    assert page.status_code == status
    assert why in text(page)
    assert f'value="{number}"' in page.content.decode()
    assert not Tie.objects.exists()


def test_two_cases_are_tied_once(desk, earlier, later):
    send(desk, later, "tie", number=earlier.number, kind="duplicate")
    page = send(desk, earlier, "tie", number=later.number, kind="related")
    assert page.status_code == 409
    assert f"The case is tied to {later.number} already (Duplicate)." in text(page)
    assert Tie.objects.get().kind == TieKind.DUPLICATE


def test_a_double_click_ties_once_and_unties_once(desk, earlier, later):
    fields = {"once": "a", "number": earlier.number, "kind": "related"}
    assert [send(desk, later, "tie", **fields).status_code for _click in range(2)] == [302, 302]
    tie = Tie.objects.get()
    assert [send(desk, later, "untie", tie.pk, once="b").status_code for _click in range(2)] == [302, 302]
    assert not Tie.objects.exists()
    assert kinds(earlier) == kinds(later) == ["received", "tied", "untied"]


def test_untying_is_on_both_timelines(desk, earlier, later):
    tie = actions.tie_cases(case=later, other=earlier, kind=TieKind.DUPLICATE, by=earlier.pair.lead)
    send(desk, earlier, "untie", tie.pk)
    assert "Tie taken back Office only 鈴木 一郎" in text(look(desk, later))
    assert f"Duplicate of {earlier.number}" in text(look(desk, later))
    assert f"Has a duplicate {later.number}" in text(look(desk, earlier))


def test_a_tie_of_other_cases_is_not_untied_from_here(desk, earlier, later, kohoku):
    tie = actions.tie_cases(case=later, other=earlier, kind=TieKind.RELATED, by=earlier.pair.lead)
    send(desk, make_case(kohoku), "untie", tie.pk)
    assert Tie.objects.exists()


def test_a_tie_that_a_colleague_took_back_stays_quiet(earlier, later, suzuki):
    tie = actions.tie_cases(case=later, other=earlier, kind=TieKind.RELATED, by=suzuki)
    for _person in range(2):
        actions.untie_cases(tie=Tie(pk=tie.pk, case=later, earlier=earlier, kind=tie.kind), by=suzuki)
    assert kinds(later) == ["received", "tied", "untied"]


def test_a_duplicate_is_offered_to_be_closed_as_one_and_keeps_its_tie(desk, earlier, later, suzuki):
    actions.tie_cases(case=later, other=earlier, kind=TieKind.DUPLICATE, by=suzuki)
    page = look(desk, later)
    form = next(panel["form"] for panel in page.context["panels"] if panel["form"].act == "close")
    assert form["result"].value() == Result.DUPLICATE
    assert send(desk, later, "close", result="duplicate").status_code == 302
    assert Tie.objects.get().earlier == earlier
    assert "Closed as a duplicate. Of which case?" not in text(look(desk, later))
    original = look(desk, earlier).context["panels"]
    assert next(panel["form"] for panel in original if panel["form"].act == "close")["result"].value() is None


def test_a_duplicate_closed_without_a_tie_is_asked_of_what(desk, earlier, later):
    send(desk, later, "close", result="duplicate")
    page = text(look(desk, later))
    assert "Closed as a duplicate. Of which case? Tie it by its number." in page
    assert send(desk, later, "tie", number=earlier.number, kind="duplicate").status_code == 302


def test_the_page_takes_no_more_queries_with_many(desk, earlier, later, kohoku, suzuki, django_assert_max_num_queries):
    make_many(12, kohoku, section=later.section, other_section="")
    for other in Case.objects.exclude(pk=later.pk)[:6]:
        actions.tie_cases(case=later, other=other, kind=TieKind.RELATED, by=suzuki)
    with django_assert_max_num_queries(20):
        look(desk, later)


def test_it_refuses_itself_as_an_action_too(earlier, suzuki):
    with pytest.raises(ActionRefused):
        actions.tie_cases(case=earlier, other=earlier, kind=TieKind.RELATED, by=suzuki)
