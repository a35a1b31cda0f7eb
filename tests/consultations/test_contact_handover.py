"""連絡先の変更: the contact is handed to a successor, by the requester on the receipt page as by the desk."""

import pytest
from django.http import HttpResponse
from django.test import Client

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import Case
from consultations.models.entry import Requester
from outbox.models import Delivery
from tests.consultations.case_page import kinds, look, told
from tests.consultations.case_page import send as send_at_desk
from tests.consultations.desk_pages import english
from tests.consultations.requester import new_browser, shown, text
from tests.factories import make_case

NAKANO = {"name": "中野 京子", "email": "nakano@kohoku.example.jp", "phone": "内線 4130", "cc": ""}


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture
def case(kohoku, chiiki, pair) -> Case:
    return make_case(kohoku, section=chiiki, phone="内線 2345")


def check(requester: Client, case: Case, **contact) -> HttpResponse:
    """Fill in the form and go on to its check."""
    url = f"/receipts/{case.token}/contact/"
    return requester.post(url, {**shown(requester.get(url), "name"), **contact})


def hand_on(requester: Client, case: Case, **contact) -> HttpResponse:
    page = check(requester, case, **contact)
    assert page.status_code == 200, text(page)
    return requester.post(f"/receipts/{case.token}/contact/", {**shown(page, "once"), "checked": "1"})


def test_the_form_holds_the_contact_of_today_and_the_check_says_what_ends(requester, case):
    fields = shown(requester.get(f"/receipts/{case.token}/contact/"), "name")
    assert fields["name"] == ["田中 実"]
    assert fields["phone"] == ["内線 2345"]
    page = text(check(requester, case, **NAKANO))
    assert "Nothing is changed yet." in page
    assert "The link that you have now will end" in page
    assert "A new link is mailed to nakano@kohoku.example.jp" in page
    assert "told so by mail: tanaka@kohoku.example.jp" in page
    assert Case.objects.get().name == "田中 実"


def test_the_successor_gets_the_link_the_former_and_the_pair_are_told(requester, case, desk, suzuki, sato):
    old = case.token
    answer = hand_on(requester, case, **NAKANO)
    assert answer["Location"] == "/receipts/handed-on/"
    case = Case.objects.get()
    assert (case.name, case.email, case.phone) == (NAKANO["name"], NAKANO["email"], NAKANO["phone"])
    assert told(case, "contact") == ["nakano@kohoku.example.jp"]
    assert told(case, "former") == ["tanaka@kohoku.example.jp"]
    assert set(told(case, "handed_on")) == {suzuki.email, sato.email}
    bodies = dict(Delivery.objects.about(case.label).exclude(key__endswith=":received").values_list("address", "body"))
    assert case.receipt_url in bodies["nakano@kohoku.example.jp"]
    assert "/receipts/" not in bodies["tanaka@kohoku.example.jp"]
    assert case.problem not in bodies["tanaka@kohoku.example.jp"]
    page = text(requester.get(answer["Location"]))
    assert "The contact is changed" in page
    assert case.number not in page
    assert requester.get(f"/receipts/{old}/").status_code == 404
    assert new_browser().get(f"/receipts/{case.token}/").status_code == 200
    timeline = text(look(english(desk), case))
    assert "Corrected Office only 田中 実 (requester)" in timeline
    assert "no longer opens, and they were told: tanaka@kohoku.example.jp" in timeline


def test_the_desk_does_the_same_and_says_the_same(desk, case, sato):
    send_at_desk(desk, case, "contact", **NAKANO, version=case.version)
    case = Case.objects.get()
    assert told(case, "contact") == ["nakano@kohoku.example.jp"]
    assert told(case, "former") == ["tanaka@kohoku.example.jp"]
    assert told(case, "handed_on") == []
    assert kinds(case)[-1] == "changed"
    assert "they were told: tanaka@kohoku.example.jp" in text(look(english(desk), case))


def test_a_change_that_leaves_everyone_the_link_leads_back_to_the_receipt(requester, case):
    answer = hand_on(requester, case, phone="内線 9999", cc="kacho@kohoku.example.jp")
    assert answer["Location"] == f"/receipts/{case.token}/"
    assert "The contact is changed." in text(requester.get(answer["Location"]))
    assert told(case, "former") == told(case, "contact") == []
    assert told(case, "handed_on")


def test_a_double_click_hands_it_on_once_and_shows_the_same_page(requester, case):
    page = check(requester, case, **NAKANO)
    url, fields = f"/receipts/{case.token}/contact/", {**shown(page, "once"), "checked": "1"}
    for _click in range(2):
        assert requester.post(url, fields)["Location"] == "/receipts/handed-on/"
    assert kinds(case).count("changed") == 1
    assert len(told(case, "contact")) == 1
    assert new_browser().post(url, {**fields, "once": "another"}).status_code == 404


def test_back_to_the_form_keeps_what_was_typed(requester, case):
    page = check(requester, case, **{**NAKANO, "cc": "a@x.example.jp\nb@x.example.jp"})
    form = requester.post(f"/receipts/{case.token}/contact/", {**shown(page, "once"), "back": "1"})
    assert form.status_code == 200
    fields = shown(form, "name")
    assert fields["name"] == ["中野 京子"]
    assert fields["cc"] == ["a@x.example.jp\nb@x.example.jp"]


@pytest.mark.parametrize(
    ("contact", "why"),
    [
        ({**NAKANO, "name": ""}, "Write the name of the new contact."),
        ({**NAKANO, "email": ""}, "Write the e-mail address of the new contact."),
        ({**NAKANO, "email": "nakano"}, "Write the e-mail address in full"),
        ({**NAKANO, "name": "中野\r\nBcc: x@example.jp"}, "Write it in one line."),
        ({**NAKANO, "cc": "kacho@kohoku.example.jp、係長"}, "“係長” is not an e-mail address."),
        ({}, "Nothing is changed yet."),
    ],
    ids=range(6),
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(requester, case, contact, why):
    page = check(requester, case, **contact)
    assert page.status_code == 422
    assert why in text(page)
    if contact.get("email"):
        assert shown(page, "name")["email"] == [contact["email"]]
    assert kinds(case) == ["received"]


def test_what_the_desk_changed_meanwhile_is_not_overruled_unseen(requester, case, suzuki):
    page = check(requester, case, **NAKANO)
    actions.correct_contact(case=case, by=suzuki, name="田中 実", email=case.email, phone="内線 7777")
    url = f"/receipts/{case.token}/contact/"
    page = requester.post(url, {**shown(page, "once"), "checked": "1"})
    assert page.status_code == 422
    assert "The contact was changed meanwhile. It is now 田中 実" in text(page)
    assert shown(page, "name")["email"] == [NAKANO["email"]]
    again = requester.post(url, shown(page, "name"))
    assert requester.post(url, {**shown(again, "once"), "checked": "1"})["Location"] == "/receipts/handed-on/"


def test_of_two_who_hand_it_on_by_one_link_the_second_is_refused(case):
    first, second = Case.objects.get(), Case.objects.get()
    actions.correct_contact(case=first, by=Requester(first), name="中野", email="nakano@kohoku.example.jp")
    with pytest.raises(ActionRefused, match="リンク|link"):
        actions.correct_contact(case=second, by=Requester(second), name="別人", email="thief@kohoku.example.jp")
    assert Case.objects.get().name == "中野"


def test_by_a_link_that_has_ended_what_was_typed_is_given_back(requester, case, suzuki):
    page = check(requester, case, **NAKANO)
    url = f"/receipts/{case.token}/contact/"
    actions.correct_contact(case=case, by=suzuki, name="別の後任", email="other@kohoku.example.jp")
    gone = requester.post(url, {**shown(page, "once"), "checked": "1"})
    assert gone.status_code == 404
    assert "中野 京子" in text(gone)
    assert "別の後任" not in text(gone)


def test_a_case_closed_a_moment_ago_can_be_handed_on_too(requester, closed_case):
    assert hand_on(requester, closed_case, **NAKANO)["Location"] == "/receipts/handed-on/"
    assert Case.objects.get().email == NAKANO["email"]


def test_a_sensitive_case_tells_no_text(requester, kohoku, pair):
    case = make_case(kohoku, sensitive=True, problem="秘密の話", title="秘密の件名")
    hand_on(requester, case, **NAKANO)
    for delivery in Delivery.objects.about(case.label):
        assert "秘密" not in delivery.subject + delivery.body
