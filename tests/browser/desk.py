"""What people of the office do on the pages of the desk, and the section that consults it, by role and label."""

import re
import unicodedata
from io import BytesIO

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from office.models import User
from tests.browser.consultations import Consultation
from tests.browser.keyboard import Keyboard
from tests.factories import PASSWORD


def consult(page: Page, site: str, consultation: Consultation) -> str:
    """Fill in the form, check and send it, with the keyboard alone. Returns the number."""
    hands = Keyboard(page)
    page.goto(site)
    hands.enter(page.get_by_role("main").get_by_role("link", name="相談する"))
    expect(page.get_by_role("heading", level=1)).to_have_text("DX推進相談フォーム")
    hands.type(page.get_by_label("どういうことに困っていますか"), consultation.problem)
    for want in consultation.wants:
        hands.tick(page.get_by_label(want))
    if consultation.expectation:
        hands.type(page.get_by_label("文章で書く場合"), consultation.expectation)
    hands.select(page.get_by_label("区局"), consultation.department)
    hands.type(page.get_by_label("所管課"), consultation.section)
    hands.type(page.get_by_label("お名前"), consultation.name)
    hands.type(page.get_by_label("メール"), consultation.email)
    hands.enter(page.get_by_role("button", name="確認画面へ進む"))
    expect(page.get_by_role("heading", level=1)).to_have_text("入力内容の確認")
    hands.enter(page.get_by_role("button", name="この内容で送信する"))
    said = page.get_by_text("ご相談を受け付けました。受付番号は")
    expect(said).to_be_visible()
    number = re.search(r"R\d+-\d{4}", said.inner_text())[0]
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    return number


def signed_in_by_form(page: Page, site: str, member: User) -> Page:
    page.goto(f"{site}/desk/")
    log_in(page, member)
    expect(page.get_by_role("heading", level=1)).to_have_text("相談デスク")
    return page


def log_in(page: Page, user: User) -> None:
    page.get_by_label("ユーザー名").fill(user.username)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()


def open_case(page: Page, number: str) -> None:
    page.get_by_role("searchbox", name="検索").fill(number)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(f"^{number} "))


def act(page: Page, name: str) -> Locator:
    """The head of one of the forms that can be opened on the case page."""
    return page.get_by_role("region", name="対応", exact=True).locator("summary").get_by_text(name, exact=True)


def history(page: Page) -> Locator:
    """The entries of the timeline, the newest first."""
    return page.get_by_role("region", name="対応経過").locator("ol > li")


def listed(page: Page, table: str, number: str) -> Locator:
    return page.get_by_role("table", name=table).get_by_role("row").filter(has_text=number)


def on_paper(page: Page) -> PdfReader:
    """The page as it is printed, once it is whole: a link pressed is followed when the first of its page has come."""
    page.wait_for_load_state()
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def printed(page: Page) -> list[str]:
    """The text of each sheet, as `as_printed` gives it."""
    return [as_printed(sheet.extract_text()) for sheet in on_paper(page).pages]


def as_printed(text: str) -> str:
    """Text without white space; a PDF knows some characters only as look-alikes."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).replace("\u2027", "・"))
