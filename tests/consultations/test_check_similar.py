"""Answers are found later, and offered on similar questions."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from consultations import actions, documents
from consultations.models import Case, TechnicalCheck
from consultations.similar_checks import similar_checks
from knowledge import counting, shelf
from knowledge.models import IndexedDocument
from office import clock
from office.models import User
from tests.consultations.desk_pages import english, text
from tests.factories import make_case

CHECKS = "/desk/checks/"


@pytest.fixture
def other(kohoku, pair) -> Case:
    return make_case(kohoku, problem="別の相談です。")


def answered(case: Case, by: User, question: str, **answer: object) -> TechnicalCheck:
    check = actions.ask_check(case=case, by=by, question=question, put_to_ict=False)
    return actions.answer_check(check=check, by=by, **{"ruling": "allowed", "answer": "よい。", **answer})


@pytest.fixture
def earlier(other: Case, suzuki: User) -> dict[str, TechnicalCheck]:
    questions = {
        "picture": "生成AIで作った画像を庁舎外の掲示で利用してよいか。",
        "cloud": "庁外のクラウドストレージに住民の写真を置いてよいか。",
        "wifi": "会議室に無線LANの機器を持ち込んでよいか。",
        "macro": "Excelマクロを全庁の共有フォルダに置いてよいか。",
    }
    return {key: answered(other, suzuki, question) for key, question in questions.items()}


def offered(text: str, case: Case) -> list[TechnicalCheck]:
    return similar_checks(text, beside=case)


# --- what is similar


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("生成AIの画像を市の広報に利用したい", "picture"),
        ("ｸﾗｳﾄﾞｽﾄﾚｰｼﾞへ写真を保存してもよいか", "cloud"),
        ("無線lanの機器を増やしたい", "wifi"),
        ("共有フォルダにマクロを置く", "macro"),
    ],
)
def test_the_nearest_question_comes_first(started_case, earlier, question, first):
    assert offered(question, started_case)[0] == earlier[first]


def test_of_one_question_asked_again_the_newest_answer_is_offered(started_case, other, earlier, suzuki):
    again = answered(
        other, suzuki, " 会議室に無線ＬＡＮの機器を持ち込んでよいか。", ruling="not_allowed", answer="不可とした。"
    )
    assert offered("会議室に無線LANの機器を持ち込みたい", started_case) == [again]


def test_rare_words_weigh_more_than_common_ones(started_case, other, suzuki):
    for n in range(8):
        answered(other, suzuki, f"共有端末で業務資料を利用してよいか。その{n}")
    rare = answered(other, suzuki, "顔認証を窓口で利用してよいか。")
    assert offered("業務で顔認証を利用したい", started_case)[0] == rare


@pytest.mark.parametrize("question", ["", "   ", "よろしくおねがいします", "?!", "全く関係のない花壇の水やり"])
def test_nothing_is_offered_where_nothing_is_like_it(started_case, earlier, question):
    assert offered(question, started_case) == []


def test_a_word_in_latin_letters_is_not_found_within_another(started_case, other, suzuki):
    answered(other, suzuki, "mailの転送とemailの署名について")
    assert offered("AI", started_case) == []


def test_only_answered_ones_of_other_cases_are_offered_and_none_to_be_handled_with_care(started_case, other, suzuki):
    question = "生成AIの画像を利用してよいか。"
    answered(started_case, suzuki, question)
    actions.ask_check(case=other, by=suzuki, question=question)
    gone = actions.ask_check(case=other, by=suzuki, question=question)
    actions.withdraw_check(check=gone, by=suzuki)
    assert offered(question, started_case) == []
    kept = answered(other, suzuki, question)
    assert offered(question, started_case) == [kept]
    Case.objects.filter(pk=other.pk).update(sensitive=True)
    assert offered(question, started_case) == []


def test_it_asks_8_times_among_2000(started_case, other, suzuki, django_assert_max_num_queries):
    tools = ["クラウド", "生成AI", "RPA", "無線LAN", "マクロ", "電子署名", "顔認証", "タブレット", "チャット", "動画"]
    acts = [
        "利用してよいか。",
        "庁外へ持ち出してよいか。",
        "住民の個人情報を扱ってよいか。",
        "共有端末に導入してよいか。",
    ]
    TechnicalCheck.objects.bulk_create(
        TechnicalCheck(
            case=other,
            question=f"{tools[n % 10]}を{acts[n % 4]}業務システム{n % 97}番と{tools[n % 7]}を併せて使う予定。" * 2,
            asked_at=clock.now(),
            asked_by=suzuki,
            ruling="allowed",
            answered_at=clock.now() - timedelta(hours=n),
            answered_by=suzuki,
        )
        for n in range(2000)
    )
    documents.put([other.pk])
    counting.count_what_is_due()
    question = "生成AIで作った動画を庁外の施設で流したい。職員の顔認証を併せて導入し、業務システムと連携させてよいか。"
    with django_assert_max_num_queries(8):
        assert len(offered(question, started_case)) == 5


def test_a_check_leaves_the_shelf_when_it_is_withdrawn_and_comes_back_by_a_rebuild(started_case, other, suzuki):
    kept = answered(other, suzuki, "生成AIの画像を利用してよいか。")
    gone = actions.ask_check(case=other, by=suzuki, question="庁外のクラウドに置いてよいか。")
    stands = IndexedDocument.objects.filter(kind="check").order_by("number")
    assert {row.key for row in stands} == {str(kept.pk), str(gone.pk)}
    actions.withdraw_check(check=gone, by=suzuki)
    before = list(stands.values())
    assert [row["key"] for row in before] == [str(kept.pk)]
    shelf.remove("check", str(kept.pk))
    call_command("rebuild_index", "check", stdout=StringIO())
    assert list(stands.values()) == before


# --- where it is offered


def ask_url(case: Case) -> str:
    return reverse("case_check_ask", args=[case.number])


def test_the_page_for_asking_offers_what_is_like_the_case(desk, kohoku, pair, earlier):
    case = make_case(kohoku, problem="生成AIで作った画像をポスターに利用したい。")
    page = text(english(desk).get(ask_url(case)))
    assert "生成AIで作った画像を庁舎外の掲示" in page
    assert "Allowed" in page
    assert "無線LAN" not in page


def test_while_one_types_the_fragment_follows(desk, started_case, earlier):
    url = reverse("case_check_similar", args=[started_case.number])
    page = desk.post(url, {"question": "会議室の無線LAN"}).content.decode()
    assert "会議室に無線LANの機器" in page
    assert "<h1" not in page
    assert desk.get(url).status_code == 405
    long = desk.post(url, {"question": "会議室の無線LAN" + "あ" * 30_000})
    assert long.status_code == 200


def test_without_a_script_a_button_looks_and_asks_nothing(desk, started_case, earlier):
    response = desk.post(ask_url(started_case), {"question": "会議室の無線LAN", "put_to_ict": "on", "look": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "会議室に無線LANの機器" in page
    assert "会議室の無線LAN</textarea>" in page
    assert not started_case.checks.exists()


def test_an_expired_answer_is_offered_and_marked(desk, started_case, other, suzuki):
    answered(other, suzuki, "生成AIの画像を利用してよいか。", valid_until=clock.today())
    url = reverse("case_check_similar", args=[started_case.number])
    assert "Expired" not in text(english(desk).post(url, {"question": "生成AIの画像"}))
    with clock.at(clock.now() + timedelta(days=2)):
        assert "Expired" in text(desk.post(url, {"question": "生成AIの画像"}))


# --- the list


@pytest.mark.parametrize("words", ["AI", "ＡＩ", "ai", "生成ＡＩ"])
def test_it_finds_a_word_however_wide_it_is_written(desk, other, suzuki, words):
    answered(other, suzuki, "生成ＡＩで作った図を使ってよいか。")
    answered(other, suzuki, "mailの転送について")
    page = desk.get(CHECKS, {"q": words}).content.decode()
    assert "生成ＡＩで作った図" in page
    assert "mailの転送" not in page


def test_a_question_that_waits_and_one_handled_with_care_are_found_too(desk, kohoku, pair, suzuki):
    secret = make_case(kohoku, problem="養蜂の相談です。", sensitive=True)
    actions.ask_check(case=secret, by=suzuki, question="巣箱にセンサーを付けてよいか。")
    assert "巣箱に" in text(desk.get(CHECKS, {"q": "センサー"}))
    assert "巣箱に" not in text(desk.get(CHECKS, {"q": "養蜂"}))


def test_all_of_them_are_listed_the_newest_first(desk, earlier, started_case, suzuki):
    actions.ask_check(case=started_case, by=suzuki, question="まだ答えのない問い")
    page = text(english(desk).get(CHECKS))
    assert page.index("まだ答えのない問い") < page.index("Excelマクロ") < page.index("生成AI")
    assert "5 checks" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "画像"}, {"picture"}),
        ({"q": "画像 よい。"}, {"picture"}),
        ({"q": "マクロ 画像"}, set()),
        ({"ruling": "not_allowed"}, {"wifi"}),
        ({"state": "answered"}, {"picture", "cloud", "wifi", "macro"}),
        ({"state": "open"}, set()),
        ({"state": "expired"}, {"cloud"}),
        ({"state": "expired", "ruling": "not_allowed"}, set()),
    ],
)
def test_the_address_says_what_is_shown(desk, earlier, suzuki, query, found):
    wifi = earlier["wifi"]
    actions.correct_answer(check=wifi, by=suzuki, ruling="not_allowed", answer="機器の持込みは禁止。")
    TechnicalCheck.objects.filter(pk=earlier["cloud"].pk).update(valid_until=clock.today() - timedelta(days=1))
    page = desk.get(CHECKS, query).content.decode()
    assert {key for key, check in earlier.items() if check.question in page} == found


def test_it_says_so_where_nothing_fits(desk, earlier):
    assert "No technical check fits." in text(english(desk).get(CHECKS, {"q": "zzz"}))


def test_it_asks_the_database_the_same_at_2_and_22_rows_and_turns_pages(
    desk, other, suzuki, django_assert_max_num_queries
):
    for n in range(2):
        answered(other, suzuki, f"問い{n}")
    with django_assert_max_num_queries(12) as few:
        desk.get(CHECKS)
    for n in range(29):
        answered(other, suzuki, f"さらに{n}")
    with django_assert_max_num_queries(len(few)):
        assert text(desk.get(CHECKS)).count("さらに") == 29
    assert "問い0" in text(desk.get(CHECKS, {"page": 2}))
