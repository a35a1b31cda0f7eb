"""The agenda of a very full week on paper: printed by the browser, read back from the PDF."""

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

import pytest
from django.db import transaction
from playwright.sync_api import Page
from pypdf import PageObject, PdfReader

from consultations import actions
from consultations.states import AskKind
from meetings.actions import plan_meeting
from office import clock
from office.models import Department, Pair, User
from outbox.actions import recorded_as_sent
from tests.browser.desk import on_paper
from tests.factories import make_case

ASKS, OPEN_CASES = 40, 300
MM = 72 / 25.4
A4 = (595, 842)  # points
MARGIN_BELOW, ROOM_TO_WRITE = 18 * MM, 24 * MM
LABEL = 10  # points from the foot of the words in the room to write to its upper edge
TROUBLE = "大量の書類を検索し、起案用にまとめる作業に毎月三日かかっています。どういった解決策があるでしょうか。"


class Line(NamedTuple):
    text: str
    height: float  # of its foot above the lower edge of the sheet, in points


def lines_of(sheet: PageObject) -> list[Line]:
    """What stands on the sheet from top to bottom, without white space; a row of a table is one line."""
    lines: dict[float, str] = {}

    def visit(text: str, page: list[float], line: list[float], *_: object) -> None:
        height = round(line[4] * page[1] + line[5] * page[3] + page[5], 1)
        # a PDF knows some characters only as radicals and look-alikes
        plain = unicodedata.normalize("NFKC", text).replace("\u2027", "・")
        lines[height] = lines.get(height, "") + re.sub(r"\s", "", plain)

    sheet.extract_text(visitor_text=visit)
    return [Line(lines[height], height) for height in sorted(lines, reverse=True) if lines[height]]


@pytest.fixture
def printed(
    transactional_db: None,
    live_server,
    page: Page,
    kohoku: Department,
    asahi: Department,
    pair: Pair,
    suzuki: User,
    sign_in,
) -> PdfReader:
    """The agenda of a meeting with 40 questions, on a day with 300 open cases."""
    with transaction.atomic(), recorded_as_sent():
        for number in range(OPEN_CASES):
            case = make_case(
                asahi if number % 2 else kohoku,
                title=f"案件{number:03d}の始まり",
                problem=TROUBLE * (1 + number % 3),
            )
            if number < ASKS:
                question = f"質問{number:03d}。{TROUBLE * (number % 4)}"
                actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question=question)
        meeting = plan_meeting(by=suzuki, held_on=clock.today(), place="第3会議室", facilitator=suzuki)
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/meetings/{meeting.pk}/agenda/")
    return on_paper(page)


def test_a_full_agenda(printed: PdfReader):
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in printed.pages} == {A4}
    sheets = [lines_of(sheet) for sheet in printed.pages]
    assert "週次定例会次第" in sheets[0][0].text

    # each sheet has its number, and nothing else, in the lower margin
    for place, lines in enumerate(sheets, start=1):
        assert [line.text for line in lines if line.height < MARGIN_BELOW] == [f"{place}/{len(sheets)}"]

    # every open case has its line, in the official order of departments, under a head on each sheet
    rows = [[line for line in lines if re.match(r"R\d+-\d{4}案件", line.text)] for lines in sheets]
    cases = [int(number) for row in sum(rows, []) for number in re.findall(r"案件(\d{3})の始まり", row.text)]
    assert cases == [*range(1, OPEN_CASES, 2), *range(0, OPEN_CASES, 2)]
    for lines, own in zip(sheets, rows, strict=True):
        heads = [line for line in lines if re.match("番号件名", line.text)]
        assert len(heads) == bool(own)
        assert all(head.height > row.height for head in heads for row in own)

    # every question stands whole on one sheet, with the room to write below it
    blocks: list[tuple[int, int]] = []
    for lines in sheets:
        starts = [at for at, line in enumerate(lines) if re.match(r"\d+\.案件", line.text)]
        for start, end in pairwise([*starts, len(lines)]):
            place, number = map(int, re.match(r"(\d+)\.案件(\d+)の始まり", lines[start].text).groups())
            assert any(f"質問{number:03d}。" in line.text for line in lines[start:end])
            [room] = [at for at in range(start, end) if lines[at].text == "議論・決定事項"]
            assert lines[room].height + LABEL - max(lines[room + 1].height, MARGIN_BELOW) > ROOM_TO_WRITE
            blocks.append((place, number))
    assert blocks == [(number + 1, number) for number in range(ASKS)]
    assert sum(line.text == "議論・決定事項" for lines in sheets for line in lines) == ASKS
