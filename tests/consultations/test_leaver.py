"""A person leaves: everything they look after is listed and handed on, and only then the account ends."""

from datetime import timedelta

import pytest

from consultations import actions
from consultations.models import Case, NextStep
from consultations.states import AskKind
from office import clock
from office.actions import ActionRefused, announce_absence, leave, pair_of
from office.actors import SYSTEM
from office.models import Absence, User
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.case_page import kinds
from tests.consultations.desk_pages import english, make_many, text
from tests.factories import make_case, make_department, make_member, make_pair

pytestmark = pytest.mark.django_db


def day(offset):
    return clock.today() + timedelta(days=offset)


def page_of(person) -> str:
    return f"/desk/people/{person.username}/leaving/"


@pytest.fixture
def kato(db):
    return make_member("kato", "加藤 学")


@pytest.fixture
def keeper(administrator):
    return signed_in(administrator)


@pytest.fixture
def laden(kohoku, asahi, pair, new_case, suzuki, sato, ito):
    """鈴木 sits in a pair of today and in a planned one, supports, has promised, stands in and has asked."""
    make_pair(asahi, ito, None)
    make_pair(asahi, suzuki, ito, day(30))
    supported = make_case(asahi)
    actions.set_supporters(case=supported, by=ito, supporters=[suzuki])
    actions.promise_step(case=supported, by=ito, text="規程を調べる", due_on=day(7), owner=suzuki)
    actions.ask_meeting(case=new_case, by=suzuki, kind=AskKind.NO_IDEA, question="案はありますか")
    announce_absence(user=sato, deputy=suzuki, starts_on=day(3), ends_on=day(5), by=SYSTEM)
    return supported


def hand_on(desk, person, seats, heir=None, **more):
    given = {f"seat_{department.pk}": getattr(taker, "pk", taker) for department, taker in seats.items()}
    return desk.post(page_of(person), given | ({"heir": heir.pk} if heir else {}) | more)


# --- what is listed


def test_everything_is_listed(desk, laden, new_case, suzuki, kohoku, asahi):
    page = desk.get(page_of(suzuki))
    held = page.context["held"]
    assert held.departments == [asahi, kohoku]
    assert (held.cases, held.supported) == ([new_case], [laden])
    assert [step.text for step in held.steps] == ["規程を調べる"]
    assert [absence.user.name for absence in held.deputyships] == ["佐藤 花子"]
    assert [ask.question for ask in held.asks] == ["案はありますか"]
    assert page.context["form"].fields.keys() == {f"seat_{asahi.pk}", f"seat_{kohoku.pk}", "heir"}


def test_who_sits_beside_is_no_successor_and_the_last_seat_is_not_left_vacant(desk, kohoku, asahi, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato)
    make_pair(asahi, suzuki, None)
    fields = desk.get(page_of(suzuki)).context["form"].fields
    assert [key for key, _name in fields[f"seat_{kohoku.pk}"].choices] == ["", "vacant", str(ito.pk)]
    assert [key for key, _name in fields[f"seat_{asahi.pk}"].choices] == ["", str(sato.pk), str(ito.pk)]


def test_who_holds_nothing_can_simply_go(keeper, ito):
    assert "伊藤 健 looks after nothing any more." in text(english(keeper).get(page_of(ito)))
    keeper.post(page_of(ito), {"leave": "1"})
    ito.refresh_from_db()
    assert not ito.is_active


# --- handing on


def test_one_submit_hands_on_everything(desk, laden, new_case, kohoku, asahi, suzuki, sato, ito, kato):
    assert hand_on(desk, suzuki, {kohoku: kato, asahi: "vacant"}, heir=kato).status_code == 302
    assert not actions.holdings(suzuki)
    assert pair_of(kohoku).people == [kato, sato]
    assert pair_of(asahi, day(30)).people == [ito]
    new_case.refresh_from_db()
    assert new_case.pair == pair_of(kohoku)
    assert [*laden.supporters.all()] == [kato]
    assert NextStep.objects.get().owner == kato
    assert Absence.objects.get().deputy == kato
    assert User.objects.get(pk=suzuki.pk).is_active, "a lead hands on; administrators end accounts"


def test_each_case_says_what_changed(desk, laden, new_case, kohoku, asahi, suzuki, kato):
    hand_on(desk, suzuki, {kohoku: kato, asahi: "vacant"}, heir=kato)
    assert kinds(new_case)[-1] == "pair_changed"
    assert kinds(laden)[-2:] == ["changed", "step_changed"]
    supporters, step = laden.entries.in_order().reverse()[:2][::-1]
    assert supporters.data["changes"] == {"supporters": [["鈴木 一郎"], ["加藤 学"]]}
    assert step.data["changes"]["owner"] == ["鈴木 一郎", "加藤 学"]


def test_the_heir_is_told_once_of_each_kind(desk, laden, new_case, kohoku, asahi, suzuki, sato, kato):
    laden.sensitive = True
    laden.save()
    hand_on(desk, suzuki, {kohoku: kato, asahi: "vacant"}, heir=kato)
    pairs = Delivery.objects.filter(key__startswith="handover:").order_by("pk")
    assert [mail.address for mail in pairs] == [kato.email, sato.email]
    rest = Delivery.objects.get(key__startswith="handed_on:")
    assert (rest.address, rest.subject) == (kato.email, "【DX相談・担当変更】鈴木 一郎さんからの引き継ぎ")
    assert laden.number in rest.body
    assert "佐藤 花子" in rest.body
    assert laden.title not in rest.body
    assert "規程を調べる" not in rest.body


def test_an_heir_of_the_pair_needs_not_support_too(desk, kohoku, pair, new_case, asahi, suzuki, sato, ito):
    make_pair(asahi, ito, None)
    case = make_case(asahi)
    actions.set_supporters(case=case, by=ito, supporters=[suzuki, sato])
    hand_on(desk, suzuki, {kohoku: "vacant"}, heir=ito)
    assert [*case.supporters.all()] == [sato]


def test_an_administrator_also_ends_the_account(keeper, laden, kohoku, asahi, suzuki, kato):
    assert hand_on(keeper, suzuki, {kohoku: kato, asahi: "vacant"}, heir=kato, leave="1").status_code == 302
    assert not User.objects.get(pk=suzuki.pk).is_active


def test_a_lead_does_not_end_accounts(desk, laden, kohoku, asahi, ito, sato, suzuki, kato):
    assert 'name="leave"' not in desk.get(page_of(sato)).content.decode()
    desk.post(page_of(kato), {"leave": "1"})
    assert User.objects.get(pk=kato.pk).is_active


def test_nobody_ends_their_own_account(keeper, administrator):
    assert 'name="leave"' not in keeper.get(page_of(administrator)).content.decode()
    keeper.post(page_of(administrator), {"leave": "1"})
    assert User.objects.get(pk=administrator.pk).is_active


# --- bad input


def test_each_seat_and_an_heir_are_asked_for(desk, laden, kohoku, asahi, suzuki):
    response = hand_on(desk, suzuki, {kohoku: "", asahi: "x"})
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {f"seat_{kohoku.pk}", f"seat_{asahi.pk}", "heir"}


def test_what_is_refused_leaves_everything_and_keeps_what_was_chosen(desk, laden, kohoku, asahi, suzuki, sato, kato):
    # 佐藤 is away on the days for which 鈴木 stands in: nobody is their own deputy
    response = hand_on(desk, suzuki, {kohoku: kato, asahi: "vacant"}, heir=sato)
    assert response.status_code == 409
    form = response.context["form"]
    assert form[f"seat_{kohoku.pk}"].value() == str(kato.pk)
    assert pair_of(kohoku).people == [suzuki, sato]
    assert NextStep.objects.get().owner == suzuki
    assert not Delivery.objects.filter(key__startswith="hand").exists()


def test_a_seat_that_came_up_meanwhile_is_named(laden, kohoku, asahi, suzuki, sato, kato):
    with pytest.raises(ActionRefused, match="旭区"):
        actions.hand_on(person=suzuki, seats={kohoku: kato}, heir=kato, by=sato)


def test_somebody_who_left_takes_nothing(laden, kohoku, asahi, suzuki, sato, kato):
    leave(user=kato, by=SYSTEM)
    with pytest.raises(ActionRefused, match="加藤 学"):
        actions.hand_on(person=suzuki, seats={kohoku: None, asahi: None}, heir=kato, by=sato)
    assert pair_of(kohoku).people == [suzuki, sato]


@pytest.mark.parametrize("username", ["nobody", "tanaka"])
def test_who_is_not_of_the_office_has_no_such_page(desk, tanaka, username):
    assert desk.get(f"/desk/people/{username}/leaving/").status_code == 404


def test_it_is_closed_to_members(pair, suzuki, sato):
    assert signed_in(sato).get(page_of(suzuki)).status_code == 404
    assert signed_in(sato).post(page_of(suzuki)).status_code == 404


# --- no way around it


def test_leaving_is_refused_while_anything_is_left_and_names_it(asahi, suzuki, ito, sato):
    make_pair(asahi, ito, None)
    case = make_case(asahi)
    actions.set_supporters(case=case, by=ito, supporters=[suzuki])
    with pytest.raises(ActionRefused, match=case.number):
        leave(user=suzuki, by=SYSTEM)
    actions.set_supporters(case=case, by=ito, supporters=[])
    step = actions.promise_step(case=case, by=ito, text="規程を調べる", due_on=day(7), owner=suzuki)
    with pytest.raises(ActionRefused, match=case.number):
        leave(user=suzuki, by=SYSTEM)
    actions.finish_step(step=step, by=ito)
    leave(user=suzuki, by=SYSTEM)


def test_the_admin_refuses_and_leads_to_the_page(keeper, laden, suzuki):
    response = keeper.post("/admin/office/user/", {"action": "leave", "_selected_action": [suzuki.pk]}, follow=True)
    assert User.objects.get(pk=suzuki.pk).is_active
    assert f'href="{page_of(suzuki)}"' in response.content.decode()
    assert laden.number in text(response)


def test_the_admin_lets_nobody_out_of_the_office_by_another_role(keeper, laden, suzuki):
    form = keeper.get(f"/admin/office/user/{suzuki.pk}/change/").context["adminform"].form
    given = {name: value for name, value in form.initial.items() if isinstance(value, str | bool)}
    response = keeper.post(f"/admin/office/user/{suzuki.pk}/change/", {**given, "role": "ward"})
    assert laden.number in response.context["adminform"].form.errors["role"][0]
    assert User.objects.get(pk=suzuki.pk).role == "office"


def test_it_asks_the_same_for_many_as_for_few(desk, kohoku, pair, suzuki, sato, django_assert_max_num_queries):
    def more(count):
        make_many(count, kohoku)
        for number in range(count):
            place = Case.objects.count() * 100 + number
            make_pair(make_department(f"第{place}局", order=place, code=f"c{place}"), suzuki, sato)

    more(2)
    with django_assert_max_num_queries(16) as few:
        desk.get(page_of(suzuki))
    more(20)
    with django_assert_max_num_queries(len(few)):
        assert len(desk.get(page_of(suzuki)).context["held"].pairs) == 23
