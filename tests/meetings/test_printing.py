"""The agenda on paper: printed by a real browser, read back as text."""

import re
import unicodedata
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page
from pypdf import PdfReader

from consultations import actions
from consultations.states import AskKind
from meetings.actions import plan_meeting
from office import clock
from office.models import Department, Pair, User
from tests.cast import signed_in
from tests.factories import make_case

ITEMS = 40
A4 = (595, 842)


@pytest.fixture
def sheets(
    transactional_db: None,
    live_server,
    context: BrowserContext,
    page: Page,
    kohoku: Department,
    asahi: Department,
    pair: Pair,
    suzuki: User,
) -> list[str]:
    """The text of each page of an agenda with 40 questions, without white space."""
    trouble = "大量の書類を検索し、起案用にまとめる作業に毎月三日かかっています。どういった解決策があるでしょうか。"
    for number in range(ITEMS):
        case = make_case(
            asahi if number % 2 else kohoku, title=f"案件{number:02d}の始まり", problem=trouble * (1 + number % 3)
        )
        actions.ask_meeting(
            case=case, by=suzuki, kind=AskKind.NO_IDEA, question=f"質問{number:02d}。{trouble * (number % 4)}"
        )
    meeting = plan_meeting(by=suzuki, held_on=clock.today(), place="第3会議室", facilitator=suzuki)
    session = signed_in(suzuki).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": str(live_server)}])
    page.goto(f"{live_server}{reverse('meeting_agenda', args=[meeting.pk])}")
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in printed.pages} == {A4}
    # A PDF knows some characters only as radicals and look-alikes.
    return [
        re.sub(r"\s", "", unicodedata.normalize("NFKC", sheet.extract_text())).replace("‧", "・")
        for sheet in printed.pages
    ]


def test_it_prints_each_question_on_one_sheet_with_room_to_write(sheets):
    for number in range(ITEMS):
        begins = re.compile(rf"{number + 1}\.案件{number:02d}の始まり")
        on = [text for text in sheets if begins.search(text)]
        assert len(on) == 1
        block = on[0][begins.search(on[0]).start() :]
        # the next block on this sheet, if any, begins after the room to write
        block = re.split(rf"{number + 2}\.案件", block)[0]
        assert "受付番号" in block
        assert f"質問{number:02d}。" in block
        assert "議論・決定事項" in block


def test_it_heads_the_table_of_open_cases_on_every_sheet_and_numbers_the_sheets(sheets):
    table = [text for text in sheets if re.search(r"R\d+-\d{4}案件\d\d", text)]
    assert table
    for text in table:
        assert "件名" in text
        assert "担当ペア" in text
    for place, text in enumerate(sheets, start=1):
        assert f"{place}/{len(sheets)}" in text
