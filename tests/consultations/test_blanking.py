"""What is told of a case without its people: nobody of the case is named, and what was of use still stands there."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations import actions
from consultations.blanking import BLANK, Blanking
from consultations.models import Case
from consultations.models.entry import Requester
from office.models import Department, User
from tests.factories import make_case, make_member


@pytest.fixture
def case(new_case: Case) -> Case:
    """田中 実 of 港北区地域振興課 asked; 鈴木 and 佐藤 have the case."""
    return new_case


@pytest.mark.parametrize(
    "said",
    [
        "田中",
        "田中実",
        "田中 実",
        "田中　実",
        "鈴木",
        "鈴木一郎",
        "佐藤 花子",
        "花子",
        "伊藤",  # of the office, and not of the case
        "港北区",
        "地域振興課",
        "旭区",  # what is said of another ward names it
        "tanaka@kohoku.example.jp",
        "someone.else+x@city.example.jp",
        "045-671-2121",
        "０４５－６７１－２１２１",
        "045（671）2121",
        "R8-0001",
        "Ｒ８－０００１",
        r"\\fs01\港北区\地域振興課\シフト",
        "https://teams.microsoft.com/l/chat/0/0?users=suzuki",
        "https://desk.example.jp/receipts/abc.def/",
    ],
)
def test_it_leaves_nothing_of_this(case: Case, ito: User, asahi: Department, said: str) -> None:
    blanks = Blanking(case)
    assert said not in blanks.text(f"表を直すのは{said}に聞いて決めます。次に様式を作ります。")
    assert blanks.found


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("高橋様が確認します。", f"{BLANK}様が確認します。"),
        ("内線 2101 へ電話してください。", f"内線{BLANK} へ電話してください。"),
        ("東さんに渡します。", f"{BLANK}さんに渡します。"),
        ("様式は皆様に配り、仕様は同様とします。", "様式は皆様に配り、仕様は同様とします。"),
        ("お客様と利用者様、市民の皆さん。", "お客様と利用者様、市民の皆さん。"),
        ("締切は2026-11-24、費用は1,200円、3開庁日です。", "締切は2026-11-24、費用は1,200円、3開庁日です。"),
        ("横浜市港北区の地域振興課では", f"横浜市{BLANK}の{BLANK}では"),
        ("所管課長の承認を受け、総務局へ出します。", "所管課長の承認を受け、総務局へ出します。"),
    ],
)
def test_it_blanks_the_name_and_keeps_the_sentence(case: Case, said: str, left: str) -> None:
    assert Blanking(case).text(said) == left


def test_it_drops_address_greetings_and_signature(case: Case) -> None:
    text = """港北区地域振興課
田中様

いつもお世話になっております。港北区担当の鈴木です。
ご相談いただきありがとうございます。
電子申請・届出システムで受けられます。費用はかかりません。

1. 様式作成者の登録
2. 公開前の確認

ご不明な点がありましたらご連絡ください。よろしくお願いいたします。
--
デジタル統括本部　鈴木 一郎
内線 2101"""
    blanks = Blanking(case)
    assert blanks.text(text) == (
        f"{BLANK}\n\n電子申請・届出システムで受けられます。費用はかかりません。\n\n1. 様式作成者の登録\n"
        "2. 公開前の確認\n\nご不明な点がありましたらご連絡ください。"
    )
    assert "鈴木 一郎" in blanks.found


def test_it_drops_a_signature_that_no_ruler_sets_apart(case: Case) -> None:
    assert Blanking(case).text("様式を作ってください。\n\n鈴木（内線 2101）\n") == "様式を作ってください。"


def test_a_list_item_at_the_end_is_no_signature(case: Case) -> None:
    assert Blanking(case).text("手順\n1. 田中に聞く") == f"手順\n1. {BLANK}に聞く"


def test_it_says_what_was_blanked_each_once(case: Case) -> None:
    blanks = Blanking(case)
    blanks.line("田中の件")
    blanks.text("田中と鈴木の件です。田中の件です。")
    assert blanks.found == ["田中", "鈴木"]


def test_a_name_written_with_another_variant_of_its_character_is_blanked(case: Case) -> None:
    make_member("takahashi", "高崎 渡")
    assert Blanking(case).text("表は髙﨑が直します。") == f"表は{BLANK}が直します。"


def test_a_name_of_one_character_is_blanked_and_the_words_with_it_stay(case: Case) -> None:
    make_member("mori", "森 健")
    text = Blanking(case).text("森係長が森林の資料を作り、担当の森から送ります。")
    assert text == f"{BLANK}係長が森林の資料を作り、担当の{BLANK}から送ります。"


def test_a_name_typed_without_a_space_is_known_by_its_parts(kohoku: Department) -> None:
    case = make_case(kohoku, name="小野寺勝")
    assert Blanking(case).text("表は小野寺が直します。") == f"表は{BLANK}が直します。"


def test_a_former_contact_is_blanked_too(case: Case, suzuki: User) -> None:
    former = case.name
    actions.correct_contact(case=case, by=suzuki, name="五百旗頭 操", email="iokibe@kohoku.example.jp")
    case.refresh_from_db()
    assert former.split()[0] not in Blanking(case).text("表は田中が直します。")
    assert "五百旗頭" not in Blanking(case).text("表は五百旗頭が直します。")


def test_whoever_wrote_by_the_link_is_blanked_too(case: Case) -> None:
    actions.receive_message(case=case, by=Requester(case, name="勅使河原 学"), kind="answer", text="試しました。")
    assert "勅使河原" not in Blanking(case).text("表は勅使河原が直します。")


def test_a_section_as_it_was_typed_is_blanked(kohoku: Department) -> None:
    case = make_case(kohoku, other_section="夢づくり推進課にぎわい係")
    text = Blanking(case).text("夢づくり推進課にぎわい係の表と、夢づくり推進課の様式です。")
    assert text == f"{BLANK}の表と、{BLANK}の様式です。"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_whatever_stands_around_it_the_name_goes(case: Case, before: str, after: str) -> None:
    blanks = Blanking(case)
    for said in (blanks.text(f"{before}田中{after}"), blanks.line(f"{before}田中{after}")):
        assert "田中" not in said


def test_it_asks_the_database_as_often_however_many_there_are(case: Case, django_assert_num_queries) -> None:
    for number in range(10):
        make_member(f"more{number}", f"増田 {number}")
        actions.add_note(case=case, by=case.pair.lead, text="確認中")
    fresh = Case.objects.select_related("department", "section").get(pk=case.pk)
    with django_assert_num_queries(4):  # people, entries, others concerned, wards
        Blanking(fresh).text("田中の件")
