"""Open innovation: posted when, how many proposals, matched with whom."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import Support
from consultations.states import SupportState
from office import clock
from tests.consultations.case_page import kinds, look, send
from tests.consultations.requester import text
from tests.factories import make_menu


@pytest.fixture(autouse=True)
def in_november():
    with clock.at(timezone.make_aware(datetime(2026, 11, 24, 10))):
        yield


@pytest.fixture
def support(started_case, suzuki) -> Support:
    menu = make_menu("open_innovation", "YOKOHAMA Hack!")
    return actions.choose_support(case=started_case, by=suzuki, menu=menu, reason="製品が見当たらない。")


def test_it_goes_from_the_posting_to_the_match(desk, started_case, support):
    send(desk, started_case, "support_matching", support.pk, posted_on="2026-10-01")
    support.refresh_from_db()
    assert (support.posted_on, support.proposals, support.state) == (date(2026, 10, 1), None, SupportState.RUNNING)
    sent = {"posted_on": "2026-10-01", "proposals": "6", "matched_with": "株式会社みなと計測"}
    response = send(desk, started_case, "support_matching", support.pk, **sent)
    assert response["Location"].endswith(f"#change-support_matching_{support.pk}")
    page = text(look(desk, started_case))
    assert "10月1日 公募掲載、提案6件、マッチング先 株式会社みなと計測" in page
    assert "受け付けた提案の数 未設定 → 6" in page
    assert kinds(started_case)[-2:] == ["matching_noted", "matching_noted"]


def test_no_proposal_at_all_is_said_too(desk, started_case, support):
    send(desk, started_case, "support_matching", support.pk, posted_on="2026-10-01", proposals="0")
    assert "提案0件" in text(look(desk, started_case))


@pytest.mark.parametrize("given", [{"proposals": "3"}, {"matched_with": "会社"}])
def test_nothing_comes_in_before_it_is_posted(desk, started_case, support, suzuki, given):
    response = send(desk, started_case, "support_matching", support.pk, **given)
    assert response.context["form"].errors == {"posted_on": ["公募を掲載した日を選んでください。"]}
    with pytest.raises(ActionRefused, match="掲載した日"):
        actions.note_matching(support=support, by=suzuki, posted_on=None, proposals=3)


def test_the_database_takes_no_proposal_without_a_posting(support):
    for given in ({"proposals": 0}, {"matched_with": "会社"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Support.objects.filter(pk=support.pk).update(**given)


@pytest.mark.parametrize("proposals", ["-1", "三件", "1.5", "10000"])
def test_what_is_no_number_is_refused_at_its_field(desk, started_case, support, proposals):
    response = send(desk, started_case, "support_matching", support.pk, posted_on="2026-10-01", proposals=proposals)
    assert response.context["form"].errors.keys() == {"proposals"}


def test_what_came_of_it_is_noted_on_a_closed_case_too(started_case, support, suzuki, procedures):
    actions.change_support(support=support, by=suzuki, state=SupportState.DONE)
    actions.close(case=started_case, by=suzuki, result="supported", level=1, topic=procedures)
    actions.note_matching(support=support, by=suzuki, posted_on=date(2026, 10, 1), proposals=2)
    support.refresh_from_db()
    assert (support.proposals, support.state) == (2, SupportState.DONE)


def test_it_refuses_what_changes_nothing_and_other_menus(started_case, support, suzuki):
    with pytest.raises(ActionRefused, match="変更"):
        actions.note_matching(support=support, by=suzuki, posted_on=None)
    rpa = actions.choose_support(case=started_case, by=suzuki, menu=make_menu("existing_tool"), reason="転記")
    with pytest.raises(ActionRefused, match="オープンイノベーションのメニューだけ"):
        actions.note_matching(support=rpa, by=suzuki, posted_on=date(2026, 10, 1))


def test_the_match_is_found_by_search(desk, started_case, support, suzuki):
    actions.note_matching(support=support, by=suzuki, posted_on=date(2026, 10, 1), matched_with="合同会社さとやま")
    assert started_case.number in text(desk.get(reverse("search"), {"q": "さとやま"}))
