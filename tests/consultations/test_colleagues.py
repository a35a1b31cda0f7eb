"""Who of the office knows something of a case, and why."""

import pytest
from django.urls import reverse
from django.utils import translation

from consultations import actions
from consultations.colleagues import colleagues
from consultations.models import Case
from consultations.similar import similar_cases
from consultations.states import AdviceKind, AskKind, Result
from knowledge.actions import say_what_i_know
from knowledge.models import Topic
from office import clock
from office.actions import announce_absence, leave
from office.actors import SYSTEM
from office.models import User
from tests.consultations.desk_pages import english, text
from tests.factories import make_case, make_member

SHIFTS = "保育士の勤務シフトの作成に時間がかかる。RPAで自動にしたい。"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(kohoku, pair, procedures) -> Case:
    return make_case(kohoku, problem=SHIFTS, topic=procedures)


def suggested(case: Case, to: User) -> dict[str, list[str]]:
    near = [each.case for each in similar_cases(case, to=to, limit=20)]
    return {each.person.username: each.reasons for each in colleagues(case, similar=near, to=to)}


def says(user: User, words: str, *topics: Topic, **more: bool) -> None:
    say_what_i_know(by=user, says=words, topics=topics, **more)


def closed(department, by: User, topic: Topic, problem: str) -> Case:
    case = make_case(department, problem=problem)
    return actions.close(case=case, by=by, result=Result.ANSWERED, level=1, topic=topic)


def test_who_says_so_in_the_words_of_the_case(case, ito, suzuki):
    says(ito, "ＲＰＡと帳票の様式。")
    assert suggested(case, suzuki) == {"ito": ["knows about: ＲＰＡ"]}


def test_nobody_is_told_to_ask_oneself(case, ito, suzuki):
    says(ito, "RPAと帳票の様式。")
    assert suggested(case, ito) == {}
    assert suggested(case, suzuki) != {}


def test_the_part_of_a_verb_says_nothing_of_what_somebody_knows(case, ito, suzuki):
    says(ito, "文書を作るのが得意です。時間をかけて読み、書きます。")
    assert "時間" in suggested(case, suzuki)["ito"][0]
    assert "かけ" not in suggested(case, suzuki)["ito"][0]
    says(ito, "絵をかくこと。")
    assert suggested(case, suzuki) == {}


def test_who_says_to_know_the_topic(case, ito, suzuki, procedures):
    says(ito, "", procedures)
    assert suggested(case, suzuki) == {"ito": ["knows about the topic “Procedures”"]}


def test_who_answered_similar_cases(case, asahi, ito, suzuki):
    tools = Topic.objects.get(key="tools")
    for _n in range(3):
        like_it = make_case(asahi, problem=SHIFTS)
        actions.reply(case=like_it, by=ito, text="手順をお送りします。")
        actions.close(case=like_it, by=suzuki, result=Result.ANSWERED, level=1, topic=tools)
    assert suggested(case, suzuki) == {"ito": ["worked on 3 similar cases"]}


def test_who_closed_cases_on_the_topic(case, asahi, ito, suzuki, procedures):
    for problem in ("花壇の水やり。", "駐輪場の鍵。"):
        closed(asahi, ito, procedures, problem)
    assert suggested(case, suzuki) == {"ito": [f"closed 2 cases on “{procedures}”"]}


def test_who_gave_advice_on_the_topic_at_the_meeting_and_not_who_wrote_the_sum(
    case, asahi, ito, suzuki, sato, procedures
):
    other = make_case(asahi, problem="花壇の水やり。", topic=procedures)
    ask = actions.ask_meeting(case=other, by=suzuki, kind=AskKind.DIRECTION, question="この方向でよいか。")
    held_on = clock.today().isoformat()
    actions.note_meeting_advice(case=ask.case, by=ito, kind=AdviceKind.TECHNICAL, text="よい。", held_on=held_on)
    actions.record_meeting_advice(ask=ask, by=sato, advice="よい。", held_on=held_on)
    assert suggested(case, suzuki) == {"ito": [f"gave advice on “{procedures}”"]}


def test_the_pair_and_the_supporters_need_not_be_told_of_themselves(case, suzuki, sato, ito):
    for person in (suzuki, sato, ito):
        says(person, "RPA")
    assert list(suggested(case, suzuki)) == ["ito"]
    actions.set_supporters(case=case, by=suzuki, supporters=[ito])
    assert suggested(case, suzuki) == {}


def test_nobody_who_is_away_today_has_left_or_does_not_want_to(case, ito, suzuki):
    away, gone, unwilling = (make_member(name, f"{name} 室員") for name in ("away", "gone", "unwilling"))
    for person in (ito, away, gone):
        says(person, "RPA")
    says(unwilling, "RPA", may_be_suggested=False)
    announce_absence(user=away, deputy=suzuki, starts_on=clock.today(), ends_on=clock.today(), by=suzuki)
    leave(user=gone, by=SYSTEM)
    assert list(suggested(case, suzuki)) == ["ito"]


def test_three_at_most_the_strongest_reasons_first(case, asahi, ito, suzuki, procedures):
    others = [make_member(f"member{n}", f"室員 {n}") for n in range(4)]
    for person in others:
        closed(asahi, person, procedures, f"花壇の水やり。{person.username}")
    says(others[3], "RPA")
    found = suggested(case, suzuki)
    assert len(found) == 3
    assert list(found)[0] == "member3"
    assert found["member3"] == ["knows about: RPA", f"closed 1 case on “{procedures}”"]


def test_it_asks_the_database_8_times_at_most_however_many_there_are(
    case, asahi, suzuki, procedures, django_assert_max_num_queries
):
    for n in range(6):
        person = make_member(f"member{n}", f"室員 {n}")
        says(person, "RPA", procedures)
        closed(asahi, person, procedures, SHIFTS)
    near = [each.case for each in similar_cases(case, to=suzuki, limit=20)]
    fresh = Case.objects.select_related("topic", "pair").get(pk=case.pk)
    with django_assert_max_num_queries(8):
        assert len(colleagues(fresh, similar=near, to=suzuki)) == 3


# --- where they are shown


def test_they_come_with_the_similar_cases_and_in_the_question_to_the_meeting(desk, case, ito):
    says(ito, "RPA")
    beside = text(english(desk).get(reverse("case_similar", args=[case.number]), HTTP_HX_REQUEST="true"))
    assert "Colleagues who know" in beside
    assert "knows about: RPA" in beside
    page = desk.get(reverse("case_ask", args=[case.number])).content.decode()
    url = reverse("case_colleagues", args=[case.number])
    assert f'hx-get="{url}"' in page
    assert "knows about: RPA" in text(desk.get(url, HTTP_HX_REQUEST="true"))
    assert desk.get(url).content.decode().count("<h1") == 1


def test_where_nobody_stands_out_it_says_so(desk, case):
    page = text(english(desk).get(reverse("case_colleagues", args=[case.number])))
    assert "Nobody stands out." in page
