"""A hearing with many hypotheses and questions on paper: printed by the browser, read back from the PDF."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from consultations import actions
from consultations.models import Case
from office.models import User
from tests.browser.desk import on_paper
from tests.browser.test_print import A4, LABEL, MARGIN_BELOW, MM, lines_of

CAUSES, QUESTIONS = 25, 20
ROOM_TO_WRITE = 24 * MM
# A fill with a height, as the browser writes it into a PDF.
FILL = re.compile(rb"scn\n(?:/G\d+ gs\n)?[-\d.]+ [-\d.]+ [-\d.]+ (-?\d*\.?\d+) re\nf")


@pytest.fixture
def print_sheet(
    transactional_db: None, live_server, page: Page, started_case: Case, suzuki: User, sign_in
) -> Callable[..., PdfReader]:
    """`print_sheet(hypotheses=…, questions=…)`: the sheet of a hearing that was prepared with these."""

    def printed(**preparation: Any) -> PdfReader:
        hearing = actions.prepare_hearing(case=started_case, by=suzuki, **preparation)
        sign_in(page, str(live_server), suzuki)
        page.goto(f"{live_server}/desk/cases/{started_case.number}/hearings/{hearing.pk}/sheet/")
        return on_paper(page)

    return printed


def test_a_long_sheet(print_sheet: Callable[..., PdfReader]):
    printed = print_sheet(
        hypotheses=[(number % 4, f"原因{number:02d}は、確かめてみないと分からない。") for number in range(CAUSES)],
        questions=[f"質問{number:02d}。" + "どう進めていますか。" * (1 + number % 8) for number in range(QUESTIONS)],
    )
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in printed.pages} == {A4}
    sheets = [lines_of(sheet) for sheet in printed.pages]
    for place, lines in enumerate(sheets, start=1):
        assert [line.text for line in lines if line.height < MARGIN_BELOW] == [f"{place}/{len(sheets)}"]
    text = "".join(line.text for lines in sheets for line in lines)
    assert [int(number) for number in re.findall(r"原因(\d\d)は", text)] == list(range(CAUSES))
    # three boxes to each hypothesis, and to the two empty rows
    assert text.count("□") == 3 * (CAUSES + 2)

    # every question has its room to write on the same sheet
    found = []
    for lines in sheets:
        starts = [at for at, line in enumerate(lines) if re.match(r"\d+\.質問\d\d", line.text)]
        after = next((at for at, line in enumerate(lines) if line.text.startswith("3.")), len(lines))
        for start, end in pairwise([*starts, after if starts and after > starts[-1] else len(lines)]):
            found.append(int(re.search(r"質問(\d\d)", lines[start].text)[1]))
            foot = max(lines[end].height if end < len(lines) else 0, MARGIN_BELOW)
            last = [line for line in lines[start:end] if line.height > MARGIN_BELOW][-1]
            assert last.height - foot + LABEL > ROOM_TO_WRITE
    assert found == list(range(QUESTIONS))


@pytest.fixture
def short(print_sheet: Callable[..., PdfReader]) -> PdfReader:
    """As most are: a few hypotheses, two questions."""
    causes = [(0, "二日かかる"), (1, "紙で届く"), (2, "様式が違う"), (1, "手で数えている")]
    return print_sheet(hypotheses=causes, questions=["月に何回ですか。", "どこに書かれていますか。"])


def test_the_lines_to_write_on_reach_every_printer(short: PdfReader):
    """They are drawn one by one: of a gradient that repeats, a printer may leave out some, or all."""
    drawn = [float(height) for sheet in short.pages for height in FILL.findall(sheet.get_contents().get_data())]
    assert len([height for height in drawn if abs(height) < 1]) == 2 * 2 + 3 * 5 + 2  # questions, three tall, purpose


def test_the_next_steps_stand_together(short: PdfReader):
    """The head of a table that goes on is printed again on the next sheet."""
    texts = ["".join(line.text for line in lines_of(sheet)) for sheet in short.pages]
    assert sum(text.count("期日") for text in texts) == 1
