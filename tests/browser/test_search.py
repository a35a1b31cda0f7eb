"""From any page to a case of before: "/", words, Enter, a facet, a result."""

from playwright.sync_api import Page, expect

from knowledge.models import Topic, Word
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
