"""「解決しました」: the requester says on the receipt page that it is solved, and the pair closes the case."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import Result, Status
from office import clock
from outbox.models import Delivery
from tests.consultations.case_page import kinds, look, told
from tests.consultations.desk_pages import english
from tests.consultations.requester import new_browser, shown, text


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture
def desk(desk: Client) -> Client:
    return english(desk)


def form(requester: Client, case: Case) -> dict[str, list[str]]:
    return shown(requester.get(f"/receipts/{case.token}/"), "word")


def say(requester: Client, case: Case, **fields) -> HttpResponse:
    return requester.post(f"/receipts/{case.token}/solved/", {**form(requester, case), **fields})


def open_form(desk: Client, case: Case) -> str:
    """The form of the case page that stands open."""
    return next(panel["form"].act for panel in look(desk, case).context["panels"] if panel["open"])


def test_one_click_tells_the_pair_and_leaves_the_closing_to_them(requester, started_case, desk, suzuki, sato):
    answer = say(requester, started_case)
    assert answer["Location"] == f"/receipts/{started_case.token}/"
    case = Case.objects.get(pk=started_case.pk)
    assert (case.status, case.is_open) == (Status.STARTED, True)
    assert list(Case.objects.replied()) == [case]
    assert kinds(case)[-1] == "solved"
    assert set(told(case, "message")) == {suzuki.email, sato.email}
    page = text(requester.get(answer["Location"]))
    assert "Thank you for telling us." in page
    assert "You have told us that it is solved. 鈴木 (Chief) and 佐藤 will close it." in page
    assert "It is solved" not in page.partition("How it stands")[2].replace("that it is solved", "")


def test_the_case_page_opens_its_closing_form_first(requester, started_case, desk):
    say(requester, started_case, word="手引きのとおりで通りました。")
    assert open_form(desk, started_case) == "close"
    page = text(look(desk, started_case))
    assert "田中 says that it is solved: the case can be closed" in page
    assert "手引きのとおりで通りました。" in page


def test_closing_takes_it_out_of_the_queue(requester, started_case, suzuki, procedures):
    say(requester, started_case)
    actions.close(case=started_case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    assert not Case.objects.replied()
    assert "Nothing has to be done." in text(requester.get(f"/receipts/{started_case.token}/"))


def test_it_answers_our_question_how_things_stand(requester, started_case, suzuki):
    actions.ask_progress(case=started_case, by=suzuki)
    say(requester, started_case)
    assert Case.objects.get(pk=started_case.pk).progress_asked_at is None


def test_a_double_click_says_it_once_and_a_later_one_is_told_so(requester, started_case):
    fields = form(requester, started_case)
    for _click in range(2):
        answer = requester.post(f"/receipts/{started_case.token}/solved/", fields)
        assert answer.status_code == 302
    assert kinds(started_case).count("solved") == 1
    again = requester.post(f"/receipts/{started_case.token}/solved/", {"word": "念のため"})
    assert again.status_code == 409
    assert "You have told us already that it is solved." in text(again)
    assert kinds(started_case).count("solved") == 1


def test_it_can_be_said_anew_after_it_went_on(requester, started_case, suzuki):
    say(requester, started_case)
    actions.reply(case=started_case, by=suzuki, text="設定も変えておきました。")
    assert say(requester, started_case).status_code == 302
    assert kinds(started_case).count("solved") == 2


def test_asking_on_makes_it_unsaid(requester, started_case, desk):
    say(requester, started_case)
    actions.receive_message(
        case=started_case, by=Requester(started_case), kind=EntryKind.ANSWER, text="まだ直っていませんでした"
    )
    assert open_form(desk, started_case) == "reply"
    assert "It is solved" in text(requester.get(f"/receipts/{started_case.token}/"))


def test_on_a_case_closed_a_moment_ago_the_word_is_kept_and_can_go_as_thanks(
    requester, started_case, suzuki, procedures
):
    fields = form(requester, started_case)
    actions.close(case=started_case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    page = requester.post(f"/receipts/{started_case.token}/solved/", {**fields, "word": "<助かりました>"})
    assert page.status_code == 409
    assert "This consultation is closed already." in text(page)
    assert shown(page, "kind") == {
        **shown(page, "text"),
        "kind": ["thanks"],
        "text": ["<助かりました>"],
    }
    assert "solved" not in kinds(started_case)
    sent = requester.post(f"/receipts/{started_case.token}/message/", shown(page, "text"))
    assert sent.status_code == 302
    assert kinds(started_case)[-1] == "thanks"


def test_a_word_that_is_too_long_is_given_back(requester, started_case):
    page = say(requester, started_case, word="あ" * 2001)
    assert page.status_code == 422
    assert "It has 2001 characters. Shorten it to 2000." in text(page)
    assert len(shown(page, "word")["word"][0]) == 2001
    assert page.content.decode().split("<title>")[1].strip().startswith("Error: ")


def test_after_the_link_has_expired_the_word_is_given_back(requester, closed_case):
    with clock.at(closed_case.closed_at + timedelta(days=366)):
        page = requester.post(f"/receipts/{closed_case.token}/solved/", {"word": "一年たちましたが解決です"})
    assert page.status_code == 404
    assert "Your message was not sent" in text(page)
    assert "一年たちましたが解決です" in text(page)
    assert "solved" not in kinds(closed_case)


def test_too_many_have_to_wait(requester, started_case, settings):
    settings.ACCOUNT_RATE_LIMITS = {"receipt_message": "1/h/ip"}
    requester.post(f"/receipts/{started_case.token}/message/", {"kind": "thanks", "text": "どうも"})
    page = say(requester, started_case, word="解決")
    assert page.status_code == 429
    assert shown(page, "word")["word"] == ["解決"]


def test_a_sensitive_case_shows_no_word_in_the_mail(requester, new_case, suzuki):
    actions.describe(case=new_case, by=suzuki, title="秘密の件名", topic=None, level=None, sensitive=True)
    say(requester, new_case, word="秘密の言葉")
    mails = Delivery.objects.filter(key__contains=":message:")
    assert mails
    for delivery in mails:
        assert "秘密" not in delivery.subject + delivery.body
