"""The message catalogues, kept and compiled by Babel; no gettext is needed on the machine.

    python -m config.messages compile            locale/*/LC_MESSAGES/django.po into .mo
    python -m config.messages extract [MORE.po]  bring the catalogues up to date with code and templates
    python -m config.messages check              say what is untranslated, stale or does not fit

`extract` keeps the translations there are, fills what is missing from the catalogues given, and drops what no code asks
for any more. Settings are not read: an image is built without them.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract as extract_from
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
NOT_SHOWN = {"tests", "bench"}
KEYWORDS = {
    "_": None,
    **dict.fromkeys(["gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
LINE = re.compile(r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\]) )?"(?:[^"\\]|\\.)*")?')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
# Without dates and names: a catalogue changes when a message does.
HEADERS = {"Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms"}


def compile_all() -> list[Path]:
    """Compile every catalogue that is newer than what was made of it, and return the files made.

    Raises ValueError where a translation does not fit its message (a missing placeholder, say), with file and line.
    """
    made = []
    for source in sources():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        catalog = read(source)
        if wrong := list(misfits(source, catalog)):
            raise ValueError("\n".join(wrong))
        unfinished = target.with_suffix(".part")
        with unfinished.open("wb") as file:
            write_mo(file, catalog)
        unfinished.replace(target)  # at once: a process that is starting reads the old one or the new one
        made.append(target)
        # Models have this process read the old one, or none, as they are imported.
        translation_file_changed(sender=None, file_path=target)
    return made


def extract(more: Iterable[Path] = ()) -> list[str]:
    """Write every catalogue anew from what the code asks for. Returns what the translator should look at: messages
    still untranslated, and translations in `more` that differ from one already there, which was kept.
    """
    asked = in_the_code()
    remarks = []
    for target in sources():
        known = read(target)
        for file in more:
            offered = read(file)
            for message in (m for m in offered if m.id and m.string and not m.fuzzy and key(m) in asked):
                there = known.get(message.id, message.context)
                if there is None or not translated(there):
                    known.delete(message.id, message.context)
                    known[message.id] = message
                elif there.string != message.string:
                    remarks.append(f"{file}:{message.lineno}: kept {there.string!r}, not {message.string!r}")
        fresh = Catalog(locale=target.parent.parent.name)
        for message in asked.values():
            old = known.get(message.id, message.context)
            fits = old is not None and isinstance(old.id, str) == isinstance(message.id, str)
            fresh.add(
                message.id,
                old.string if old and fits else "",
                locations=message.locations,
                flags={"fuzzy"} if old and old.fuzzy else (),
                context=message.context,
            )
        with target.open("wb") as out:
            out.write(header(fresh).encode())
            write_po(out, fresh, width=0, omit_header=True, sort_output=True, include_lineno=False)
        remarks += problems(target, asked)
    return remarks


def check() -> list[str]:
    """What is wrong with the catalogues, one line each with file and line; nothing where all is well."""
    asked = in_the_code()
    return [problem for source in sources() for problem in problems(source, asked)]


def problems(source: Path, asked: dict[tuple[str, str | None], Message]) -> list[str]:
    catalog = read(source)
    there = {key(message): message for message in catalog if message.id}
    found = [f"{source}: not in the catalogue: {singular!r}" for singular, _ in asked.keys() - there.keys()]
    for name, message in there.items():
        if name not in asked:
            found.append(f"{source}:{message.lineno}: stale, no code asks for it: {name[0]!r}")
        elif message.fuzzy:
            found.append(f"{source}:{message.lineno}: fuzzy: {name[0]!r}")
        elif not translated(message):
            found.append(f"{source}:{message.lineno}: untranslated: {name[0]!r}")
    found += [f"{source}: stale: {singular!r}" for singular, _ in map(key, catalog.obsolete.values())]
    return sorted(found) + list(misfits(source, catalog))


def misfits(source: Path, catalog: Catalog) -> Iterator[str]:
    """Translations that would raise, or lose a value, when they are filled in."""
    wrong = {message.lineno: str(errors[0]) for message, errors in catalog.check()}
    for message in catalog:
        if not message.id or not translated(message):
            continue
        ids, strings = forms(message.id), forms(message.string)
        for number, string in enumerate(strings, start=1):
            # "one case" may do without its number in a language that has such a form; the last form stands for any.
            allowed = [set(PLACEHOLDER.findall(text)) for text in (ids[-1:] if number == len(strings) else ids)]
            if set(PLACEHOLDER.findall(string)) not in allowed:
                wrong.setdefault(message.lineno, f"placeholders differ: {ids[-1]!r} and {string!r}")
    yield from (f"{source}:{line}: {words}" for line, words in sorted(wrong.items(), key=lambda item: item[0] or 0))


def in_the_code() -> dict[tuple[str, str | None], Message]:
    """Every message that Python code and templates ask for, with the files that do."""
    catalog = Catalog()
    for path, code in sorted([*python_files(), *templates()]):
        for _line, ids, _comments, context in extract_from("python", BytesIO(code.encode()), KEYWORDS):
            catalog.add(ids, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return {key(message): message for message in catalog if message.id}


def python_files() -> Iterator[tuple[Path, str]]:
    for folder in ROOT.iterdir():
        if (folder / "__init__.py").exists() and folder.name not in NOT_SHOWN:
            yield from ((path, path.read_text("utf-8")) for path in folder.rglob("*.py"))


def templates() -> Iterator[tuple[Path, str]]:
    """Django turns a template into something like Python. What stands around the messages becomes words and keeps its
    indentation, at which Python's tokenizer takes offence; hence it goes.
    """
    for path in (ROOT / "templates").rglob("*.*"):
        text = templatize(path.read_text("utf-8"), origin=str(path))
        yield path, "\n".join(line.strip() for line in text.splitlines())


def sources() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """A catalogue. Raises ValueError, with file and line, where it cannot be read."""
    text = path.read_text("utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if not LINE.fullmatch(line):  # Babel would pass over a quote that is not closed, and lose what it holds
            raise ValueError(f"{path}:{number}: not a line of a catalogue: {line}")
    try:
        return read_po(
            StringIO(text), locale=path.parent.parent.name if path.is_relative_to(LOCALE) else None, abort_invalid=True
        )
    except PoFileError as problem:
        raise ValueError(f"{path}:{problem.lineno + 1}: {problem}") from None


def header(catalog: Catalog) -> str:
    lines = [f'"{name}: {value}\\n"' for name, value in catalog.mime_headers if name in HEADERS]
    return "\n".join(['msgid ""', 'msgstr ""', *lines, "", ""])


def key(message: Message) -> tuple[str, str | None]:
    """What a message is looked up by: its singular, and its context."""
    return forms(message.id)[0], message.context


def forms(text: str | Iterable[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def translated(message: Message) -> bool:
    return all(forms(message.string or ""))


def main(arguments: list[str]) -> int | str:
    match arguments:
        case ["compile"]:
            compile_all()
            return 0
        case ["extract", *files]:
            print("\n".join(extract([Path(file) for file in files])))
            return 0
        case ["check"]:
            return "\n".join(check()) or 0
    return __doc__ or ""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ValueError as broken:
        sys.exit(str(broken))
