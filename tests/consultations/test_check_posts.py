"""A question to ICT operations is posted to their channel, where one is configured."""

import pytest

from consultations import actions
from consultations.models import Case
from outbox import posting
from outbox.models import Delivery, DeliveryState
from tests.cast import signed_in
from tests.consultations.case_page import look
from tests.consultations.desk_pages import english, text

QUESTION = "庁外のクラウドに *住民* の写真を\n\n[置いて](https://evil.example) よいか。"


@pytest.fixture
def hook(webhook_server, settings, monkeypatch):
    monkeypatch.delenv("http_proxy", raising=False)
    settings.SECRET_WEBHOOKS = {"ict": webhook_server.url}
    return webhook_server


def card(hook) -> dict:
    [post] = hook.posts
    [attachment] = post["attachments"]
    assert post["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


def texts(content: dict) -> list[str]:
    return [run["text"] for block in content["body"] for run in block["inlines"]]


def test_it_is_off_unless_configured(started_case, suzuki, ict_member, settings):
    settings.SECRET_WEBHOOKS = {}
    actions.ask_check(case=started_case, by=suzuki, question=QUESTION)
    assert not Delivery.objects.posts()


def test_a_question_is_posted_as_it_was_typed_with_the_way_to_answer(hook, started_case, suzuki):
    check = actions.ask_check(case=started_case, by=suzuki, question=QUESTION)
    assert posting.post_due() == 1
    content = card(hook)
    said = texts(content)
    assert started_case.number in said[0]
    assert "港北区" in said[0]
    assert said[1:-1] == [started_case.title, *filter(None, QUESTION.split("\n"))]
    assert "鈴木" in said[-1]
    assert {block["type"] for block in content["body"]} == {"RichTextBlock"}, "nothing reads it as Markdown"
    assert [action["url"] for action in content["actions"]] == [check.ict_url]


def test_one_asked_in_a_thread_is_not_posted(hook, started_case, suzuki):
    actions.ask_check(case=started_case, by=suzuki, question=QUESTION, put_to_ict=False)
    assert not Delivery.objects.posts()


def test_of_a_case_to_be_handled_with_care_number_and_department_are_posted(hook, started_case, suzuki):
    Case.objects.filter(pk=started_case.pk).update(sensitive=True, title="秘密の件名")
    actions.ask_check(case=started_case, by=suzuki, question="秘密の問い")
    posting.post_due()
    assert "秘密" not in str(hook.posts)
    assert "秘密" not in str(list(Delivery.objects.posts().values()))
    assert started_case.number in texts(card(hook))[0]


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [(202, "sent", "1 sent"), (500, "queued", "1 waiting"), (404, "dead", "Not delivered")],
)
def test_the_page_of_the_case_shows_what_became_of_it(hook, desk, started_case, suzuki, answer, state, words):
    hook.answers = [answer]
    actions.ask_check(case=started_case, by=suzuki, question=QUESTION)
    posting.post_due()
    assert Delivery.objects.posts().get().state == DeliveryState(state)
    page = text(english(desk).get(started_case.get_absolute_url()))
    posted = page.split("Post to the chat channel of ICT operations")[1]
    assert words in posted[:60]


def test_nobody_waits_for_the_channel(hook, started_case, suzuki, django_capture_on_commit_callbacks):
    hook.stop()
    with django_capture_on_commit_callbacks(execute=True):
        actions.ask_check(case=started_case, by=suzuki, question=QUESTION)
    assert hook.asked == []


def test_no_page_shows_the_address_of_the_channel(hook, desk, started_case, suzuki, administrator):
    hook.answers = [404]
    check = actions.ask_check(case=started_case, by=suzuki, question=QUESTION)
    posting.post_due()
    keeper = signed_in(administrator)
    row = Delivery.objects.posts().get()
    pages = [look(desk, started_case), desk.get(check.get_absolute_url()), desk.get(f"/ict/{check.pk}/")]
    pages += [keeper.get("/admin/outbox/delivery/"), keeper.get(f"/admin/outbox/delivery/{row.pk}/change/")]
    for page in pages:
        assert page.status_code == 200
        assert "s3cr3t" not in page.content.decode()
        assert "top-secret" not in page.content.decode()
