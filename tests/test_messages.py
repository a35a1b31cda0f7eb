import gettext
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from config import messages

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room with one module and one page, and an empty catalogue."""
    room, templates, catalogues = tmp_path / "room", tmp_path / "templates", tmp_path / "locale" / "ja" / "LC_MESSAGES"
    for folder in (room, templates, catalogues):
        folder.mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "views.py").write_text('_("Hello %(name)s")\nngettext("One case", "%(count)s cases", 2)\n', "utf-8")
    (templates / "page.html").write_text(
        "<p>\n    {% translate 'Bye' context 'evening' %}\n  </p>\n"
        "{% if x %}\n      {% blocktranslate trimmed %}\n   Read\n   it {% endblocktranslate %}{% endif %}\n"
        '{% include "a.html" with label=_("Go on") only %}',
        "utf-8",
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    (catalogues / "django.po").write_text(HEADER, "utf-8")
    return tmp_path


@pytest.fixture
def catalogue(house: Path) -> Callable[..., Path]:
    """`catalogue("msgid …", "msgstr …")` writes the Japanese catalogue."""
    path = house / "locale" / "ja" / "LC_MESSAGES" / "django.po"

    def write(*lines: str) -> Path:
        path.write_text(HEADER + "\n" + "\n".join(lines) + "\n", "utf-8")
        return path

    return write


def test_nothing_we_show_is_untranslated_fuzzy_or_stale():
    assert [path.parent.parent.name for path in messages.sources()] == ["ja"]
    assert messages.check() == []


def test_extract_finds_the_messages_of_code_and_templates(house):
    remarks = messages.extract()
    assert [remark.partition(": ")[2] for remark in remarks] == [
        "untranslated: 'Bye'",
        "untranslated: 'Go on'",
        "untranslated: 'Hello %(name)s'",
        "untranslated: 'One case'",
        "untranslated: 'Read it'",
    ]


def test_extract_twice_writes_the_same(house, catalogue):
    path = catalogue('msgid "Go on"', 'msgstr "進む"')
    messages.extract()
    once = path.read_bytes()
    messages.extract()
    assert path.read_bytes() == once
    assert b"POT-Creation-Date" not in once
    assert b"#: templates/page.html\n" in once


def test_extract_keeps_translations_and_drops_what_is_stale(house, catalogue):
    path = catalogue('msgid "Go on"', 'msgstr "進む"', "", 'msgid "Gone"', 'msgstr "消えた"')
    messages.extract()
    assert "進む" in path.read_text("utf-8")
    assert "消えた" not in path.read_text("utf-8")


def test_extract_fills_gaps_from_other_catalogues_and_says_where_they_differ(house, catalogue, tmp_path):
    path = catalogue('msgid "Go on"', 'msgstr "進む"')
    offered = tmp_path / "offered.po"
    offered.write_text(
        f'{HEADER}\nmsgid "Go on"\nmsgstr "次へ"\n\nmsgctxt "evening"\nmsgid "Bye"\nmsgstr "ではまた"\n'
        '\nmsgid "No"\nmsgstr "否"\n',
        "utf-8",
    )
    remarks = messages.extract([offered])
    assert f"{offered}:5: kept '進む', not '次へ'" in remarks
    text = path.read_text("utf-8")
    assert ("進む" in text, "ではまた" in text, "否" in text) == (True, True, False)


def test_check_names_file_and_line(house, catalogue):
    path = catalogue(
        *('msgid "Go on"', 'msgstr ""', ""),
        *("#, fuzzy", 'msgid "Read it"', 'msgstr "読む"', ""),
        *('msgid "Gone"', 'msgstr "消えた"', ""),
        *('#~ msgid "Long gone"', '#~ msgstr "とうに消えた"'),
    )
    assert messages.check() == [
        f"{path}: not in the catalogue: 'Bye'",
        f"{path}: not in the catalogue: 'Hello %(name)s'",
        f"{path}: not in the catalogue: 'One case'",
        f"{path}: stale: 'Long gone'",
        f"{path}:12: stale, no code asks for it: 'Gone'",
        f"{path}:5: untranslated: 'Go on'",
        f"{path}:9: fuzzy: 'Read it'",
    ]


def test_compile_makes_a_catalogue_that_gettext_reads_and_only_when_it_is_older(house, catalogue):
    path = catalogue('msgid "Go on"', 'msgstr "進む"')
    assert messages.compile_all() == [path.with_suffix(".mo")]
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Go on") == "進む"
    assert messages.compile_all() == []


def test_a_process_that_looked_for_a_catalogue_before_it_was_made_finds_it_afterwards(house, catalogue, settings):
    """So does the first `make run`, which makes the catalogues, then writes a year of mails and histories."""
    path = catalogue('msgid "Go on"', 'msgstr "進む"')
    usual, made = settings.LOCALE_PATHS, path.with_suffix(".mo")
    try:
        settings.LOCALE_PATHS = [path.parent.parent.parent]
        translation_file_changed(None, made)
        with translation.override("ja"):
            assert translation.gettext("Go on") == "Go on"
        messages.compile_all()
        with translation.override("ja"):
            assert translation.gettext("Go on") == "進む"
    finally:
        settings.LOCALE_PATHS = usual
        translation_file_changed(None, made)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (['msgid "Hello %(name)s"', 'msgstr "こんにちは"'], 5),
        (['msgid "Hello %(name)s"', 'msgstr "こんにちは%(nmae)sさん"'], 5),
        (['msgid "{n} left"', 'msgstr "あと少し"'], 5),
        (['msgid "One case"', 'msgid_plural "%(count)s cases"', 'msgstr[0] "1件"'], 5),
        (['msgid "Go on"', 'msgstr "進む'], 6),
        (['msgid "Go on"', "進む"], 6),
    ],
    ids=["lost placeholder", "wrong placeholder", "lost brace", "lost in the plural", "open quote", "no keyword"],
)
def test_compile_refuses_what_is_broken_with_file_and_line(house, catalogue, lines, line):
    path = catalogue(*lines)
    with pytest.raises(ValueError, match=f"^{path}:{line}: "):
        messages.compile_all()
    assert not path.with_suffix(".mo").exists()


def test_compile_needs_no_settings():
    """An image is built without SECRET_KEY, database or the folder for data."""
    run = subprocess.run(
        [sys.executable, "-P", "-m", "config.messages", "compile"],
        cwd=Path(__file__).parent.parent,
        env={"PATH": "", "DATA_DIR": "/dev/null/nowhere", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
