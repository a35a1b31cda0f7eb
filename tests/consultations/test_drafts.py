"""What somebody types into the forms of a case is kept for them, whatever happens to their page, machine or session."""

from datetime import timedelta

import pytest
from django.urls import reverse

from consultations import actions, tasks
from consultations.models import Draft
from office import clock
from tests.cast import signed_in
from tests.consultations.case_page import kinds, look
from tests.consultations.opened import Opened


def keep(browser, case, form, *, page="", follows="", version="", bases=(), **texts):
    """As the script sends it at a pause."""
    sent = {"once": page, "draft": follows, "version": version, "path": f"{case.get_absolute_url()}{form}/"}
    sent |= {f"text-{name}": text for name, text in texts.items()} | {f"base-{name}": text for name, text in bases}
    return browser.post(reverse("case_draft", args=[case.number, form]), sent).status_code


def fresh(user, case, act):
    """The form on another machine of the same person."""
    return Opened(signed_in(user), case, act)


def test_what_was_typed_is_there_on_another_machine(desk, suzuki, started_case):
    assert keep(desk, started_case, "reply", text="書きかけの回答\n二行目") == 204
    form = fresh(suzuki, started_case, "reply")
    assert form.fields["text"] == ["書きかけの回答\n二行目"]
    assert reverse("case_draft", args=[started_case.number, "reply"]) in form.page


def test_the_page_of_the_case_opens_the_form_with_the_draft(desk, started_case):
    keep(desk, started_case, "reply", text="書きかけの回答")
    panels = look(desk, started_case).context["panels"]
    assert [panel["form"].act for panel in panels if panel["open"]] == ["reply"]


def test_a_draft_whose_form_is_folded_away_is_named_with_the_way_to_it(desk, new_case):
    keep(desk, new_case, "describe", title="書きかけの件名", bases=[("title", new_case.title)])
    [unfinished] = look(desk, new_case).context["unfinished"]
    assert unfinished["url"] == reverse("case_describe", args=[new_case.number])
    assert unfinished["text"] == "書きかけの件名"
    assert fresh_title(desk, new_case) == "書きかけの件名"


def fresh_title(browser, case):
    return Opened(browser, case, "describe").fields["title"][0]


def test_it_leads_nowhere_but_to_the_case(desk, new_case):
    address = reverse("case_draft", args=[new_case.number, "describe"])
    desk.post(address, {"text-title": "x", "path": "https://elsewhere.example/"})
    [unfinished] = look(desk, new_case).context["unfinished"]
    assert unfinished["url"] == new_case.get_absolute_url()


def test_nobody_else_sees_it_or_can_write_it(desk, sato, tanaka, yamada, ict_member, started_case, client):
    keep(desk, started_case, "reply", text="鈴木の書きかけ")
    assert "鈴木の書きかけ" not in look(signed_in(sato), started_case).content.decode()
    for person in (tanaka, yamada, ict_member):
        assert keep(signed_in(person), started_case, "reply", text="x") == 404
    assert keep(client, started_case, "reply", text="x") == 302, (
        "to the login page: the script sees that it is not kept"
    )
    assert [draft.texts for draft in Draft.objects.all()] == [{"text": "鈴木の書きかけ"}]


@pytest.mark.parametrize(
    "back", ["", "nonsense", "desk", "https://elsewhere.example/", "//elsewhere.example/", "/\\x", "\0"]
)
def test_thrown_away_it_leads_back_to_the_case_whatever_is_asked_for(desk, started_case, back):
    keep(desk, started_case, "note", text="書きかけ")
    address = reverse("case_draft", args=[started_case.number, "note"])
    assert desk.post(address, {"discard": "1", "back": back})["Location"] == started_case.get_absolute_url()
    note = reverse("case_note", args=[started_case.number]) + "?list=open%3D1"
    assert desk.post(address, {"discard": "1", "back": note})["Location"] == note


def test_what_no_database_takes_is_left_out(desk, started_case):
    """PostgreSQL knows no NUL, wherever somebody puts one: in a text, its name, the page's key, the way back."""
    address = reverse("case_draft", args=[started_case.number, "note"])
    nul = {"once": "k\0ey", "draft": "\0", "path": "/\0", "text-text": "書き\0かけ", "text-\0": "x", "base-\0": "\0"}
    assert desk.post(address, nul).status_code == 204
    assert Draft.objects.get().texts == {"text": "書きかけ", "": "x"}
    assert desk.post(reverse("case_note", args=[started_case.number]), {"text": "", "once": "k\0"}).status_code == 422
    assert desk.post(reverse("case_note", args=[started_case.number]), {"text": "y", "once": "k\0"}).status_code == 302
    assert desk.post(address, {"discard": "1", "once": "\0"}).status_code == 302


def test_it_survives_signing_out(desk, suzuki, started_case):
    keep(desk, started_case, "note", text="書きかけのメモ")
    desk.logout()
    assert fresh(suzuki, started_case, "note").fields["text"] == ["書きかけのメモ"]


def test_it_goes_with_what_was_sent(desk, suzuki, started_case):
    form = Opened(desk, started_case, "note")
    keep(desk, started_case, "note", page=form.fields["once"][0], text="書きかけ")
    form.send(text="書き終えたメモ")
    assert fresh(suzuki, started_case, "note").fields["text"] == [""]


def test_it_goes_with_what_was_sent_from_another_machine(desk, suzuki, started_case):
    keep(desk, started_case, "note", page="the-first-machine", text="書きかけ")
    fresh(suzuki, started_case, "note").send()
    assert kinds(started_case)[-1] == "note"
    assert fresh(suzuki, started_case, "note").fields["text"] == [""]


def test_one_that_comes_late_does_not_bring_back_what_was_sent(desk, suzuki, started_case):
    form = Opened(desk, started_case, "note")
    page = form.fields["once"][0]
    form.send(text="送ったメモ")
    assert keep(desk, started_case, "note", page=page, text="送ったメモ") == 409
    assert fresh(suzuki, started_case, "note").fields["text"] == [""]


def test_what_was_refused_is_kept_without_any_script(desk, suzuki, closed_case):
    form = Opened(desk, closed_case, "reply")
    assert form.send(text="閉じた案件への回答").status_code == 409
    assert fresh(suzuki, closed_case, "reply").fields["text"] == ["閉じた案件への回答"]


def test_what_had_an_error_is_kept_too(desk, suzuki, new_case):
    assert Opened(desk, new_case, "answer").send(text="題のない回答", topic="").status_code == 422
    form = fresh(suzuki, new_case, "answer")
    assert form.fields["text"] == ["題のない回答"]
    assert "field-errors" not in form.page, "what nobody has sent yet is not blamed"


def test_sent_after_an_error_it_is_gone(desk, suzuki, new_case, procedures):
    form = Opened(desk, new_case, "answer")
    form.send(text="回答", topic="")
    assert form.send(topic=str(procedures.pk)).status_code == 302
    assert all(draft.is_blank for draft in Draft.objects.all())


def test_one_on_older_facts_is_merged_when_it_is_sent(desk, sato, new_case):
    old = new_case.version
    keep(desk, new_case, "describe", version=old, title="鈴木の書きかけ", bases=[("title", new_case.title)])
    actions.describe(case=new_case, by=sato, title="佐藤の件名", topic=None, level=2)
    form = Opened(desk, new_case, "describe")
    assert form.fields["title"] == ["鈴木の書きかけ"]
    assert form.send().status_code == 409, "it shows both instead of overruling"
    assert form.response.context["form"].asked == ["title"]
    assert form.send().status_code == 302
    new_case.refresh_from_db()
    assert (new_case.title, new_case.level) == ("鈴木の書きかけ", 2)


def test_what_the_facts_say_by_now_is_no_draft(desk, sato, new_case):
    keep(desk, new_case, "describe", title="同じ件名", bases=[("title", new_case.title)])
    actions.describe(case=new_case, by=sato, title="同じ件名", topic=None, level=None)
    assert Opened(desk, new_case, "describe").response.context["form"].draft is None


def test_it_can_be_thrown_away_without_any_script(desk, suzuki, started_case):
    keep(desk, started_case, "reply", page="p", text="書きかけ")
    address = reverse("case_draft", args=[started_case.number, "reply"])
    here = reverse("case_reply", args=[started_case.number])
    response = desk.post(address, {"discard": "1", "once": "q", "back": here})
    assert response["Location"] == here
    assert fresh(suzuki, started_case, "reply").fields["text"] == [""]
    assert keep(desk, started_case, "reply", page="p", text="書きかけ") == 409, "what comes late stays away"
    assert desk.post(address, {"discard": "1", "back": "//elsewhere.example/"})["Location"] == (
        started_case.get_absolute_url()
    )


# --- two windows of one person


def test_a_second_window_does_not_overwrite_the_first(desk, suzuki, started_case):
    keep(desk, started_case, "reply", page="a", text="一つ目の窓の文")
    keep(desk, started_case, "reply", page="b", text="二つ目の窓の文")
    form = fresh(suzuki, started_case, "reply")
    assert form.fields["text"] == ["二つ目の窓の文"], "the last one is in the field"
    assert "一つ目の窓の文" in form.page, "the other beside it"


def test_what_one_window_sends_leaves_what_the_other_typed(desk, suzuki, started_case):
    first, second = Opened(desk, started_case, "note"), Opened(desk, started_case, "note")
    keep(desk, started_case, "note", page=second.fields["once"][0], text="まだ送らない文")
    keep(desk, started_case, "note", page=first.fields["once"][0], text="送る文")
    first.send(text="送る文")
    assert fresh(suzuki, started_case, "note").fields["text"] == ["まだ送らない文"]


def test_what_was_sent_in_full_from_one_window_is_no_draft_in_the_other(desk, suzuki, started_case):
    keep(desk, started_case, "note", page="a", text="書きかけ")
    Opened(desk, started_case, "note").send(text="書きかけのメモ", draft="")
    assert fresh(suzuki, started_case, "note").fields["text"] == [""]


def test_going_on_writing_is_no_second_window(desk, suzuki, started_case):
    keep(desk, started_case, "note", page="a", text="書き")
    form = fresh(suzuki, started_case, "note")
    [once], [follows] = form.fields["once"], form.fields["draft"]
    keep(desk, started_case, "note", page=once, follows=follows, text="まったく別の文")
    assert Draft.objects.get().beside == []


# --- limits


@pytest.mark.parametrize(("texts", "status"), [({"text": "あ" * 30_000}, 204), ({"text": "あ" * 110_000}, 413)])
def test_it_is_bounded(desk, started_case, texts, status):
    assert keep(desk, started_case, "note", **texts) == status


def test_nul_does_not_stop_it(desk, suzuki, started_case):
    assert keep(desk, started_case, "note", text="あ\0い") == 204
    assert fresh(suzuki, started_case, "note").fields["text"] == ["あい"]


def test_it_is_nothing_that_happened_to_the_case(desk, started_case):
    before, version = kinds(started_case), started_case.version
    keep(desk, started_case, "note", text="書きかけ")
    started_case.refresh_from_db()
    assert (kinds(started_case), started_case.version) == (before, version)


def test_it_is_only_taken_by_post(desk, started_case):
    assert desk.get(reverse("case_draft", args=[started_case.number, "note"])).status_code == 405
    assert keep(desk, started_case, "n" * 61, text="x") == 404


def test_it_is_forgotten_after_60_days(desk, started_case):
    with clock.at(clock.now() - timedelta(days=61)):
        keep(desk, started_case, "note", text="古い")
    keep(desk, started_case, "reply", text="新しい")
    assert tasks.forget_drafts() == 1
    assert [draft.form for draft in Draft.objects.all()] == ["reply"]
