import pytest
from django.urls import reverse

from tests.cast import signed_in

pytestmark = pytest.mark.django_db


def test_it_tells_a_stranger_what_to_do_and_leads_to_the_form(client):
    page = client.get("/").content.decode()
    assert "デジタルの困りごと、ご相談ください" in page
    assert f'href="{reverse("consult")}"' in page
    assert f'action="{reverse("directory")}"' in page
    assert page.count('class="example"') == 6
    assert page.count('class="step-number"') == 5


def test_it_promises_the_first_answer_as_the_receipt_does(client, settings):
    settings.FIRST_ANSWER_BUSINESS_DAYS = 5
    assert "5開庁日以内にご連絡" in client.get("/").content.decode()


def test_it_gives_the_phone_of_the_office_where_there_is_one(client, settings):
    assert "代表電話" not in client.get("/").content.decode()
    settings.OFFICE_PHONE = "045-000-0000"
    assert "室の代表電話：045-000-0000" in client.get("/").content.decode()


def test_it_has_a_short_cut_to_the_desk_for_members_of_the_office_only(client, desk, tanaka):
    words = "相談デスクを開く"
    assert words in desk.get("/").content.decode()
    assert words not in client.get("/").content.decode()
    assert words not in signed_in(tanaka).get("/").content.decode()


def test_it_speaks_english_when_asked_and_japanese_whatever_the_browser_prefers(client, settings):
    assert '<html lang="ja">' in client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    assert "Stuck with something digital? Ask us." in client.get("/").content.decode()


def test_it_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")
