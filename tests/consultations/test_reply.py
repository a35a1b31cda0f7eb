import uuid

from consultations import actions
from consultations.models import EntryKind
from consultations.models.entry import Requester
from consultations.states import Status
from tests.consultations.case_page import kinds, look, send, told
from tests.factories import make_case


def test_it_is_shared_and_mailed_to_the_requester_and_the_copies(desk, kohoku, pair):
    case = make_case(kohoku, cc=["kacho@kohoku.example.jp"])
    send(desk, case, "reply", text="手引きをお送りします。", version=case.version)
    entry = case.entries.newest_first()[0]
    assert (entry.kind, entry.shared, entry.text) == ("reply", True, "手引きをお送りします。")
    assert told(case, "reply") == ["tanaka@kohoku.example.jp", "kacho@kohoku.example.jp"]


def test_it_takes_a_new_case_up(desk, new_case):
    send(desk, new_case, "reply", text="確認します。")
    new_case.refresh_from_db()
    assert new_case.status == Status.STARTED
    assert kinds(new_case) == ["received", "reply"]


def test_it_names_the_person_who_gets_the_mail(desk, started_case):
    desk.cookies["language"] = "en"
    assert "Send to 田中" in look(desk, started_case).content.decode()


def test_it_says_that_nothing_is_mailed_where_there_is_no_address(desk, kohoku, pair):
    desk.cookies["language"] = "en"
    case = make_case(kohoku, email="", channel="phone")
    page = look(desk, case).content.decode()
    assert "nothing is mailed" in page
    assert "Send to" not in page
    send(desk, case, "reply", text="電話で伝えた。")
    assert told(case, "reply") == []


def test_it_is_the_form_at_hand_while_the_requester_waits(desk, started_case):
    actions.receive_message(
        case=started_case, by=Requester(started_case), kind=EntryKind.ANSWER, text="午後でお願いします。"
    )
    page = look(desk, started_case)
    assert [panel["form"].act for panel in page.context["panels"] if panel["open"]] == ["reply"]
    assert page.context["waiting"].text == "午後でお願いします。"
    send(desk, started_case, "reply", text="承知しました。")
    assert look(desk, started_case).context["waiting"] is None


def test_it_waits_while_a_colleague_has_answered_meanwhile(desk, started_case, sato):
    seen = started_case.entries.newest_first()[0].pk
    version = started_case.version
    actions.reply(case=started_case, by=sato, text="佐藤から先に答えました。")
    response = send(desk, started_case, "reply", text="鈴木の答え", version=version, seen=seen)
    assert response.status_code == 409
    assert [entry.text for entry in response.context["news"]] == ["佐藤から先に答えました。"]
    assert "鈴木の答え" in response.content.decode()
    fresh = response.context["case"].version
    assert send(desk, started_case, "reply", text="鈴木の答え", version=fresh).status_code == 302


def test_it_takes_a_double_click_once(desk, started_case):
    fields = {"text": "一度だけ", "once": uuid.uuid4().hex, "version": started_case.version}
    for _click in range(2):
        assert send(desk, started_case, "reply", **fields).status_code == 302
    assert kinds(started_case) == ["received", "taken_up", "reply"]
    assert len(told(started_case, "reply")) == 1


def test_it_is_refused_on_a_closed_case_and_keeps_the_text(desk, closed_case):
    response = send(desk, closed_case, "reply", text="追記です。")
    assert response.status_code == 409
    assert "追記です。" in response.content.decode()


def test_it_refuses_what_cannot_be_stored(desk, started_case):
    for text in ("あ\0い", "x" * 10_001):
        assert send(desk, started_case, "reply", text=text).status_code == 422
    assert kinds(started_case) == ["received", "taken_up"]
