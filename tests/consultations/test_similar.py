"""Was there something like this before? Beside a case, before a hearing, and while somebody is on the phone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from consultations import actions
from consultations.models import Case, Example, Tie
from consultations.similar import similar_cases
from consultations.states import Result, SupportState, TieKind, Verdict
from knowledge import counting
from knowledge.models import Article, Audience, Edition
from knowledge.shelf import Document, put
from menus.models import SupportMenu
from office import clock
from office.actions import leave
from office.actors import SYSTEM
from tests.cast import signed_in
from tests.consultations.desk_pages import english, text
from tests.factories import make_case, make_member, make_pair

SHIFTS = "保育士の勤務シフトを表計算ソフトで作成している。条件が多く、毎月3日かかる。"
OTHERS = ["会議室の予約台帳を紙から移したい。", "広報紙の写真を探すのに手間取る。", "窓口の番号札の機械が古い。"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def asked(kohoku, pair) -> Case:
    """The case that is looked at: 港北区 makes shifts."""
    return make_case(kohoku, problem="保育士の勤務シフトの作成に時間がかかる。自動で作成したい。")


@pytest.fixture
def like_it(asahi, suzuki, ito, procedures) -> Case:
    """One of 旭区 like it, still open; and some that are not like it."""
    make_pair(asahi, ito, None)
    for problem in OTHERS:
        make_case(asahi, problem=problem)
    return make_case(asahi, problem=SHIFTS, name="山本 進")


def closed(case: Case, by, topic, **how) -> Case:
    given = {"result": Result.SUPPORTED, "level": 3, "topic": topic, "lesson": "条件を先に一か所へ集める。", **how}
    return actions.close(case=case, by=by, **given)


def shown(browser, case: Case, **query: str) -> str:
    return text(english(browser).get(reverse("case_similar", args=[case.number]), query, **HTMX))


# --- which


def test_the_case_that_shares_its_rare_words_is_found_and_no_other(asked, like_it, suzuki):
    assert [each.case for each in similar_cases(asked, to=suzuki)] == [like_it]


def test_who_tells_much_is_told_of_it_too(kohoku, pair, like_it, suzuki):
    story = (
        "保育園12園の園長から要望を受けています。早番、遅番、延長、土曜の当番、一時保育、障害児の加配、休憩の交代を考え、"
        "看護師と調理員の出張、健康診断、避難訓練、運動会、遠足、発表会、保護者面談、新人の研修、産休の代替、"
        "有給の希望まで入れて、主任が方眼紙に鉛筆で下書きし、保育士の勤務シフトを表計算ソフトで作成しています。"
    )
    assert [each.case for each in similar_cases(make_case(kohoku, problem=story), to=suzuki)] == [like_it]


def test_an_unrelated_list_is_not_offered(desk, like_it, kohoku, pair, suzuki):
    alone = make_case(kohoku, problem="庁舎の花壇へ散水する当番を決めたい。")
    assert similar_cases(alone, to=suzuki) == []
    assert "No similar case was found." in shown(desk, alone)


@pytest.mark.parametrize("words", ["", "  ", "よろしくお願いします。", "?!"])
def test_a_text_that_says_nothing_is_like_nothing(like_it, suzuki, words):
    assert similar_cases(words, to=suzuki) == []


def test_one_word_in_common_of_several_is_not_enough(like_it, suzuki):
    assert similar_cases("勤務", to=suzuki) != []
    assert similar_cases("勤務する職員へ弁当を配達", to=suzuki) == []


def test_a_case_handled_with_care_is_never_among_them(desk, asked, like_it, suzuki):
    Case.objects.filter(pk=like_it.pk).update(sensitive=True)
    assert similar_cases(asked, to=suzuki) == []
    assert like_it.number not in shown(desk, asked)


def test_what_was_sent_by_mistake_is_not_among_them(asked, like_it, suzuki):
    actions.close(case=like_it, by=suzuki, result=Result.MISTAKEN, level=None, topic=None)
    assert similar_cases(asked, to=suzuki) == []


def test_who_sees_no_case_is_shown_none(asked, like_it, ict_member, yamada):
    assert similar_cases(asked, to=ict_member) == []
    assert similar_cases(asked, to=yamada) == []


# --- what is said of them


def test_the_reason_is_words_in_common_and_nobodys_name(kohoku, asahi, pair, suzuki):
    about = "保育士の勤務シフトの作成に困り、田中さんと山本さんに聞いた。"
    make_case(asahi, problem=about, name="山本 進")
    words = similar_cases(make_case(kohoku, problem=about, name="田中 実"), to=suzuki)[0].words
    assert {"シフト", "勤務"} <= set(words)
    assert not {"田中", "山本"} & set(words)
    assert len(words) <= 5


def test_an_open_one_of_another_department_is_flagged(desk, asked, like_it, kohoku, suzuki, procedures):
    flag = "Another department thinks about it too"
    assert flag in shown(desk, asked)
    actions.complete(case=like_it, by=suzuki)
    assert flag not in shown(desk, asked)
    closed(like_it, suzuki, procedures)
    assert flag not in shown(desk, asked)
    make_case(kohoku, problem=SHIFTS)
    assert flag not in shown(desk, asked)


def test_it_says_what_came_of_it_with_which_support_and_whom_to_ask(desk, asked, like_it, suzuki, ito, procedures):
    menu = SupportMenu.objects.create(key="tool", kind="existing_tool", name="シフト作成ツール", summary="x")
    support = actions.choose_support(case=like_it, by=ito, menu=menu, reason="条件が多い")
    actions.change_support(support=support, by=ito, state=SupportState.DONE, outcome="1日で済むようになった。")
    like_it.refresh_from_db()
    closed(like_it, ito, procedures)
    ito.phone = "内線 2177"
    ito.save()
    page = shown(desk, asked)
    for words in (like_it.number, "旭区", "Supported", "Alternative", "シフト作成ツール", "1日で済む", "内線 2177"):
        assert words in page


def test_where_its_pair_has_left_the_present_pair_of_the_department_is_named(asked, like_it, ito, suzuki, procedures):
    closed(like_it, ito, procedures)
    next_one = make_member("mori", "森 学")
    actions.change_pair_of_department(
        department=like_it.department, lead=next_one, partner=None, starts_on=clock.today(), by=suzuki
    )
    assert similar_cases(asked, to=suzuki)[0].ask == [ito]
    leave(user=ito, by=SYSTEM)
    assert similar_cases(asked, to=suzuki)[0].ask == [next_one]


# --- beside a case


def test_the_page_of_the_case_fetches_them_and_links_to_them(desk, asked, like_it):
    url = reverse("case_similar", args=[asked.number])
    page = desk.get(asked.get_absolute_url()).content.decode()
    assert f'hx-get="{url}"' in page
    assert f'href="{url}"' in page
    assert like_it.number not in page


def test_to_htmx_it_is_a_fragment_and_to_others_a_page(desk, asked, like_it):
    url = reverse("case_similar", args=[asked.number])
    fragment, page = desk.get(url, **HTMX).content.decode(), desk.get(url).content.decode()
    assert like_it.number in fragment
    assert like_it.number in page
    assert "<h1" not in fragment
    assert page.count("<h1") == 1


def test_one_click_ties_the_two_as_related(desk, asked, like_it, suzuki):
    form = re.search(
        rf'action="(/desk/cases/{asked.number}/ties/)".*?name="number" value="({like_it.number})"',
        desk.get(reverse("case_similar", args=[asked.number])).content.decode(),
        re.DOTALL,
    )
    response = desk.post(form[1], {"number": form[2], "kind": "related", "once": "k1"})
    assert response.status_code == 302
    assert Tie.objects.get().kind == TieKind.RELATED
    page = shown(desk, asked)
    assert "Tied already" in page
    assert "Tie as related" not in page


def test_a_closed_case_is_not_offered_to_be_tied(desk, asked, like_it, suzuki, procedures):
    closed(asked, suzuki, procedures)
    page = shown(desk, asked)
    assert like_it.number in page
    assert "Tie as related" not in page


def test_it_asks_the_database_the_same_for_one_and_for_many(desk, asked, like_it, asahi, django_assert_max_num_queries):
    url = reverse("case_similar", args=[asked.number])
    desk.get(url)
    with django_assert_max_num_queries(30) as few:
        desk.get(url, **HTMX)
    for n in range(8):
        make_case(asahi, problem=f"{SHIFTS}その{n}")
    with django_assert_max_num_queries(len(few)):
        assert desk.get(url, **HTMX).content.decode().count("<form") == 5


# --- before a hearing


def test_a_hearing_is_prepared_beside_what_hearings_of_similar_cases_found(desk, asked, like_it, suzuki):
    hearing = actions.prepare_hearing(
        case=like_it, by=suzuki, hypotheses=[(0, "条件が散らばっている"), (0, "人手不足")]
    )
    causes = list(hearing.hypotheses.all())
    findings = {
        causes[0].pk: actions.Finding(Verdict.SUPPORTED, "記録"),
        causes[1].pk: actions.Finding(Verdict.REFUTED, ""),
    }
    actions.record_hearing(
        hearing=hearing, by=suzuki, held_on=clock.today(), real_problem="条件が一か所にない。", findings=findings
    )
    page = desk.get(reverse("case_hearing_new", args=[asked.number])).content.decode()
    url = f"{reverse('case_similar', args=[asked.number])}?hearings=1"
    assert f'hx-get="{url}"' in page
    found = shown(desk, asked, hearings="1")
    for words in ("条件が一か所にない。", "Supported 条件が散らばっている", "Refuted 人手不足"):
        assert words in found
    assert "条件が一か所にない。" not in shown(desk, asked)


# --- while it is taken down


def typed(browser, problem: str, **more: str) -> str:
    return text(english(browser).post(reverse("case_new_similar"), {"problem": problem, **more}))


def article(by, reader, audience: str = Audience.OFFICE) -> Article:
    made = Article.objects.create(owner=by, review_by=clock.today() + timedelta(days=99), audience=audience)
    edition = Edition.objects.create(
        article=made, number=1, question="勤務シフトを自動で作成するには", answer="シフト作成ツールを使えます。",
        written_by=by, written_at=clock.now(), read_by=reader, read_at=clock.now(),
    )  # fmt: skip
    made.published = edition
    made.note_when_public()
    made.save()
    put(Document("article", str(made.pk), clock.now(), audience, edition.question, [edition.answer]))
    return made


def test_cases_examples_and_articles_appear_as_the_trouble_is_written(desk, like_it, closed_case, suzuki, sato):
    Example.objects.create(
        case=closed_case, title="勤務シフトの自動作成", trouble="シフトに時間", approach="ツール",
        outcome="半日になった。",
        written_by=suzuki, written_at=clock.now(), agreed_at=clock.now(), agreed_name="田中",
        published_at=clock.now(),
    )  # fmt: skip
    actions.add_note(case=closed_case, by=suzuki, text="事例にした。")
    article(suzuki, sato, Audience.EVERYONE)
    page = typed(desk, "勤務シフトを自動で作成したい")
    for words in (like_it.number, "半日になった。", "勤務シフトを自動で作成するには", "シフト作成ツールを使えます。"):
        assert words in page
    assert "Use as the answer given" in page


def test_an_article_for_the_office_is_marked_and_not_offered_as_an_answer_to_the_section(desk, suzuki, sato):
    article(suzuki, sato)
    page = typed(desk, "勤務シフトを自動で作成したい")
    assert "勤務シフトを自動で作成するには Office only" in page
    assert "Use as the answer given" not in page


def test_an_odd_department_is_none(desk):
    assert typed(desk, "勤務シフトを自動で作成したい", department="\0kohoku")


def test_a_retired_article_and_a_withdrawn_example_do_not(desk, suzuki, sato):
    made = article(suzuki, sato)
    made.retired_at = clock.now()
    made.save()
    assert "No similar case was found." in typed(desk, "勤務シフトを自動で作成したい")


def test_the_department_chosen_decides_what_is_another(desk, like_it, kohoku):
    flag = "Another department thinks about it too"
    assert flag in typed(desk, SHIFTS, department="kohoku")
    assert flag not in typed(desk, SHIFTS, department="asahi")
    assert flag not in typed(desk, SHIFTS)


def test_before_anything_is_typed_it_says_what_will_come(desk, like_it):
    assert "what is like it appears here" in typed(desk, " ")
    assert "what is like it appears here" in text(english(desk).get("/desk/cases/new/"))


def test_without_a_script_a_button_looks_and_keeps_what_was_typed(desk, like_it, kohoku):
    sent = {"look": "1", "problem": SHIFTS, "department": "kohoku", "name": "田中 実", "channel": "chat", "key": "x"}
    response = english(desk).post("/desk/cases/new/", sent)
    page = response.content.decode()
    assert response.status_code == 200
    assert like_it.number in page
    assert f"{SHIFTS}</textarea>" in page
    assert 'value="田中 実"' in page
    assert re.search(r'value="kohoku"\s+selected', page)
    assert not re.search("field-errors", page)
    assert Case.objects.count() == len(OTHERS) + 1


def test_a_text_of_any_length_is_taken(desk, like_it):
    assert like_it.number in typed(desk, SHIFTS + "あ" * 30_000)


def test_once_words_are_counted_common_ones_do_not_make_cases_alike(like_it, asahi, kohoku, pair, suzuki):
    for n in range(12):
        make_case(asahi, problem=f"窓口の業務システムの利用手続を知りたい。様式{n}はどこか。")
    counting.count_what_is_due()
    asked = make_case(kohoku, problem="業務システムの利用手続で、顔認証の装置と静脈認証の装置を比べた資料を知りたい。")
    assert similar_cases(asked, to=suzuki) == []


def test_a_stranger_and_the_wards_see_none_of_it(asked, yamada, client):
    for name in ("case_similar", "case_colleagues"):
        url = reverse(name, args=[asked.number])
        assert signed_in(yamada).get(url).status_code == 404
        assert "/accounts/login/" in client.get(url)["Location"]
