"""Mail server down, broker down or silent, worker killed: the requester notices nothing, and every mail arrives."""

from datetime import timedelta

import pytest

from office.models import Department, DepartmentKind
from outbox.models import Delivery
from tests.factories import make_case, make_department, make_member
from tests.servers import wait_until
from tests.servers.valkey import BlackHole
from tests.visitor import Visitor

OFFICE = 30


@pytest.fixture
def office(transactional_db: None) -> Department:
    """An office of thirty, and a ward."""
    for number in range(OFFICE):
        make_member(f"member{number}", f"室員 {number}")
    return make_department("港北区", order=11, code="kohoku", kind=DepartmentKind.WARD)


def consult(visitor: Visitor, department: Department) -> float:
    """The seconds from the click on "send" to the receipt page."""
    return visitor.consult(department=department.code)[1]


def expected(cases: int = 1) -> list[str]:
    return sorted([*(f"member{n}@city.example.jp" for n in range(OFFICE)), "tanaka@kohoku.example.jp"] * cases)


def test_a_mail_server_that_is_down_costs_the_requester_nothing(office, start_desk, valkey, mail_server):
    mail_server.stop()
    desk = start_desk(broker=valkey.url, mail=mail_server.url, EMAIL_TIMEOUT="2")
    visitor = Visitor(desk.url)
    assert consult(visitor, office) < 1
    wait_until(lambda: "cannot be reached" in desk.log("worker"), "the worker has tried", within=20)
    mail_server.start()
    wait_until(lambda: len(mail_server.received) >= OFFICE + 1, "every mail has arrived", within=60)
    wait_until(lambda: not Delivery.objects.queued().exists(), "the last one is marked", within=10)
    assert sorted(mail_server.recipients) == expected()
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_a_broker_that_is_down_costs_the_requester_nothing(office, start_desk, valkey, mail_server):
    valkey.stop()
    desk = start_desk("web", broker=valkey.url, mail=mail_server.url)
    assert consult(Visitor(desk.url), office) < 1
    valkey.start()
    desk.start("worker", "beat")
    wait_until(lambda: len(mail_server.received) >= OFFICE + 1, "every mail has arrived", within=60)
    assert sorted(mail_server.recipients) == expected()


def test_a_broker_that_swallows_everything_costs_the_requester_nothing(office, start_desk, mail_server):
    with BlackHole() as hole:
        desk = start_desk("web", broker=f"redis://127.0.0.1:{hole.port}/0", mail=mail_server.url)
        visitor = Visitor(desk.url)
        assert max(consult(visitor, office) for _ in range(5)) < 1
    assert Delivery.objects.queued().count() == 5 * (OFFICE + 1)


def test_a_broker_that_dies_and_returns_loses_nothing(office, start_desk, valkey, mail_server):
    desk = start_desk(broker=valkey.url, mail=mail_server.url)
    visitor = Visitor(desk.url)
    consult(visitor, office)
    valkey.kill()
    assert consult(visitor, office) < 1
    valkey.start()
    wait_until(lambda: len(mail_server.received) >= 2 * (OFFICE + 1), "every mail has arrived", within=60)
    assert sorted(mail_server.recipients) == expected(2)


def test_a_worker_killed_in_mid_batch_loses_nothing(office, start_desk, valkey, mail_server):
    """At most the mail that was on the wire when the worker died is sent twice, with the same Message-ID."""
    cases = 8
    desk = start_desk(broker=valkey.url, mail=mail_server.url, EMAIL_TIMEOUT="1")
    for _ in range(cases):
        make_case(office)
    kills = 3
    for kill in range(1, kills + 1):
        wait_until(lambda: len(mail_server.received) >= kill * 40, "a batch is under way", within=60)  # noqa: B023
        desk.kill("worker")
        desk.start("worker")
    wait_until(lambda: not Delivery.objects.queued().exists(), "the outbox is empty", within=90)
    sent = {(mail.recipients[0], mail.message["Message-ID"]) for mail in mail_server.received}
    assert sorted(address for address, _ in sent) == expected(cases)
    # two processes send at a time, each with one mail on the wire
    assert len(mail_server.received) - len(sent) <= 2 * kills


def test_a_broker_that_is_dead_for_good_leaves_the_outbox_to_be_drained(office, mail_server, start_desk, settings):
    desk = start_desk("web", broker="redis://127.0.0.1:1/0", mail=mail_server.url)
    assert consult(Visitor(desk.url), office) < 1
    waiting = Delivery.objects.queued()
    assert waiting.count() == OFFICE + 1
    assert all(row.next_attempt_at - row.created_at < timedelta(seconds=1) for row in waiting)
