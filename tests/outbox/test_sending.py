"""What is queued goes out, once, whatever the mail server does."""

import asyncio
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from office import clock
from outbox import sending
from outbox.actions import Mail, recorded_as_sent, send
from outbox.models import Delivery, DeliveryState

pytestmark = pytest.mark.django_db(transaction=True)


def queue(*addresses: str, key: str = "case:41:received", subject: str = "件名") -> None:
    with transaction.atomic():
        send(key=key, about="case:41", mails=[Mail(address, subject, "本文\n") for address in addresses])


def states() -> dict[str, str]:
    return dict(Delivery.objects.values_list("address", "state"))


@pytest.fixture
def relay(mail_server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 2
    return mail_server


def later(minutes: float):
    return clock.at(clock.now() + timedelta(minutes=minutes))


def test_each_address_gets_its_own_mail(relay):
    queue("a@example.jp", "b@example.jp")
    assert sending.send_due() == 2
    assert sorted(relay.recipients) == ["a@example.jp", "b@example.jp"]
    assert [len(mail.recipients) for mail in relay.received] == [1, 1]
    assert set(states().values()) == {DeliveryState.SENT}


def test_a_mail_says_that_it_is_automatic_and_whom_to_answer(relay, settings):
    queue("a@example.jp", subject="【DX相談・新規】港北区地域振興課／件名（R8-0123）")
    sending.send_due()
    message = relay.received[0].message
    assert message["Subject"].strip() == "【DX相談・新規】港北区地域振興課／件名（R8-0123）"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].display_name == settings.SERVICE_NAME
    assert message["From"].addresses[0].addr_spec == settings.OFFICE_EMAIL
    assert message["Reply-To"] == settings.OFFICE_EMAIL
    assert message["Message-ID"].startswith("<")


def test_the_same_event_is_told_once(relay):
    queue("a@example.jp")
    queue("a@example.jp")
    sending.send_due()
    sending.send_due()
    assert relay.recipients == ["a@example.jp"]


def test_it_belongs_into_a_transaction():
    with pytest.raises(RuntimeError):
        send(key="k", about="", mails=[Mail("a@example.jp", "s", "b")])


def test_a_subject_cannot_carry_a_second_header(relay):
    queue("a@example.jp", subject="件名\r\nBcc: spy@example.com")
    sending.send_due()
    assert relay.recipients == ["a@example.jp"]
    assert relay.received[0].message["Bcc"] is None


def test_a_refused_recipient_is_dead_and_blocks_nobody(relay):
    relay.refuse["gone@example.jp"] = "550 5.1.1 No such user"
    queue("gone@example.jp", "here@example.jp")
    sending.send_due()
    assert states() == {"gone@example.jp": DeliveryState.DEAD, "here@example.jp": DeliveryState.SENT}
    assert "No such user" in Delivery.objects.get(address="gone@example.jp").last_error


def test_a_busy_mailbox_is_tried_again_later(relay):
    relay.refuse["busy@example.jp"] = "450 4.2.1 Mailbox busy"
    queue("busy@example.jp", "here@example.jp")
    assert sending.send_due() == 1
    assert sending.send_due() == 0, "not before its time"
    relay.refuse.clear()
    with later(2):
        assert sending.send_due() == 1
    assert Delivery.objects.get(address="busy@example.jp").attempts == 2


def test_a_mail_server_that_is_down_uses_up_nobodys_attempts(relay):
    queue("a@example.jp", "b@example.jp")
    relay.stop()
    for minute in range(1, 6):
        with later(minute):
            assert sending.send_due() == 0
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    relay.start()
    with later(10):
        assert sending.send_due() == 2


def test_a_mail_server_that_refuses_our_hello_uses_up_nobodys_attempts(relay, monkeypatch):
    async def ehlo(server, session, envelope, hostname, responses):
        return ["550 5.7.1 We do not talk to you"]

    async def helo(server, session, envelope, hostname):
        return "550 5.7.1 We do not talk to you"

    monkeypatch.setattr(relay, "handle_EHLO", ehlo, raising=False)
    monkeypatch.setattr(relay, "handle_HELO", helo, raising=False)
    queue("a@example.jp", "b@example.jp")
    assert sending.send_due() == 0
    assert set(states().values()) == {DeliveryState.QUEUED}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


def test_a_mail_that_is_too_large_is_dead_and_blocks_nobody(relay, monkeypatch):
    async def mail(server, session, envelope, address, options):
        if any(option.upper().startswith("SIZE=") and int(option[5:]) > 2000 for option in options):
            return "552 5.3.4 Message size exceeds fixed limit"
        envelope.mail_from = address
        return "250 OK"

    monkeypatch.setattr(relay, "handle_MAIL", mail, raising=False)
    with transaction.atomic():
        send(key="case:41:reply:1", about="case:41", mails=[Mail("a@example.jp", "件名", "長文" * 1000)])
    queue("b@example.jp")
    assert sending.send_due() == 1
    assert states() == {"a@example.jp": DeliveryState.DEAD, "b@example.jp": DeliveryState.SENT}


def test_a_stretch_ends_and_leaves_the_rest_to_the_next(relay):
    queue(*(f"m{n}@example.jp" for n in range(12)))
    assert sending.send_due(within=timedelta(0)) == 0
    slow = relay.handle_DATA

    async def take_your_time(server, session, envelope):
        await asyncio.sleep(0.3)
        return await slow(server, session, envelope)

    relay.handle_DATA = take_your_time
    sent = sending.send_due(within=timedelta(seconds=0.5))
    assert 1 <= sent <= 3
    relay.handle_DATA = slow
    assert sending.send_due() == 12 - sent, "the rest is at hand at once, not when a lease ends"
    assert len(set(relay.recipients)) == len(relay.recipients) == 12
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_it_gives_up_after_three_days_of_try_again(relay):
    relay.refuse["busy@example.jp"] = "451 Try again later"
    queue("busy@example.jp")
    start = clock.now()
    moment = start
    while Delivery.objects.queued().exists():
        moment += timedelta(minutes=61)
        with clock.at(moment):
            sending.send_due()
    assert timedelta(days=3) <= moment - start <= timedelta(days=4)


def test_a_row_whose_lease_ran_out_is_taken_over_and_the_first_holder_lets_go(relay):
    queue("a@example.jp")
    (stuck,) = Delivery.objects.claim(10, lease=sending.LEASE)
    assert Delivery.objects.claim(10, lease=sending.LEASE) == []
    with later(60):
        assert sending.send_due() == 1
    assert sending.deliver(stuck, None) is False
    assert relay.recipients == ["a@example.jp"]


def test_a_second_copy_has_the_same_message_id(relay):
    queue("a@example.jp")
    sending.send_due()
    Delivery.objects.update(state=DeliveryState.QUEUED, sent_at=None)
    sending.send_due()
    first, second = (mail.message["Message-ID"] for mail in relay.received)
    assert first == second


def test_an_address_that_cannot_be_written_to_is_dead(relay):
    unwritable = f"a@{'é' * 80}.example.jp"  # no mail server has a name that long
    queue(unwritable, "here@example.jp")
    sending.send_due()
    assert states()["here@example.jp"] == DeliveryState.SENT
    assert states()[unwritable] == DeliveryState.DEAD


def test_many_workers_at_once_send_each_mail_once(relay):
    queue(*(f"m{n}@example.jp" for n in range(60)))

    def work() -> None:
        try:
            sending.send_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(relay.recipients) == sorted(f"m{n}@example.jp" for n in range(60))


def test_drain_outbox_sends_without_broker_or_worker(relay, capsys):
    queue("a@example.jp")
    call_command("drain_outbox")
    assert "1 sent, 0 waiting." in capsys.readouterr().out
    assert relay.recipients == ["a@example.jp"]


def test_what_is_only_recorded_is_never_sent(relay):
    with recorded_as_sent():
        queue("a@example.jp")
    assert sending.send_due() == 0
    assert states() == {"a@example.jp": DeliveryState.SENT}
    assert relay.recipients == []
