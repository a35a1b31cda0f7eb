"""The message catalogues, compiled by Babel: `python -m config.messages compile`. No gettext is needed on the machine."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all() -> list[Path]:
    """Compile every catalogue that is newer than what was made of it, and return the files made.

    Raises ValueError where a translation does not fit its message (a missing placeholder, say), with file and line.
    """
    made = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
        for message, errors in catalog.check():
            raise ValueError(f"{source}:{message.lineno}: {errors[0]}")
        unfinished = target.with_suffix(".part")
        with unfinished.open("wb") as file:
            write_mo(file, catalog)
        unfinished.replace(target)  # at once: a process that is starting reads the old one or the new one
        made.append(target)
    return made


if __name__ == "__main__":
    if sys.argv[1:] != ["compile"]:
        sys.exit("Usage: python -m config.messages compile")
    compile_all()
