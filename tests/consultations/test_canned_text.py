"""Canned texts: kept by the leads, filled in from the case, put into answers."""

import html
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consultations import actions, canned
from consultations.models import CannedText, Case
from office import clock
from office.actions import keep
from tests.cast import signed_in
from tests.consultations.case_page import kinds, send
from tests.consultations.requester import shown, text
from tests.factories import make_case

LIST = "/desk/keeping/canned-texts/"
GREETING = "{相談者}様\n\nお問い合わせの件（{番号}、{件名}）、{担当}が承ります。{期限}までにご連絡します。"


@pytest.fixture
def greeting(suzuki) -> CannedText:
    return keep(row=CannedText(title="受付のごあいさつ", text=GREETING, order=1), by=suzuki)


@pytest.fixture
def lead(suzuki) -> Client:
    return signed_in(suzuki)


def offered(page, act: str) -> list[str]:
    """The links of canned texts in the form of an act."""
    links = re.findall(r'href="([^"]+)" data-canned', page.content.decode())
    return [html.unescape(link) for link in links if f"/{act}/" in link]


# --- in the forms


@pytest.mark.parametrize("act", ["reply", "answer"])
def test_it_is_offered_wherever_the_requester_is_written_to_and_opens_the_form_with_it(
    desk, started_case, greeting, act
):
    [link] = offered(desk.get(started_case.get_absolute_url()), act)
    page = desk.get(link)
    assert page.status_code == 200
    day = canned.PLACEHOLDERS["期限"](started_case)
    form = page.context["form"]
    assert form.act == act
    assert form["text"].value() == (
        f"田中 実様\n\nお問い合わせの件（{started_case.number}、{started_case.title}）、"
        f"{started_case.pair}が承ります。{day}までにご連絡します。"
    )
    assert kinds(started_case) == ["received", "taken_up"]


def test_it_is_not_offered_in_notes(desk, started_case, greeting):
    assert offered(desk.get(reverse("case_note", args=[started_case.number])), "note") == []


def test_the_way_back_to_the_list_goes_along(desk, started_case, greeting):
    page = desk.get(f"{started_case.get_absolute_url()}?list=queue%3Dreplied")
    [link] = offered(page, "reply")
    assert "list=queue" in link
    assert "list=queue" in desk.get(link).content.decode()


def test_the_script_gets_the_text_alone(desk, started_case, greeting):
    response = desk.get(reverse("case_canned", args=[started_case.number, greeting.pk]))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content.decode().startswith("田中 実様\n\nお問い合わせの件")


def test_what_stands_in_it_is_text_and_no_markup(desk, kohoku, pair, suzuki):
    keep(row=CannedText(title="<b>太字</b>", text="<script>alert(1)</script>{相談者}"), by=suzuki)
    case = make_case(kohoku, name="<i>田中</i>")
    page = desk.get(reverse("case_reply", args=[case.number]) + f"?canned={CannedText.objects.get().pk}")
    assert "<script>alert" not in page.content.decode()
    assert "<b>太字" not in page.content.decode()
    assert page.context["form"]["text"].value() == "<script>alert(1)</script><i>田中</i>"


def test_out_of_use_it_is_offered_no_more_and_its_old_link_opens_an_empty_form(desk, lead, started_case, greeting):
    greeting.is_active = False
    keep(row=greeting, by=started_case.pair.lead)
    assert offered(desk.get(started_case.get_absolute_url()), "reply") == []
    page = desk.get(reverse("case_reply", args=[started_case.number]) + f"?canned={greeting.pk}")
    assert page.status_code == 200
    assert not page.context["form"]["text"].value()
    assert desk.get(reverse("case_canned", args=[started_case.number, greeting.pk])).status_code == 404


@pytest.mark.parametrize("chosen", ["x", "999999", "-1", "%00", "１", ""])
def test_an_address_that_names_none_opens_an_empty_form(desk, started_case, greeting, chosen):
    page = desk.get(reverse("case_reply", args=[started_case.number]) + f"?canned={chosen}")
    assert page.status_code == 200
    assert not page.context["form"]["text"].value()


def test_nobody_outside_the_office_gets_it(started_case, greeting, tanaka, ict_member):
    for person in (tanaka, ict_member):
        assert signed_in(person).get(reverse("case_canned", args=[started_case.number, greeting.pk])).status_code == 404


def test_a_refused_form_keeps_what_was_made_of_it(desk, closed_case, greeting):
    refused = send(desk, closed_case, "reply", text="田中 実様、確認しました。")
    assert refused.status_code == 409
    assert refused.context["form"]["text"].value() == "田中 実様、確認しました。"


def test_a_page_asks_once_for_them_however_many_there_are(desk, started_case, suzuki):
    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("case_reply", args=[started_case.number]))
        return [query["sql"] for query in asked if "consultations_cannedtext" in query["sql"]]

    assert len(queries()) == 1
    for number in range(20):
        keep(row=CannedText(title=f"定型文{number}", text="本文", order=number), by=suzuki)
    assert len(queries()) == 1


def test_a_closed_case_has_no_need_of_them(desk, closed_case, greeting):
    with CaptureQueriesContext(connection) as asked:
        desk.get(closed_case.get_absolute_url())
    assert not [query for query in asked if "consultations_cannedtext" in query["sql"]]


# --- filling in


@pytest.mark.parametrize("act", ["{相談者}", "｛相談者｝", "{ 相談者 }", "{　相談者｝"])
def test_braces_of_either_width_are_filled_in(started_case, act):
    assert canned.fill_in(f"{act}様", started_case) == "田中 実様"


def test_what_is_not_known_is_shown_as_it_is(started_case):
    assert canned.fill_in("{部長}様 {} {", started_case) == "{部長}様 {} {"


def test_the_day_is_that_of_the_hold_or_the_day_by_which_the_office_answers(started_case, suzuki):
    with clock.at(timezone.make_aware(datetime(2026, 11, 20, 10))):
        assert canned.fill_in("{期限}", started_case) == "令和8年11月26日（木）"  # a holiday and a weekend between
        held = actions.hold(case=started_case, by=suzuki, follow_up_on=clock.today() + timedelta(days=10), text="")
        assert canned.fill_in("{期限}", held) == "令和8年11月30日（月）"
    with clock.at(timezone.make_aware(datetime(2026, 11, 30, 10))):
        assert canned.fill_in("{期限}", held) == "令和8年12月3日（木）"


def test_without_a_pair_the_office_is_in_charge(new_case):
    new_case.pair = None
    assert canned.fill_in("{担当}", new_case) == "デジタル・デザイン室"


def test_a_text_is_japanese_on_english_pages_too(desk, started_case, greeting):
    desk.cookies["language"] = "en"
    response = desk.get(reverse("case_canned", args=[started_case.number, greeting.pk]))
    assert "令和" in response.content.decode()


@given(st.text(alphabet="{}｛｝相談者番号 \nab", max_size=40))
def test_filling_in_never_stumbles_and_leaves_the_rest(typed):
    case = Case(name="田中 実", fiscal_year=2026, serial=1)
    filled = canned.fill_in(typed, case)
    if not canned.IN_BRACES.search(typed):
        assert filled == typed
    if canned.unknown(typed):
        assert all(part in filled for part in canned.unknown(typed))


# --- keeping


def test_a_text_with_known_placeholders_is_kept(lead):
    given = {"title": "受付", "text": "{相談者}様\r\n{番号}", "order": 1, "is_active": "on"}
    assert lead.post(f"{LIST}new/", given).status_code == 302
    assert CannedText.objects.get().text == "{相談者}様\n{番号}"
    assert CannedText.objects.get().history.get().history_user.username == "suzuki"


@pytest.mark.parametrize("wrong", ["{相談者名}", "{氏名}", "{}", "{name}", "｛期日｝"])
def test_a_text_with_an_unknown_one_is_refused_and_says_which_are_known(lead, wrong):
    given = {"title": "受付", "text": f"{wrong}様、{{番号}}の件", "order": 1, "is_active": "on"}
    response = lead.post(f"{LIST}new/", given)
    assert response.status_code == 422
    assert (
        f"{wrong} は置き換えられません。使えるのは次のとおりです。{{相談者}} {{番号}} {{件名}} {{担当}} {{期限}}"
        in text(response)
    )
    assert shown(response, "text")["text"] == [given["text"]]
    assert not CannedText.objects.exists()


def test_two_leads_at_one_text_lose_nothing(lead, administrator, greeting):
    path = f"{LIST}{greeting.pk}/"
    opened = {name: values[0] for name, values in shown(lead.get(path), "text").items()}
    signed_in(administrator).post(path, opened | {"text": "{相談者}様\nありがとうございます。"})
    response = lead.post(path, opened | {"text": "{相談者}さま"})
    assert response.status_code == 409
    assert "ありがとうございます。" in text(response)
    assert shown(response, "text")["text"] == ["{相談者}さま"]
