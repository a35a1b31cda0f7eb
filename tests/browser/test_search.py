"""From any page to a case of before: "/", words, Enter, a facet, a result."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from consultations import actions
from knowledge import rerank
from knowledge.models import Miss, Topic, Word
from office import clock
from office.models import User
from tests.factories import make_case, make_department, make_pair


def test_an_earlier_case_is_found_by_the_keyboard(
    transactional_db: None, live_server, page: Page, suzuki: User, sato: User, sign_in, axe
):
    Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内"})
    Word.objects.get_or_create(name="パソコン", defaults={"also": "PC、パーソナルコンピュータ"})
    ward, bureau = make_department("港北区", code="kohoku"), make_department("こども青少年局", order=2, code="kodomo")
    make_pair(ward, suzuki, sato)
    make_case(ward, problem="窓口のPCを入れ替えたい。")
    wanted = make_case(bureau, problem="保育士がパソコンで勤務シフトを作っている。")
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/")
    page.keyboard.press("/")
    page.keyboard.type("パーソナルコンピュータ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("「パーソナルコンピュータ」の検索結果")
    expect(page.get_by_text("2件見つかりました")).to_be_visible()
    axe(page)
    page.get_by_role("navigation", name="絞り込み").get_by_role("link", name="こども青少年局").click()
    expect(page.get_by_text("1件見つかりました")).to_be_visible()
    expect(page.locator("mark", has_text="パソコン").first).to_be_visible()
    page.locator(".result a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(wanted.title)


def test_a_case_of_another_bureau_of_two_years_ago_is_found_by_a_paraphrase(
    transactional_db: None, live_server, page: Page, suzuki: User, sato: User, ito: User, sign_in, topic: Topic, axe
):
    ward, bureau = make_department("港北区", code="kohoku"), make_department("こども青少年局", order=2, code="kodomo")
    make_pair(ward, suzuki, sato)
    make_pair(bureau, ito, None)
    with clock.at(clock.now() - timedelta(days=730)):
        wanted = make_case(bureau, problem="保育士の勤務シフトを表計算で作成している。条件が多く、毎月三日かかる。")
        how = {"text": "ひな形をご案内します。", "level": 3, "topic": topic, "lesson": "先に条件を一か所へ集める。"}
        actions.answer_and_close(case=wanted, by=ito, **how)
    for problem in (
        "会議室の当番表を紙で回している。",
        "広報紙の写真を探すのに手間取る。",
        "保護者への案内を毎週印刷して手で配っている。",
    ):
        make_case(ward, problem=problem)
    rerank.encode_waiting(within=timedelta(minutes=1))  # as the worker does
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/")
    page.keyboard.press("/")
    page.keyboard.type("保育園の先生の勤務の割り振りを手で組むのが大変")
    page.keyboard.press("Enter")
    first = page.locator(".result").first
    expect(first).to_contain_text(wanted.number)
    expect(first).to_contain_text("こども青少年局")
    axe(page)
    first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(wanted.title)
    expect(page.get_by_text("先に条件を一か所へ集める。").first).to_be_visible()


def test_a_search_in_vain_tells_of_itself_once(transactional_db: None, live_server, page: Page, axe):
    address = f"{live_server}/search/?q=名札の発注"
    with page.expect_response("**/search/missed/"):
        page.goto(address)
    expect(page.get_by_text("見つかりませんでした。")).to_be_visible()
    expect(page.get_by_role("button", name="見つからなかったことを室に知らせる")).to_have_count(0)
    axe(page)
    page.reload()
    expect(page.get_by_text("見つからなかったことは、室に伝わっています")).to_be_visible()
    axe(page)
    assert [(miss.words, miss.times) for miss in Miss.objects.all()] == [("名札の発注", 1)]


@pytest.mark.parametrize("path", ["/articles/", "/examples/"])
def test_so_do_the_lists_of_articles_and_of_examples(transactional_db: None, live_server, page: Page, axe, path: str):
    with page.expect_response("**/search/missed/"):
        page.goto(f"{live_server}{path}?q=名札の発注")
    page.reload()
    expect(page.get_by_text("見つからなかったことは、室に伝わっています")).to_be_visible()
    axe(page)
    assert [(miss.words, miss.times) for miss in Miss.objects.all()] == [("名札の発注", 1)]


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_a_button_tells_of_it(transactional_db: None, live_server, page: Page):
    page.goto(f"{live_server}/search/?q=名札の発注")
    assert not Miss.objects.exists()
    page.get_by_role("button", name="見つからなかったことを室に知らせる").click()
    expect(page.get_by_text("見つからなかったことは、室に伝わっています")).to_be_visible()
    assert [(miss.words, miss.times) for miss in Miss.objects.all()] == [("名札の発注", 1)]
