from datetime import date, timedelta

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.models import Case
from consultations.states import Result, Status
from knowledge.models import Topic
from office import clock
from office.models import Pair, User
from outbox.models import Delivery
from tests.cast import signed_in
from tests.factories import PASSWORD, make_case, make_department, make_pair, make_user

pytestmark = pytest.mark.django_db
CASES = "/admin/consultations/case/"
PEOPLE = "/admin/office/user/"


@pytest.fixture
def keeper(administrator):
    """The administrator's browser."""
    return signed_in(administrator)


def act(keeper, url: str, action: str, *rows, **answers: object):
    """Tick rows of a list, choose an action, press the button."""
    return keeper.post(url, {"action": action, "_selected_action": [row.pk for row in rows], **answers}, follow=True)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# --- the door


def test_there_is_one_sign_in_and_the_admin_has_none_of_its_own(client, administrator):
    for path in ("/admin/", "/admin/login/", "/admin/office/user/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")
    response = client.post("/admin/login/", {"username": "administrator", "password": PASSWORD})
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_a_stranger_comes_to_the_admin_by_the_sign_in_of_the_site(client, administrator):
    entrance = client.get("/admin/", follow=True).redirect_chain[-1][0]
    response = client.post(entrance, {"login": "administrator", "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert response.status_code == 200


@pytest.mark.parametrize("person", ["suzuki", "tanaka", "ict_member"])
def test_it_does_not_exist_for_those_who_are_no_administrators(request, person):
    keeper = signed_in(request.getfixturevalue(person))
    for path in ("/admin/", "/admin/login/", "/admin/office/user/", "/admin/nowhere/"):
        assert keeper.get(path).status_code == 404


def test_an_administrator_who_opens_the_old_door_is_led_on(keeper):
    assert keeper.get("/admin/login/")["Location"] == "/admin/"


# --- what everything has in common


def test_nothing_can_be_deleted_and_no_row_of_a_library_is_shown():
    addresses = [url.name or "" for model in site._registry.values() for url in model.get_urls()]
    assert not [name for name in addresses if "delete" in name]
    rooms = {model._meta.app_label for model in site._registry}
    assert rooms <= {"meetings", "consultations", "menus", "knowledge", "outbox", "office"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_opens_in_both_languages_and_holds_no_inline_script_or_style(
    keeper, new_case, closed_case, settings, language
):
    actions.ask_meeting(
        case=make_case(new_case.department), by=User.objects.first(), kind="no_idea", question="どうする？"
    )
    keeper.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    paths = ["/admin/"]
    for model, pages in site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths.append(reverse(f"{name}_changelist"))
        if pages.has_add_permission(type("Request", (), {"user": User(is_superuser=True)})):
            paths.append(reverse(f"{name}_add"))
        if row := model._default_manager.first():
            paths += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
    assert len(paths) > 30
    for path in paths:
        response = keeper.get(path)
        page = response.content.decode()
        assert response.status_code == 200, path
        assert f'<html lang="{language}"' in page
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert not [
            tag for tag in page.split("<script")[1:] if " src=" not in tag.partition(">")[0] and "json" not in tag
        ], path


def test_master_data_shows_who_changed_what(keeper, kohoku, administrator):
    given = {"name": "新港北区", "kind": "ward", "order": 11}
    keeper.post(f"/admin/office/department/{kohoku.pk}/change/", given)
    history = keeper.get(f"/admin/office/department/{kohoku.pk}/history/").content.decode()
    assert "名称: 港北区 → 新港北区" in history
    assert administrator.name in history


# --- people


def test_a_person_is_added_with_a_password_and_signs_in(keeper, client):
    given = {"username": "kato", "name": "加藤 恵", "role": "office", "rank": "member", "on_team": "on"}
    secret = {"password1": "a-long-enough-secret", "password2": "a-long-enough-secret"}
    assert keeper.post(f"{PEOPLE}add/", given | secret).status_code == 302
    assert User.objects.office().team().get(username="kato").is_active
    response = client.post("/accounts/login/", {"login": "kato", "password": secret["password1"]})
    assert response["Location"] == reverse("desk")


def test_a_weak_password_is_refused(keeper):
    given = {"username": "kato", "name": "加藤 恵", "role": "office", "password1": "12345678", "password2": "12345678"}
    response = keeper.post(f"{PEOPLE}add/", given)
    assert response.status_code == 200
    assert not User.objects.filter(username="kato").exists()


def test_a_password_is_set_anew(keeper, client, suzuki):
    secret = {"password1": "another-long-secret", "password2": "another-long-secret", "usable_password": "true"}
    assert keeper.post(f"{PEOPLE}{suzuki.pk}/password/", secret).status_code == 302
    assert client.login(username="suzuki", password="another-long-secret")


def test_a_person_who_answers_for_a_department_is_not_let_go_and_the_others_are(keeper, pair, suzuki, ito):
    messages = told(act(keeper, PEOPLE, "leave", suzuki, ito))
    assert [User.objects.get(pk=person.pk).is_active for person in (suzuki, ito)] == [True, False]
    assert messages[0].startswith("鈴木 一郎: ")
    assert "港北区" in messages[0]
    assert messages[1] == "1件を処理しました。"


def test_a_person_who_left_comes_back(keeper, ito):
    act(keeper, PEOPLE, "leave", ito)
    act(keeper, PEOPLE, "come_back", ito)
    ito.refresh_from_db()
    assert ito.is_active


def test_the_list_of_changes_shows_the_leaving(keeper, ito, administrator):
    act(keeper, PEOPLE, "leave", ito)
    page = keeper.get(f"{PEOPLE}{ito.pk}/history/").content.decode()
    assert "在籍: はい → いいえ" in page


def test_administrators_cannot_lock_themselves_out(keeper, administrator):
    act(keeper, PEOPLE, "leave", administrator)
    page = keeper.get(f"{PEOPLE}{administrator.pk}/change/")
    assert "is_superuser" not in page.context["adminform"].form.fields
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.is_superuser) == (True, True)


def test_leaving_cannot_be_smuggled_into_the_form(keeper, pair, suzuki):
    given = {"username": "suzuki", "name": "鈴木 一郎", "role": "office", "rank": "chief", "is_active": ""}
    assert keeper.post(f"{PEOPLE}{suzuki.pk}/change/", given).status_code == 302
    suzuki.refresh_from_db()
    assert suzuki.is_active


def test_someone_in_a_pair_cannot_become_someone_of_a_ward(keeper, pair, suzuki):
    given = {"username": "suzuki", "name": "鈴木 一郎", "role": "ward", "rank": "chief"}
    assert keeper.post(f"{PEOPLE}{suzuki.pk}/change/", given).status_code == 200
    suzuki.refresh_from_db()
    assert suzuki.is_office


def test_sections_are_offered_with_their_department(keeper, chiiki, yamada):
    page = keeper.get(f"{PEOPLE}{yamada.pk}/change/").content.decode()
    assert "港北区 地域振興課" in page
    assert "旭区 地域振興課" in page


# --- pairs


def test_a_pair_is_formed_by_the_action_and_takes_over_the_open_cases(keeper, new_case, kohoku, ito, sato):
    page = keeper.get("/admin/office/pair/add/?department=kohoku")
    assert page.context["form"]["department"].value() == kohoku.pk
    given = {"department": kohoku.pk, "lead": ito.pk, "partner": sato.pk, "starts_on": clock.today().isoformat()}
    response = keeper.post("/admin/office/pair/add/", given, follow=True)
    assert told(response) == ["港北区: 伊藤・佐藤"]
    assert Case.objects.get().pair.lead == ito
    assert Pair.objects.filter(ends_on=None).get().lead == ito


def test_a_pair_that_is_refused_says_why_and_keeps_what_was_chosen(keeper, pair, kohoku, ito):
    make_pair(kohoku, ito, None, clock.today() + timedelta(days=30))
    given = {"department": kohoku.pk, "lead": ito.pk, "starts_on": clock.today().isoformat()}
    response = keeper.post("/admin/office/pair/add/", given)
    assert response.status_code == 422
    assert "登録済みです" in response.content.decode()
    assert response.context["form"]["lead"].value() == str(ito.pk)
    assert Pair.objects.count() == 2


def test_a_pair_cannot_be_rewritten(keeper, pair, ito):
    response = keeper.post(f"/admin/office/pair/{pair.pk}/change/", {"lead": ito.pk, "starts_on": "2020-01-01"})
    assert response.status_code == 403
    pair.refresh_from_db()
    assert (pair.lead.name, pair.starts_on) == ("鈴木 一郎", date(2026, 4, 1))


# --- cases


def test_a_case_is_only_looked_at(keeper, new_case):
    page = f"{CASES}{new_case.pk}/change/"
    assert keeper.get(page).status_code == 200
    assert keeper.post(page, {"title": "別の件名"}).status_code == 403
    new_case.refresh_from_db()
    assert new_case.title != "別の件名"


@pytest.mark.parametrize("room", ["entry", "attachment", "ask", "support"])
def test_what_belongs_to_a_case_is_only_looked_at(keeper, new_case, room):
    assert keeper.get(f"/admin/consultations/{room}/").status_code == 200
    assert f"/admin/consultations/{room}/add/" not in keeper.get("/admin/").content.decode()
    entry = new_case.entries.get()
    assert keeper.post(f"/admin/consultations/entry/{entry.pk}/change/", {"text": "x"}).status_code == 403


def test_the_number_leads_to_the_desk(keeper, new_case):
    assert f'<a href="{new_case.get_absolute_url()}">{new_case.number}</a>' in keeper.get(CASES).content.decode()


def test_cases_are_searched_by_words_and_by_number(keeper, kohoku, new_case):
    other = make_case(kohoku, problem="会議室の予約が重なる。")
    for typed in ("会議室　予約", other.number, other.number.replace("-", "－")):
        found = keeper.get(CASES, {"q": typed}).context["cl"].queryset
        assert list(found) == [other]


def test_cases_are_filtered(keeper, new_case, kohoku, suzuki):
    started = actions.take_up(case=make_case(kohoku), by=suzuki)
    found = keeper.get(CASES, {"status__exact": "started"}).context["cl"].queryset
    assert list(found) == [started]


def test_cases_are_taken_up_and_refusals_are_told_row_by_row(keeper, new_case, kohoku, suzuki):
    started = actions.take_up(case=make_case(kohoku), by=suzuki)
    messages = told(act(keeper, CASES, "take_up", new_case, started))
    assert sorted(messages) == sorted([f"{started}: この案件は対応着手済みです。", "1件を処理しました。"])
    new_case.refresh_from_db()
    assert new_case.status == Status.STARTED


def test_cases_are_closed_after_the_page_that_asks_how(keeper, administrator, new_case, kohoku, procedures):
    other = make_case(kohoku)
    asked = act(keeper, CASES, "close", new_case, other)
    assert set(asked.context["rows"]) == {new_case, other}
    assert not Case.objects.closed().exists()
    hidden = {name: value for name, value in asked.context["hidden"] if name != "_selected_action"}
    chosen = {"result": Result.ANSWERED, "level": 1, "topic": procedures.pk, "lesson": ""}
    messages = told(act(keeper, CASES, hidden.pop("action"), new_case, other, **hidden, **chosen))
    assert messages == ["2件を処理しました。"]
    assert {case.closed_by for case in Case.objects.closed()} == {administrator}
    assert Delivery.objects.filter(key__startswith=f"{other.label}:closed").exists()


def test_a_closing_that_lacks_something_is_refused_row_by_row(keeper, new_case):
    messages = told(act(keeper, CASES, "close", new_case, filled_in=1, result=Result.ANSWERED))
    assert messages == [f"{new_case}: クローズする前に、対応レベルと相談の種類を選んでください。"]
    assert not Case.objects.closed().exists()


def test_a_page_filled_in_wrongly_is_shown_again(keeper, new_case):
    response = act(keeper, CASES, "complete", new_case, filled_in=1, text="様子見", review_on="いつか")
    assert response.status_code == 422
    assert response.context["form"]["text"].value() == "様子見"
    new_case.refresh_from_db()
    assert new_case.status == Status.NEW


def test_cases_are_completed_until_a_day(keeper, new_case):
    day = clock.today() + timedelta(days=10)
    act(keeper, CASES, "complete", new_case, filled_in=1, text="様子見", review_on=day.isoformat())
    new_case.refresh_from_db()
    assert (new_case.status, new_case.review_on) == (Status.COMPLETED, day)


def test_cases_are_given_to_another_pair(keeper, new_case, asahi, ito):
    other = make_pair(asahi, ito, None)
    asked = act(keeper, CASES, "assign_pair", new_case)
    assert "旭区 伊藤" in asked.content.decode()
    act(keeper, CASES, "assign_pair", new_case, filled_in=1, pair=other.pk)
    new_case.refresh_from_db()
    assert new_case.pair == other


def test_too_many_cases_at_once_are_refused(keeper, kohoku, monkeypatch):
    monkeypatch.setattr("consultations.admin.AT_ONCE", 1)
    messages = told(act(keeper, CASES, "close", make_case(kohoku), make_case(kohoku)))
    assert messages == ["一度に選べるのは1件までです。"]


@pytest.mark.parametrize("path", [CASES, "/admin/office/pair/", PEOPLE, "/admin/consultations/entry/"])
def test_a_list_asks_as_many_queries_for_many_rows_as_for_few(keeper, path, kohoku, new_case):
    keeper.get(path)
    with CaptureQueriesContext(connection) as few:
        keeper.get(path)
    for number in range(15):
        person = make_user(f"u{number}", f"職員 {number}", role="office")
        department = make_department(f"第{number}局", order=50 + number)
        make_pair(department, person, None)
        make_case(department, topic=Topic.objects.first())
    with CaptureQueriesContext(connection) as many:
        keeper.get(path)
    assert len(many) <= len(few)


# --- what no page of the admin sends, but anybody can type


@pytest.mark.parametrize(
    "path",
    [
        "/admin/consultations/entry/?at__year=99999999",
        "/admin/consultations/entry/?at__year=0",
        "/admin/consultations/entry/?at__year=x",
        "/admin/consultations/entry/?at__year=2026&at__month=13",
        "/admin/consultations/entry/?at__gte=x",
        "/admin/meetings/meeting/?held_on__year=99999999",
        "/admin/meetings/meeting/?held_on__year=2026&held_on__month=13",
        "/admin/meetings/meeting/?held_on__year=2026&held_on__month=2&held_on__day=31",
        f"{CASES}?fiscal_year=99999999999999999999999",
        f"{CASES}?topic__id__exact=99999999999999999999999",
        f"{CASES}?topic__id__exact=x",
        f"{CASES}?p=99999999999999999999999",
        f"{CASES}?o=99",
        f"{CASES}?q=%00",
        f"{CASES}99999999999999999999999/change/",
        f"{CASES}x/history/",
    ],
)
def test_an_address_that_makes_no_sense_is_no_fault_of_ours(keeper, new_case, path):
    keeper.raise_request_exception = False
    response = keeper.get(path)
    assert response.status_code in (200, 302, 400, 404), response.status_code


@pytest.mark.parametrize("row", ["x", "99999999999999999999999", "", "\0", "-1"])
@pytest.mark.parametrize("action", ["take_up", "close", "complete", "assign_pair"])
def test_an_action_on_a_row_that_cannot_exist_is_no_fault_of_ours(keeper, new_case, action, row):
    keeper.raise_request_exception = False
    response = keeper.post(CASES, {"action": action, "_selected_action": [row]}, follow=True)
    assert response.status_code in (200, 400, 404), response.status_code
    new_case.refresh_from_db()
    assert new_case.status == Status.NEW
