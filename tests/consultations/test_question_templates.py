"""The questions that hearings begin with, as the leads keep them."""

import pytest
from django.test import Client

from consultations.models import QuestionTemplate
from office.actions import keep
from tests.cast import signed_in
from tests.consultations.requester import text

LIST = "/desk/keeping/questions/"
QUESTIONS = "だれが、いつ、何件ぐらい行う作業ですか。\r\n\r\n  いまの手順で困っている点は何ですか。  \r\n"


@pytest.fixture
def lead(suzuki) -> Client:
    return signed_in(suzuki)


def test_it_is_kept_line_by_line_for_a_topic(lead, procedures):
    given = {"title": "業務の把握", "topic": procedures.pk, "questions": QUESTIONS, "order": 1, "is_active": "on"}
    assert lead.post(f"{LIST}new/", given).status_code == 302
    template = QuestionTemplate.objects.for_topic(procedures).get()
    assert template.lines() == ["だれが、いつ、何件ぐらい行う作業ですか。", "いまの手順で困っている点は何ですか。"]
    assert template.history.get().history_user.username == "suzuki"


def test_without_a_topic_it_is_for_all(lead, procedures):
    lead.post(f"{LIST}new/", {"title": "共通", "questions": "目的は何ですか。", "order": 1, "is_active": "on"})
    assert QuestionTemplate.objects.for_topic(procedures).get().title == "共通"
    assert QuestionTemplate.objects.for_topic(None).get().title == "共通"


def test_out_of_use_it_is_offered_no_more(lead, suzuki, procedures):
    template = keep(row=QuestionTemplate(title="共通", questions="目的は？"), by=suzuki)
    given = {"title": "共通", "questions": "目的は？", "order": 0, "seen": template.history.first().history_id}
    assert lead.post(f"{LIST}{template.pk}/", given).status_code == 302
    assert not QuestionTemplate.objects.for_topic(procedures).exists()
    page = lead.get(LIST)
    assert page.context["rows"] == []
    assert [row.title for row in page.context["resting"]] == ["共通"]


def test_a_topic_out_of_use_stays_where_it_was_chosen_and_is_offered_nowhere_else(lead, suzuki, procedures):
    template = keep(row=QuestionTemplate(title="業務", topic=procedures, questions="目的は？"), by=suzuki)
    procedures.is_active = False
    keep(row=procedures, by=suzuki)
    assert procedures in lead.get(f"{LIST}{template.pk}/").context["form"].fields["topic"].queryset
    assert procedures not in lead.get(f"{LIST}new/").context["form"].fields["topic"].queryset


def test_the_history_names_the_topic(lead, suzuki, procedures):
    template = keep(row=QuestionTemplate(title="業務", questions="目的は？"), by=suzuki)
    template.topic = procedures
    keep(row=template, by=suzuki)
    assert "相談の種類 – → 手続案内" in text(lead.get(f"{LIST}{template.pk}/"))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"questions": "  \n "}, "質問を1つ以上入力してください。"),
        ({"questions": "短い\n" + "長" * 501}, "500文字を超える質問があります。"),
        ({"title": ""}, "名称を入力してください。"),
        ({"topic": "999999"}, "一覧から選んでください。"),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field(lead, typed, why):
    given = {"title": "共通", "questions": "目的は？", "order": 1, "is_active": "on"} | typed
    response = lead.post(f"{LIST}new/", given)
    assert response.status_code == 422
    assert why in text(response)
    assert not QuestionTemplate.objects.exists()
