"""Who in the office knows what: looked up by everybody in it, written by each for themselves."""

import pytest

from consultations import actions
from consultations.states import AdviceKind, AskKind, Result
from knowledge.actions import say_what_i_know
from knowledge.models import Knowing, Topic
from office import clock
from office.actions import leave
from office.actors import SYSTEM
from tests.cast import signed_in
from tests.consultations.desk_pages import english, text
from tests.factories import make_case, make_member

WHO, MINE = "/desk/who-knows/", "/desk/who-knows/mine/"


@pytest.fixture
def entries(suzuki, sato, ito) -> None:
    say_what_i_know(by=ito, says="RPAとAI-OCR。", topics=Topic.objects.filter(key="tools"))
    say_what_i_know(by=sato, says="税務の業務を5年。", topics=[], may_be_suggested=False)


def names(browser, **query: str) -> list[str]:
    page = english(browser).get(WHO, query)
    return [member.person.username for member in page.context["members"]]


def test_every_member_stands_there_who_has_written_something_first(desk, entries, suzuki):
    assert set(names(desk)) == {"ito", "sato", "suzuki"}
    assert names(desk)[-1] == "suzuki"
    page = text(desk.get(WHO))
    assert "RPAとAI-OCR。" in page
    assert "Nothing written yet" in page


def test_who_has_left_and_who_is_not_of_the_office_does_not(desk, entries, ito, tanaka, ict_member):
    leave(user=ito, by=SYSTEM)
    assert set(names(desk)) == {"sato", "suzuki"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ＲＰＡ"}, ["ito"]),
        ({"q": "rpa ai-ocr"}, ["ito"]),
        ({"q": "税務"}, ["sato"]),
        ({"q": "伊藤"}, ["ito"]),
        ({"q": "養蜂"}, []),
        ({"topic": "tools"}, ["ito"]),
        ({"topic": "tools", "q": "税務"}, []),
    ],
)
def test_it_is_searched_by_word_and_topic(desk, entries, query, found):
    assert names(desk, **query) == found


def test_where_nobody_fits_it_says_so(desk, entries):
    assert "Nobody has written this yet" in text(english(desk).get(WHO, {"q": "養蜂"}))


def test_a_topic_that_does_not_exist_is_refused(desk, entries):
    assert desk.get(WHO, {"topic": "zzz"}).status_code == 400


def test_it_counts_what_each_has_closed_and_advised_on(desk, kohoku, pair, ito, suzuki, procedures):
    for n in range(2):
        case = make_case(kohoku, problem=f"相談{n}", topic=procedures)
        ask = actions.ask_meeting(case=case, by=suzuki, kind=AskKind.DIRECTION, question="よいか。")
        held_on = clock.today().isoformat()
        actions.note_meeting_advice(case=case, by=suzuki, kind=AdviceKind.TECHNICAL, text="よい。", held_on=held_on)
        actions.record_meeting_advice(ask=ask, by=suzuki, advice="よい。", held_on=held_on)
        actions.close(case=case, by=ito, result=Result.ANSWERED, level=1, topic=procedures)
    mistaken = make_case(kohoku)
    actions.close(case=mistaken, by=ito, result=Result.MISTAKEN, level=None, topic=procedures)
    members = {member.person: member for member in desk.get(WHO).context["members"]}
    assert members[ito].closed == [(procedures, 2)]
    assert members[suzuki].advised == [(procedures, 2)]
    assert set(names(desk, topic="procedures")) == {"ito", "suzuki"}


def test_each_writes_their_own_entry(desk, suzuki, ito):
    response = desk.post(MINE, {"says": "契約と調達。", "topics": [Topic.objects.get(key="tools").pk]})
    assert (response.status_code, response["Location"]) == (302, WHO)
    knowing = Knowing.objects.get()
    assert (knowing.user, knowing.says, knowing.may_be_suggested) == (suzuki, "契約と調達。", True)
    assert [topic.key for topic in knowing.topics.all()] == ["tools"]
    assert "契約と調達。</textarea>" in desk.get(MINE).content.decode()


def test_one_may_ask_not_to_be_suggested_and_take_everything_back(desk, suzuki):
    desk.post(MINE, {"says": "契約", "not_suggested": "on"})
    assert not Knowing.objects.get().may_be_suggested
    assert "checked" in desk.get(MINE).content.decode()
    desk.post(MINE, {"says": ""})
    knowing = Knowing.objects.get()
    assert (knowing.says, knowing.may_be_suggested) == ("", True)


def test_what_is_too_long_comes_back_as_it_was_typed(desk, suzuki):
    response = desk.post(MINE, {"says": "あ" * 1001})
    assert response.status_code == 422
    assert "あ" * 1001 in response.content.decode()
    assert not Knowing.objects.exists()


def test_the_desk_and_the_account_menu_lead_there(desk):
    page = desk.get("/desk/").content.decode()
    assert f'href="{WHO}"' in page
    assert f'href="{MINE}"' in page


def test_it_is_for_the_office_alone(entries, tanaka, ict_member, client):
    for url in (WHO, MINE):
        assert "/accounts/login/" in client.get(url)["Location"]
        assert [signed_in(user).get(url).status_code for user in (tanaka, ict_member)] == [404, 404]


def test_it_asks_the_database_the_same_for_3_and_for_20(desk, entries, django_assert_max_num_queries):
    desk.get(WHO)
    with django_assert_max_num_queries(12) as few:
        desk.get(WHO)
    for n in range(17):
        say_what_i_know(by=make_member(f"m{n}", f"室員 {n}"), says="RPA", topics=Topic.objects.all())
    with django_assert_max_num_queries(len(few)):
        assert len(names(desk)) == 20
