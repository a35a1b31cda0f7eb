"""The morning's mail: what waits, once a business day, one mail a person."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction

from config.celery import app
from consultations import actions, tasks
from consultations.models import Case, Digest, EntryKind, NextStep
from consultations.models.entry import Requester
from consultations.states import Level, Status
from office import clock
from office.models import Absence, Rank, User
from outbox import sending
from outbox.models import Delivery, DeliveryState
from tests.consultations.desk_pages import make_many, numbers
from tests.consultations.test_races import at_once
from tests.factories import make_case, make_member, make_pair

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 24, 8, 30, tzinfo=TOKYO)  # a Tuesday after a holiday
TODAY = MORNING.date()
LONG_AGO = MORNING - timedelta(days=46)


def digest(moment: datetime = MORNING) -> int:
    """What beat asks of the worker. Returns how many mails were made."""
    with clock.at(moment):
        return tasks.make_digest.apply().result


def mails(day: date = TODAY) -> dict[str, Delivery]:
    return {mail.address: mail for mail in Delivery.objects.filter(key=f"digest:{day.isoformat()}")}


def told(person: User, day: date = TODAY) -> str:
    """The text of the person's mail; empty where there is none."""
    mail = mails(day).get(person.email)
    return mail.body if mail else ""


def case_of(department, by: User, *, begun: datetime = LONG_AGO, **given) -> Case:
    """A case that `by` took up on a day long gone."""
    with clock.at(begun):
        return actions.take_up(case=make_case(department, **given), by=by)


def due(case: Case, by: User, day: date = TODAY, **words) -> Case:
    """The case, on hold until `day`."""
    with clock.at(LONG_AGO):
        return actions.hold(case=case, by=by, follow_up_on=day, **words)


def promise(case: Case, by: User, due_on: date, **who) -> NextStep:
    return case.next_steps.create(
        text="見積書を送る", due_on=due_on, made_at=LONG_AGO, made_by=by, **(who or {"owner": by})
    )


@pytest.fixture
def due_case(kohoku, pair, suzuki) -> Case:
    return due(case_of(kohoku, suzuki), suzuki)


# --- when


def test_it_tells_both_of_the_pair_what_waits_with_the_link(due_case, suzuki, sato, ito):
    assert digest() == 2
    assert set(mails()) == {suzuki.email, sato.email}
    mail = mails()[suzuki.email]
    assert mail.subject == "【DX相談・お知らせ】要対応1件（令和8年11月24日（火））"
    for words in ("鈴木 一郎 様", due_case.number, "港北区", due_case.title, due_case.desk_url):
        assert words in mail.body
    assert mail.state == DeliveryState.QUEUED


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 8, 29, 59, tzinfo=TOKYO),
        datetime(2026, 11, 24, 0, 0, tzinfo=TOKYO),
        datetime(2026, 11, 28, 9, 0, tzinfo=TOKYO),  # Saturday
        datetime(2026, 11, 29, 9, 0, tzinfo=TOKYO),  # Sunday
        datetime(2027, 1, 11, 9, 0, tzinfo=TOKYO),  # a national holiday
        datetime(2026, 12, 29, 9, 0, tzinfo=TOKYO),  # offices are closed
        datetime(2027, 1, 3, 9, 0, tzinfo=TOKYO),
    ],
)
def test_it_is_silent_before_half_past_eight_and_on_days_off(due_case, moment):
    assert digest(moment) == 0
    assert not Digest.objects.exists()
    assert not Delivery.objects.filter(key__startswith="digest:").exists()


def test_half_past_eight_is_that_of_the_office(due_case):
    assert digest(datetime(2026, 11, 23, 23, 29, tzinfo=ZoneInfo("UTC"))) == 0
    assert digest(datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("UTC"))) == 2


def test_it_comes_once_a_day_and_again_on_the_next(due_case):
    assert [digest(MORNING + timedelta(minutes=5 * n)) for n in range(4)] == [2, 0, 0, 0]
    assert digest(MORNING + timedelta(days=1)) == 2
    assert set(Digest.objects.values_list("day", flat=True)) == {TODAY, TODAY + timedelta(days=1)}


def test_a_worker_that_was_down_in_the_morning_makes_it_when_it_is_back(due_case):
    afternoon = MORNING.replace(hour=14, minute=12)
    assert digest(afternoon) == 2
    assert Digest.objects.get().made_at == afternoon
    assert digest(afternoon + timedelta(minutes=5)) == 0


def test_where_nothing_waits_nobody_is_mailed_that_day(kohoku, pair, suzuki):
    quiet_from_tomorrow = MORNING - timedelta(days=settings.QUIET_DAYS) + timedelta(hours=1)
    case_of(kohoku, suzuki, begun=quiet_from_tomorrow)
    assert digest() == 0
    assert Digest.objects.get().day == TODAY
    assert digest(MORNING + timedelta(hours=2)) == 0
    assert digest(MORNING + timedelta(days=1)) == 2


def test_what_breaks_off_leaves_neither_the_row_nor_a_mail(due_case):
    with transaction.atomic():
        assert digest() == 2
        transaction.set_rollback(True)
    assert not Digest.objects.exists()
    assert mails() == {}
    assert digest() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_make_it_once(due_case):
    outcomes = at_once(*[digest] * 4)
    assert sorted(outcomes) == [0, 0, 0, 2]
    assert Delivery.objects.filter(key__startswith="digest:").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_gets_it_later_and_once(due_case, suzuki, sato, mail_server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 2
    Delivery.objects.all().delete()
    mail_server.stop()
    digest()
    with clock.at(MORNING):
        assert sending.send_due() == 0
    mail_server.start()
    with clock.at(MORNING + timedelta(hours=3)):
        digest(clock.now())
        assert sending.send_due() == 2
        assert sending.send_due() == 0
    assert sorted(mail_server.recipients) == sorted([suzuki.email, sato.email])


def test_beat_asks_for_it_every_few_minutes():
    planned = settings.CELERY_BEAT_SCHEDULE["digest"]
    assert planned["task"] in app.tasks
    assert planned["schedule"].minute == set(range(0, 60, 5))
    assert planned["options"]["expires"] <= 300


# --- what


def test_it_names_each_reason_by_group_the_most_urgent_first(kohoku, pair, suzuki, sato):
    quiet = case_of(kohoku, suzuki)
    with clock.at(MORNING - timedelta(days=10)):
        forgotten = make_case(kohoku)
        written = actions.take_up(case=make_case(kohoku), by=suzuki)
        actions.receive_message(case=written, by=Requester(written), kind=EntryKind.ANSWER, text="秘密の言葉")
    reached = due(case_of(kohoku, suzuki), suzuki, day=date(2026, 11, 20))
    with clock.at(MORNING - timedelta(days=1)):
        promised = actions.take_up(case=make_case(kohoku), by=suzuki)
    promise(promised, suzuki, date(2026, 11, 20))
    digest()
    text = told(suzuki)
    places = [
        text.index(words)
        for words in (
            "■ 相談者が返信を待っています（1件）",
            f"・{written.number}",
            "11月14日から返信待ち",
            "■ 最初の回答の期日を過ぎています（1件）",
            f"・{forgotten.number}",
            "11月14日受付",
            "■ 次の確認日になりました（1件）",
            f"・{reached.number}",
            "次の確認日 11月20日",
            "■ 次の対応の期日を過ぎています（1件）",
            f"・{promised.number}",
            "期日 11月20日：見積書を送る（鈴木 一郎）",
            "■ しばらく動きがありません（1件）",
            f"・{quiet.number}",
            "46日経過",
        )
    ]
    assert places == sorted(places)
    assert "秘密の言葉" not in text
    assert "見積書" not in told(sato), "the promise is 鈴木's"


def test_a_message_or_a_new_case_has_the_days_that_were_promised(kohoku, pair, suzuki):
    """The pair was told at once; three business days are promised: those of Thursday are over on Wednesday."""
    thursday = datetime(2026, 11, 19, 16, 0, tzinfo=TOKYO)
    with clock.at(thursday):
        make_case(kohoku)
        written = actions.take_up(case=make_case(kohoku), by=suzuki)
        actions.receive_message(case=written, by=Requester(written), kind=EntryKind.ANSWER, text="進みました。")
    assert digest(MORNING) == 0
    assert digest(MORNING + timedelta(days=1)) == 0
    assert digest(MORNING + timedelta(days=2)) == 2
    assert told(suzuki, TODAY + timedelta(days=2)).count("・R8-") == 2


def test_someone_who_wrote_by_the_link_of_a_closed_case_is_not_forgotten(closed_case, suzuki):
    with clock.at(MORNING - timedelta(days=10)):
        actions.receive_message(case=closed_case, by=Requester(closed_case), kind=EntryKind.ANSWER, text="まだです。")
    digest()
    assert closed_case.number in told(suzuki)


def test_nothing_nags_of_a_case_on_hold_before_its_day(desk, kohoku, pair, suzuki):
    """Neither mail nor desk nor list, whatever else is overdue in it; on the day all of them."""
    case = due(case_of(kohoku, suzuki), suzuki, day=TODAY + timedelta(days=1))
    actions.describe(case=case, by=suzuki, title="深い案件", topic=None, level=Level.IMPROVEMENT)
    Case.objects.update(last_entry_at=LONG_AGO)
    promise(case, suzuki, date(2026, 11, 1))
    assert digest() == 0
    with clock.at(MORNING):
        assert numbers(desk.get("/desk/cases/?queue=follow_up")) == []
        assert "overdue" not in desk.get("/desk/").content.decode()
        assert "overdue" not in desk.get("/desk/cases/").content.decode()
    tomorrow = MORNING + timedelta(days=1)
    assert digest(tomorrow) == 2
    assert "次の確認日になりました（1件）" in told(suzuki, tomorrow.date())
    assert "見積書を送る" in told(suzuki, tomorrow.date())


def test_a_question_that_has_time_to_be_answered_keeps_it_silent(due_case, suzuki):
    with clock.at(MORNING - timedelta(hours=1)):
        actions.ask_progress(case=due_case, by=suzuki)
    assert [digest(MORNING + timedelta(days=days)) for days in (0, 1, 7, 13)] == [0, 0, 0, 0]
    assert digest(MORNING + timedelta(days=14)) == 2
    assert "（11月24日に問い合わせ済み・返信なし）" in told(suzuki, date(2026, 12, 8))


def test_what_is_done_completed_or_closed_is_silent(kohoku, pair, suzuki, procedures):
    completed, closed, done = (case_of(kohoku, suzuki) for _ in range(3))
    with clock.at(LONG_AGO):
        actions.complete(case=completed, by=suzuki)
        actions.close(case=closed, by=suzuki, result="advised", level=1, topic=procedures)
    promise(closed, suzuki, date(2026, 11, 1))
    step = promise(done, suzuki, date(2026, 11, 1))
    NextStep.objects.filter(pk=step.pk).update(done_at=MORNING)
    Case.objects.filter(pk=done.pk).update(last_entry_at=MORNING)
    assert digest() == 0


def test_a_step_that_is_due_today_is_not_overdue(kohoku, pair, suzuki):
    case = case_of(kohoku, suzuki, begun=MORNING - timedelta(days=1))
    promise(case, suzuki, TODAY)
    assert digest() == 0
    assert digest(MORNING + timedelta(days=1)) == 1


def test_of_a_sensitive_case_it_shows_number_and_department_only(due_case, chiiki, suzuki):
    Case.objects.update(sensitive=True, section=chiiki, title="職員の処分に関する相談")
    promise(due_case, suzuki, date(2026, 11, 1))
    digest()
    text = told(suzuki)
    assert text.count(f"・{due_case.number} 港北区 （取扱注意）") == 2
    for words in ("処分", "地域振興課", "見積書", "田中"):
        assert words not in text


def test_ten_of_a_kind_are_named_and_the_rest_stands_in_the_list(desk, kohoku, pair, suzuki):
    make_many(13, kohoku, status=Status.ON_HOLD, follow_up_on=TODAY, last_entry_at=MORNING)
    digest()
    text = told(suzuki)
    assert text.count("・R8-") == 10
    assert "（13件）" in text
    assert "ほか3件" in text
    link = text[text.index("ほか3件") :].split()[1]
    assert link.startswith(f"{settings.SITE_URL}/desk/cases/?")
    with clock.at(MORNING):
        assert len(numbers(desk.get(link.removeprefix(settings.SITE_URL)))) == 13


# --- to whom


def test_a_supporter_is_told_too(due_case, ito):
    due_case.supporters.add(ito)
    digest()
    assert due_case.number in told(ito)


def test_a_step_of_somebody_outside_goes_to_the_pair(kohoku, pair, suzuki, sato):
    case = case_of(kohoku, suzuki, begun=MORNING - timedelta(days=1))
    promise(case, suzuki, date(2026, 11, 20), owner_name="田中さん（地域振興課）")
    assert digest() == 2
    assert "見積書を送る（田中さん（地域振興課））" in told(sato)


def test_a_step_of_somebody_who_has_left_goes_to_the_pair(kohoku, pair, suzuki, sato, ito):
    case = case_of(kohoku, suzuki, begun=MORNING - timedelta(days=1))
    promise(case, suzuki, date(2026, 11, 20), owner=ito)
    User.objects.filter(pk=ito.pk).update(is_active=False)
    digest()
    assert set(mails()) == {suzuki.email, sato.email}


def test_who_has_left_or_has_no_address_is_not_mailed(due_case, suzuki, sato):
    User.objects.filter(pk=suzuki.pk).update(is_active=False)
    assert digest() == 1
    User.objects.filter(pk=sato.pk).update(email="")
    chief = make_member("kacho", "課長 一子", rank=Rank.MANAGER)
    assert digest(MORNING + timedelta(days=1)) == 1
    assert due_case.number in told(chief, TODAY + timedelta(days=1)), "what nobody can be told of goes to the leads"


def test_a_case_that_nobody_is_in_charge_of_goes_to_the_leads(asahi, suzuki, ito):
    with clock.at(LONG_AGO):
        case = make_case(asahi)
    assert case.pair is None
    digest()
    assert set(mails()) == {suzuki.email}


def away(person: User, deputy: User, *, starts_on: date = TODAY, ends_on: date = TODAY) -> None:
    Absence.objects.create(user=person, deputy=deputy, starts_on=starts_on, ends_on=ends_on)


def test_the_deputy_gets_it_instead_marked_as_such(due_case, sato, ito, asahi):
    make_pair(asahi, ito, None)
    own = due(case_of(asahi, ito), ito)
    away(sato, ito)
    digest()
    assert sato.email not in mails()
    text = told(ito)
    head = text.index("佐藤 花子さんの代理")
    assert text.index(own.number) < head < text.index(due_case.number)
    assert "要対応2件" in mails()[ito.email].subject
    assert digest(MORNING + timedelta(days=1)) == 3, "sato is back"


def test_a_deputy_who_has_the_case_anyway_is_told_once(due_case, suzuki, sato):
    away(sato, suzuki)
    assert digest() == 1
    assert told(suzuki).count(due_case.number) == 2, "in the line and in the link"
    assert "代理" not in told(suzuki)


def test_the_deputy_of_a_deputy_reads_it(due_case, suzuki, sato, ito):
    kato = make_member("kato", "加藤 学")
    away(sato, ito)
    away(ito, kato)
    digest()
    assert set(mails()) == {suzuki.email, kato.email}
    assert "佐藤 花子さんの代理" in told(kato)


def test_where_no_deputy_can_read_it_it_waits_for_the_person(due_case, suzuki, sato, ito):
    away(suzuki, sato)
    away(sato, suzuki)
    assert digest() == 2
    assert set(mails()) == {suzuki.email, sato.email}
    User.objects.filter(pk=ito.pk).update(is_active=False)
    Absence.objects.all().delete()
    away(sato, ito, ends_on=TODAY + timedelta(days=1))
    digest(MORNING + timedelta(days=1))
    assert set(mails(TODAY + timedelta(days=1))) == {suzuki.email, sato.email}


def test_two_who_share_a_mailbox_get_one_mail_with_both(kohoku, asahi, pair, suzuki, sato, ito):
    make_pair(asahi, ito, None)
    User.objects.update(email="dx@city.example.jp")
    cases = [due(case_of(department, suzuki), suzuki) for department in (kohoku, asahi)]
    assert digest() == 1
    text = mails()["dx@city.example.jp"].body
    assert all(case.number in text for case in cases)
    assert "伊藤 健さん" in text


# --- at what cost


def test_it_asks_the_database_the_same_for_2_and_22_of_everything(kohoku, pair, suzuki, django_assert_max_num_queries):
    long_ago = {"received_at": LONG_AGO, "last_entry_at": LONG_AGO}

    def everything(count: int) -> None:
        for number in range(count):
            serial = Case.objects.count()
            lead = make_member(f"lead{serial}", f"係長 {number}", rank=Rank.CHIEF)
            partner = make_member(f"partner{serial}", f"係員 {number}")
            deputy = make_member(f"deputy{serial}", f"代理 {number}")
            away(partner, deputy, ends_on=TODAY + timedelta(days=9))
            pair.pk, pair.lead, pair.partner, pair.ends_on = None, lead, partner, TODAY
            pair.starts_on = date(2020, 1, 1) + timedelta(days=serial)
            pair._state.adding = True
            pair.save()
            for status in (Status.NEW, Status.STARTED, Status.ON_HOLD):
                make_many(1, kohoku, pair=pair, status=status, follow_up_on=TODAY, **long_ago)
            case = Case.objects.latest("pk")
            case.supporters.add(deputy)
            promise(case, lead, date(2026, 11, 20))

    everything(2)
    with django_assert_max_num_queries(13) as at_2:
        assert digest() == 4
    everything(20)
    with django_assert_max_num_queries(len(at_2)):
        assert digest(MORNING + timedelta(days=1)) == 44
