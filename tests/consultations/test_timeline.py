"""The timeline of a case: narrowed to some kinds of entries, files on entries, a reply that is like no note."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from consultations import actions
from consultations.models import Attachment, Case, Entry, EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind
from consultations.views.timeline import KINDS, NEWEST, group_of
from menus.models import SupportMenu
from office import files
from outbox.models import Delivery
from tests.consultations.case_page import look, send
from tests.consultations.requester import text


@pytest.fixture
def story(started_case: Case, suzuki, sato) -> Case:
    """A case in which a little of everything has happened."""
    menu = SupportMenu.objects.create(key="rpa", kind="existing_tool", name="RPA", summary="くり返し")
    actions.add_note(case=started_case, by=sato, text="先方の担当は二人。")
    actions.add_note(case=started_case, by=suzuki, text="電話で確認した。")
    actions.reply(case=started_case, by=suzuki, text="確認します。")
    by = Requester(started_case)
    actions.receive_message(case=started_case, by=by, kind=EntryKind.ANSWER, text="お願いします。")
    actions.choose_support(case=started_case, by=suzuki, menu=menu, reason="件数が多い")
    actions.ask_meeting(case=started_case, by=suzuki, kind=AskKind.DIRECTION, question="この方向でよいか。")
    return started_case


def narrowed(desk, case: Case, kinds: str, **query: str):
    return desk.get(case.get_absolute_url(), {"kinds": kinds, **query})


def on_timeline(page) -> list[str]:
    """What is on the timeline, from above."""
    return re.findall(r'<strong class="entry-label">([^<]+)', page.content.decode())


def choices(page) -> dict[str, str]:
    """The links to narrow it with: words and address."""
    found = re.findall(r'<a id="kinds-\w+" href="([^"]*)"[^>]*>(.*?)</a>', page.content.decode())
    return {re.sub(r"<[^>]+>", "", words): html.unescape(address) for address, words in found}


# --- narrowing


def test_each_kind_shows_its_own_and_says_how_many(desk, story):
    assert list(choices(look(desk, story))) == [
        *("すべて 8", "相談者とのやり取り 3", "室内メモ 2", "支援 1", "週次定例会 1", "状態・項目の変更 1"),
    ]
    assert on_timeline(narrowed(desk, story, "notes")) == ["メモ", "メモ"]
    assert on_timeline(narrowed(desk, story, "messages")) == ["返信", "相談者への回答", "受付"]
    assert on_timeline(narrowed(desk, story, "meeting")) == ["定例会に相談"]
    assert on_timeline(narrowed(desk, story, "changes")) == ["対応着手"]


def test_all_is_shown_unless_something_is_chosen(desk, story):
    assert on_timeline(narrowed(desk, story, "", all="1")) == on_timeline(look(desk, story)) + ["対応着手", "受付"]
    assert on_timeline(narrowed(desk, story, "nonsense")) == on_timeline(look(desk, story))
    assert "だけを表示しています" not in text(look(desk, story))


def test_a_narrowed_timeline_says_that_it_is(desk, story):
    page = narrowed(desk, story, "notes")
    assert "「室内メモ」だけを表示しています（8件中2件）。" in text(page)
    assert 'id="kinds-notes" href="?kinds=notes#kinds-notes" aria-current="page"' in page.content.decode()


def test_what_has_no_entries_is_shown_empty_where_it_was_asked_for(desk, story):
    page = narrowed(desk, story, "hearing")
    assert on_timeline(page) == []
    assert "（8件中0件）" in text(page)
    assert "ヒアリング・次の対応 0" in choices(page)


def test_the_links_lead_to_the_place_and_carry_the_list_along(desk, story):
    page = narrowed(desk, story, "notes", list="queue=replied&at=2")
    links = choices(page)
    assert links["すべて 8"] == "?list=queue%3Dreplied%26at%3D2#kinds-all"
    assert links["支援 1"] == "?kinds=support&list=queue%3Dreplied%26at%3D2#kinds-support"


def test_a_form_stays_open_while_the_timeline_is_narrowed(desk, story):
    page = desk.get(f"{story.get_absolute_url()}reply/", {"kinds": "notes"})
    assert page.context["form"].act == "reply"
    assert on_timeline(page) == ["メモ", "メモ"]


def test_a_new_case_has_nothing_to_be_narrowed(desk, new_case):
    assert choices(look(desk, new_case)) == {}


def test_what_waits_can_be_reached_from_a_narrowed_timeline(desk, story):
    waiting = story.entries.get(kind=EntryKind.ANSWER)
    assert f'href="#entry-{waiting.pk}"' in look(desk, story).content.decode()
    page = narrowed(desk, story, "notes", list="queue=replied")
    assert f'href="?list=queue%3Dreplied&amp;all=1#entry-{waiting.pk}"' in page.content.decode()


def test_what_a_page_has_seen_does_not_depend_on_what_it_shows(desk, story):
    newest = story.entries.newest_first()[0].pk
    for page in (look(desk, story), narrowed(desk, story, "notes"), narrowed(desk, story, "checks")):
        assert f'name="seen" value="{newest}"' in page.content.decode()


def test_the_files_of_the_case_are_all_beside_it_however_it_is_narrowed(desk, story, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    send(desk, story, "note", text="議事録です。", files=SimpleUploadedFile("議事録.txt", b"x"))
    assert on_timeline(narrowed(desk, story, "notes"))[0] == "メモ"
    assert narrowed(desk, story, "notes").content.decode().count("議事録.txt") == 2
    assert narrowed(desk, story, "meeting").content.decode().count("議事録.txt") == 1


def test_every_kind_of_entry_belongs_somewhere():
    groups = {kind: group_of(Entry(kind=kind)) for kind in EntryKind}
    assert set(groups.values()) == {*KINDS, "changes"}
    assert groups[EntryKind.CHECK_ANSWERED] == "checks"
    assert groups[EntryKind.STEP_DONE] == "hearing"
    assert groups[EntryKind.CLOSED] == groups[EntryKind.PAIR_CHANGED] == "changes"


def test_narrowing_asks_the_database_nothing_more(desk, story):
    def queries(kinds: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            narrowed(desk, story, kinds)
        return len(asked)

    queries("")
    assert queries("notes") == queries("messages") == queries("")


# --- a year of it


@pytest.fixture
def long_story(story, suzuki) -> Case:
    for at in range(20):
        actions.add_note(case=story, by=suzuki, text=f"経過 {at}")
    return story


def earlier(page) -> str:
    """The address of what is not shown."""
    [address] = re.findall(r'<a class="button secondary" href="(\?[^"]*all=1[^"]*)"', page.content.decode())
    return html.unescape(address)


def test_the_newest_are_shown_and_the_rest_is_a_click_away(desk, long_story):
    page = look(desk, long_story)
    assert len(on_timeline(page)) == NEWEST
    assert "以前の22件を表示" in text(page)
    whole = desk.get(f"{long_story.get_absolute_url()}{earlier(page)}")
    assert len(on_timeline(whole)) == 28
    assert "以前の" not in text(whole)


def test_one_goes_on_reading_where_one_was(desk, long_story):
    page = narrowed(desk, long_story, "notes", list="queue=replied")
    first_not_shown = long_story.entries.newest_first().filter(kind=EntryKind.NOTE)[NEWEST]
    assert earlier(page) == f"?kinds=notes&list=queue%3Dreplied&all=1#entry-{first_not_shown.pk}"
    assert "「室内メモ」だけを表示しています（28件中22件）。" in text(page)


def test_what_waits_is_reached_also_when_much_was_noted_since(desk, long_story):
    waiting = long_story.entries.get(kind=EntryKind.ANSWER)
    page = look(desk, long_story)
    assert f'id="entry-{waiting.pk}"' not in page.content.decode()
    assert f'href="?all=1#entry-{waiting.pk}"' in page.content.decode()
    assert f'id="entry-{waiting.pk}"' in narrowed(desk, long_story, "", all="1").content.decode()


def test_a_refused_page_tells_all_the_news_however_many(desk, long_story, suzuki):
    seen = long_story.entries.newest_first()[0].pk
    for at in range(NEWEST + 2):
        actions.add_note(case=long_story, by=suzuki, text=f"その後 {at}")
    actions.reply(case=long_story, by=suzuki, text="お待たせしました。")
    page = send(desk, long_story, "reply", text="同じ返信です。", version=1, seen=seen)
    assert page.status_code == 409
    assert len(page.context["news"]) == NEWEST + 3


# --- a reply is no note


def test_a_note_is_internal_and_a_reply_is_told_apart_by_words_and_ground(desk, story):
    page = desk.get(f"{story.get_absolute_url()}reply/").content.decode()
    reply, note = (page[page.index(f"act-{act}") :][:3000] for act in ("reply", "note"))
    assert "相談者に見えます。" in text_of(reply)
    assert "田中" in re.search(r"<button[^>]*class=\"button\"[^>]*>([^<]*)", reply)[1]
    assert "相談者には見えません。" in text_of(note)
    sharing = dict(re.findall(r'<li class="entry entry-(\w+)"[^>]*>\s*<div[^>]*>\s*<strong[^>]*>([^<]+)', page))
    assert set(sharing) == {"shared", "internal"}
    entries = {entry.kind: entry.shared for entry in story.entries.all()}
    assert entries[EntryKind.REPLY]
    assert not entries[EntryKind.NOTE]


def text_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


@pytest.mark.parametrize("table", ["consultations_entry", "outbox_delivery", "consultations_attachment"])
def test_the_shared_entry_the_mail_and_the_files_come_together_or_not_at_all(
    started_case, suzuki, settings, tmp_path, table
):
    """The database fails while one of them is written."""
    settings.MEDIA_ROOT = tmp_path
    before = (started_case.entries.count(), Delivery.objects.count(), started_case.version)

    def fail(execute, sql, params, many, context):
        if sql.startswith("INSERT") and f'"{table}"' in sql:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    [upload], _ = files.sort_out([SimpleUploadedFile("手引き.txt", b"x")], most=5)

    def answer() -> None:
        with files.stored([upload], Attachment) as stored:
            actions.reply(case=started_case, by=suzuki, text="手引きをお送りします。", files=stored)

    with connection.execute_wrapper(fail), pytest.raises(OperationalError, match="disk full"):
        answer()
    started_case.refresh_from_db()
    assert (started_case.entries.count(), Delivery.objects.count(), started_case.version) == before
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    answer()
    entry = started_case.entries.get(kind=EntryKind.REPLY)
    assert entry.shared
    assert entry.attachments.count() == 1
    assert Delivery.objects.filter(key=f"{started_case.label}:reply:{entry.pk}").exists()
