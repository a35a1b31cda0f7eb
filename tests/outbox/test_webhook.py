"""What is queued for a chat channel is posted, once, whatever the webhook does; and the URL stays a secret."""

import logging
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from config import health
from office import clock
from outbox import posting, sending, tasks
from outbox.actions import Mail, Post, send
from outbox.models import Delivery, DeliveryState
from tests.servers.webhook import drip, hang

pytestmark = pytest.mark.django_db(transaction=True)
BODY = '{"type": "message"}'


def queue(*keys: str, hook: str = "ict", mails: tuple[Mail, ...] = ()) -> None:
    for key in keys:
        with transaction.atomic():
            send(key=key, about="case:41", mails=mails, posts=[Post(hook, "技術確認", BODY)])


def only() -> Delivery:
    return Delivery.objects.posts().get()


def later(minutes: float):
    return clock.at(clock.now() + timedelta(minutes=minutes))


@pytest.fixture
def hook(webhook_server, settings, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    settings.SECRET_WEBHOOKS = {"ict": webhook_server.url}
    return webhook_server


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(posting, "PATIENCE", 0.6)


def test_it_is_posted_as_json_and_marked_as_sent(hook):
    queue("a")
    assert posting.post_due() == 1
    assert hook.posts == [{"type": "message"}]
    assert hook.asked == ["/workflows/top-secret/triggers?sig=s3cr3t"]
    assert only().state == DeliveryState.SENT
    assert posting.post_due() == 0


def test_the_row_holds_the_name_of_the_webhook_and_not_its_url(hook):
    queue("a")
    posting.post_due()
    row = Delivery.objects.values().get()
    assert row["address"] == "ict"
    assert "s3cr3t" not in str(row)


def test_a_server_error_is_tried_again_later(hook):
    hook.answers = [500, 202]
    queue("a")
    assert posting.post_due() == 0
    assert (only().state, only().attempts, only().last_error) == ("queued", 1, "500 Internal Server Error")
    assert posting.post_due() == 0, "not before its time"
    with later(2):
        assert posting.post_due() == 1
    assert only().last_error == ""


@pytest.mark.parametrize("status", [400, 401, 404, 410, 413])
def test_what_is_refused_for_good_is_dead_and_says_why(hook, status):
    hook.answers = [status, 202]
    queue("a", "b")
    assert posting.post_due() == 1
    refused = Delivery.objects.get(state=DeliveryState.DEAD)
    assert refused.last_error.startswith(str(status))


@pytest.mark.parametrize("status", [408, 429])
def test_too_much_or_too_slow_is_tried_again(hook, status):
    hook.answers = [status, 202]
    queue("a")
    posting.post_due()
    with later(2):
        assert posting.post_due() == 1


def test_it_stays_away_for_as_long_as_it_is_asked_to(hook):
    hook.answers = [(429, {"Retry-After": "1800"}), 202]
    queue("a", "b")
    posting.post_due()
    with later(29):
        assert posting.post_due() == 0
    with later(31):
        assert posting.post_due() == 2


@pytest.mark.parametrize("nonsense", ["soon", "-5", "9" * 400, "²"])
def test_a_nonsensical_wish_to_wait_does_no_harm(hook, nonsense):
    hook.answers = [(503, {"Retry-After": nonsense.encode().decode("latin-1")}), 202]
    queue("a")
    posting.post_due()
    with later(61):
        assert posting.post_due() == 1


def test_it_follows_nobody_elsewhere(hook):
    hook.answers = [(302, {"Location": f"http://127.0.0.1:{hook.port}/elsewhere"}), 202]
    queue("a")
    posting.post_due()
    assert (only().state, only().last_error) == ("dead", "302 Found")
    assert len(hook.asked) == 1


@pytest.mark.parametrize("answer", [hang(60), drip(0.1, 600)], ids=["says nothing", "says a byte now and then"])
def test_one_that_hangs_is_given_up_and_its_other_messages_do_not_find_out_one_by_one(
    hook, answer, impatient, monkeypatch
):
    hook.answers = [answer]
    queue("a", "b", "c")
    began = time.monotonic()
    assert posting.post_due() == 0
    assert posting.post_due() == 0
    assert time.monotonic() - began < 2
    assert len(hook.asked) == 1
    tried = Delivery.objects.get(key="a")
    assert tried.attempts == 1
    assert "TimeoutError" in tried.last_error
    hook.answers = [202]
    monkeypatch.setattr(posting, "PATIENCE", 10.0)
    with later(2):
        assert posting.post_due() == 3


def test_one_that_is_down_is_tried_again(hook):
    hook.stop()
    queue("a")
    posting.post_due()
    assert "refused" in only().last_error
    hook.start()
    with later(2):
        assert posting.post_due() == 1


def test_an_answer_that_is_no_http_is_tried_again_and_not_repeated_in_words(hook, caplog):
    hook.answers = [lambda handler: handler.wfile.write(b"top-secret s3cr3t nonsense\r\n\r\n"), 202]
    queue("a")
    with caplog.at_level(logging.DEBUG):
        posting.post_due()
    assert only().last_error == "BadStatusLine"
    assert "s3cr3t" not in caplog.text
    with later(2):
        assert posting.post_due() == 1


@pytest.mark.parametrize("answer", [404, 500, hang(60)], ids=["404", "500", "hang"])
def test_no_log_and_no_row_names_the_url(hook, caplog, answer, impatient):
    hook.answers = [answer]
    queue("a")
    with caplog.at_level(logging.DEBUG):
        posting.post_due()
    said = caplog.text + str(list(Delivery.objects.values()))
    assert "ict" in said
    assert "s3cr3t" not in said
    assert "top-secret" not in said


def test_one_that_is_down_holds_up_no_other(hook, settings):
    settings.SECRET_WEBHOOKS |= {"down": "http://127.0.0.1:9/nobody"}
    queue("a", hook="down")
    queue("b")
    assert posting.post_due() == 1
    assert Delivery.objects.get(address="ict").state == DeliveryState.SENT


def test_one_that_hangs_holds_up_no_mail_and_the_other_way_round(hook, mail_server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 2
    hook.answers = [hang(60)]
    queue("a", mails=(Mail("suzuki@city.example.jp", "件名", "本文\n"),))
    assert tasks.send_queued() == 1
    assert hook.asked == [], "mail does not ask the webhook"
    assert mail_server.recipients == ["suzuki@city.example.jp"]
    mail_server.stop()
    hook.answers = [202]
    queue("b", mails=(Mail("suzuki@city.example.jp", "件名", "本文\n"),))
    assert tasks.post_queued() == 2
    assert sending.send_due() == 0


def test_one_that_is_no_longer_configured_is_dead_and_says_so(hook, settings):
    queue("a")
    settings.SECRET_WEBHOOKS = {}
    assert posting.post_due() == 0
    assert only().state == DeliveryState.DEAD
    assert "configured" in only().last_error


def test_nobody_else_takes_a_row_while_it_may_be_under_way():
    assert posting.LEASE.total_seconds() > 2 * posting.PATIENCE
    queue("a")
    assert Delivery.objects.posts().claim(1, lease=posting.LEASE)
    assert posting.post_due() == 0


def test_a_stretch_ends_and_leaves_the_rest_to_the_next(hook):
    queue("a", "b")
    assert posting.post_due(within=timedelta(0)) == 0
    assert posting.post_due() == 2


def test_it_gives_up_after_days(hook):
    hook.answers = [503]
    queue("a")
    start = moment = clock.now()
    while Delivery.objects.queued().exists():
        moment += timedelta(minutes=61)
        with clock.at(moment):
            posting.post_due()
    assert timedelta(days=3) <= moment - start <= timedelta(days=4)


def test_drain_outbox_posts_too(hook, capsys):
    queue("a")
    call_command("drain_outbox")
    assert "1 sent, 0 waiting." in capsys.readouterr().out
    assert len(hook.posts) == 1


def test_it_goes_through_the_proxy_of_the_house(webhook_server, settings, monkeypatch):
    """A proxy gets the whole address of where a message is to go."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{webhook_server.port}")
    monkeypatch.setenv("no_proxy", "")
    settings.SECRET_WEBHOOKS = {"ict": "http://chat.example.com/hook"}
    queue("a")
    assert posting.post_due() == 1
    assert webhook_server.asked == ["http://chat.example.com/hook"]


def test_a_channel_that_is_down_is_no_undelivered_mail(hook):
    with clock.at(clock.now() - timedelta(days=1)):
        queue("a")
    assert health.oldest_undelivered_seconds() == 0
