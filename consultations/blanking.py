"""A case told without its people: what names them is blanked, what is only courtesy is dropped.

No machine does this for certain. Whoever publishes the text reads it; but no name that the case itself holds is left,
and where in doubt more is blanked than need be.
"""

import re
from collections.abc import Iterable, Iterator

from consultations.models import Case, Entry
from consultations.models.entry import AuthorKind
from knowledge import text as words
from knowledge.models.article import BLANK
from office.models import Department, DepartmentKind, User

KANJI = "一-鿿々〆ヶヵ"
DASH = r"\-‐‑‒–—―−ー－"
# Variants of a character that one person's name is written with in one mail, and not in the next.
VARIANTS = [
    "高髙",
    "崎﨑嵜",
    "辺邊邉",
    "斎斉齋齊",
    "沢澤",
    "浜濱濵",
    "広廣",
    "島嶋嶌",
    "国國",
    "桜櫻",
    "竜龍",
    "吉𠮷",
    "ケヶが",
]
VARIANT = {sign: f"[{signs}]" for signs in VARIANTS for sign in signs}

EVERYWHERE = [
    # e-mail; then addresses by which one comes to the case or to a chat
    re.compile(r"[\w.+-]+[@＠][\w-]+(?:[.．][\w-]+)+", re.ASCII),
    re.compile(r"[\w.+-]+[@＠][\w.-]+"),
    re.compile(r"https?://[!-~]*(?:/receipts/|/desk/|/ict/|teams\.microsoft\.com)[!-~]*"),
    # folders: they are named after sections and people
    re.compile(r"(?:\\\\|[A-Za-z]:\\)[^\s、。」』）]+"),
    # numbers of cases, phones and extensions
    re.compile(rf"[RＲrｒ]\s?\d{{1,2}}\s?[{DASH}]\s?\d{{3,6}}"),
    re.compile(rf"(?<!\d)[0０]\d{{0,4}}[{DASH}(（]\s?\d{{1,4}}[{DASH})）]\s?\d{{3,4}}(?!\d)"),
    re.compile(rf"(?<!\d)(?<!\d[{DASH}])\d{{3}}[{DASH}]\d{{4}}(?![\d{DASH}])"),
    re.compile(r"(?<![\d.．])[0０]\d{9,10}(?!\d)"),
    re.compile(r"(?<=内線)\s*(?:番号)?\s*[:：は]?\s*\d{2,6}"),
    re.compile(rf"(?:(?<=電話)|(?<=TEL)|(?<=Tel)|(?<=FAX)|(?<=ＴＥＬ))\s*[:：]?\s*[\d{DASH}()（）]{{4,}}"),
]
# Somebody, whoever it is, before 様 or さん.
HONOURED = re.compile(
    rf"([{KANJI}]{{1,6}}|[ァ-ヴー・]{{2,12}}|[A-Za-zＡ-Ｚａ-ｚ]{{2,20}})[ 　]?"
    r"(?:様|さま|さん|氏|殿)(?![式子々態相性名堂])"
)
NOBODY = re.compile(
    r"(?:仕|同|多|模|有|一|異|各|神|王|今|図|逆|何|左|皆|客|奥|お?客|ご?本人|利用者|名|摂|両|町名|姓)|.*(?:者|客|民|員|社|皆|人)"
)

# --- what is only courtesy

ADDRESSEE = re.compile(r"[^。、]{1,40}(?:様|さま|さん|殿|御中|各位)[、,，]?")
RULER = re.compile(rf"[{DASH}─━=＝*＊_＿~～〜・]{{2,}}")
SENTENCE = re.compile(r"[^。！!？?]*[。！!？?]+|[^。！!？?]+")
COURTESY = re.compile(
    r"(?:いつも|平素より|平素は|日頃より|日ごろより)?(?:大変)?お世話(?:に|様).*"
    r"|お疲れ(?:様|さま).*"
    r"|お忙しい(?:ところ|中).*"
    r"|(?:初めて|はじめて)(?:ご)?(?:相談|連絡)(?:いた)?します|はじめまして|初めまして"
    r"|.{0,12}(?:ご相談|ご連絡|ご返信|ご報告|ご質問|お問い?合わせ|資料).{0,10}(?:ありがとう|有難う|有り難う|感謝).*"
    r"|.{0,20}(?:よろしく|宜しく)お願い(?:いた|致)?(?:し)?(?:ます|申し上げます).{0,3}"
    r"|取り急ぎ.{0,20}"
    r"|(?:以上です|以上となります|失礼(?:いた|致)?します)"
    r"|[^\s。、]{0,20}(?:課|室|係|局|区|部|署|所|担当)の[^\s。、をにがはへでと]{1,8}(?:です|と申します|でございます)"
)
INTRODUCES = re.compile(r".{0,40}(?:です|と申します|でございます|より|から)[。.！!]?")
ITEM = re.compile(rf"\s*(?:[・\d①-⑳(（■●○◎◆*#>]|[{DASH}] )")
SIGNATURE_LENGTH, SIGNATURE_LINES = 30, 10


class Blanking:
    """How the texts of one case are blanked. `found` is what was, each once, for the author to check."""

    def __init__(self, case: Case) -> None:
        self.found: list[str] = []
        entries = list(case.entries.all())
        names = {*_names(case, entries)}
        places = {*_places(case, entries)}
        self.known = _any(part for name in names for part in _forms(name))
        self.short = _any(part for name in names for part in _forms(name, short=True))
        self.places = _any(place for place in places if len(place) > 2)
        self.short_places = _any(place for place in places if len(place) == 2)
        self.literally = _any(filter(None, (case.folder, case.phone, case.email, *case.cc)))

    def line(self, text: str) -> str:
        """One line, such as a title, without what names anybody."""
        return " ".join(self._blanked(words.clean(text)).split(" ")).strip()

    def text(self, text: str) -> str:
        """A letter or note without what names anybody, without address, greetings and signature."""
        lines = self._without_signature(words.clean(text).replace("\r\n", "\n").split("\n"))
        kept = [line for line in map(self._without_courtesy, lines) if line is not None]
        kept = self._without_closing(kept)
        return re.sub(r"\n{3,}", "\n\n", self._blanked("\n".join(kept))).strip()

    def names_anybody(self, text: str) -> bool:
        """Whether something in a text would be blanked."""
        return bool(self._spans(text))

    # --- courtesy

    def _without_signature(self, lines: list[str]) -> list[str]:
        """Without what stands under a ruler at the end, where it says who wrote."""
        for place in range(max(0, len(lines) - SIGNATURE_LINES), len(lines)):
            rest = "\n".join(lines[place + 1 :])
            if RULER.fullmatch(lines[place].strip()) and (not rest.strip() or self.names_anybody(rest)):
                self._note(rest)
                return lines[:place]
        return lines

    def _without_courtesy(self, line: str) -> str | None:
        """The line without sentences of courtesy; None where nothing is left of it."""
        said = line.strip()
        if not said:
            return ""
        if ADDRESSEE.fullmatch(said) and not ITEM.match(said):
            self._note(said)
            return None
        kept = [sentence for sentence in SENTENCE.findall(line) if not self._is_courtesy(sentence)]
        return "".join(kept) if "".join(kept).strip() else None

    def _is_courtesy(self, sentence: str) -> bool:
        said = sentence.strip().rstrip("。！!？?")
        introduces = INTRODUCES.fullmatch(said) and self.known.search(said) and not ITEM.match(said)
        if COURTESY.fullmatch(said) or (introduces and "、" not in said):
            self._note(said)
            return True
        return False

    def _without_closing(self, lines: list[str]) -> list[str]:
        """Without short lines at the end that name somebody: a signature that no ruler sets apart."""
        end = len(lines)
        while end and (not lines[end - 1].strip() or self._signs(lines[end - 1].strip())):
            end -= 1
        if not any(line.strip() for line in lines[:end]):  # that was no signature, but all there is
            return lines
        self._note("\n".join(lines[end:]))
        return lines[:end]

    def _signs(self, line: str) -> bool:
        plain = len(line) <= SIGNATURE_LENGTH and "。" not in line and not ITEM.match(line)
        return plain and self.names_anybody(line)

    # --- names

    def _note(self, text: str) -> None:
        for start, end in self._spans(text):
            if (said := text[start:end].strip()) not in self.found:
                self.found.append(said)

    def _blanked(self, text: str) -> str:
        self._note(text)
        for start, end in reversed(self._spans(text)):
            text = text[:start] + BLANK + text[end:]
        return text

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where something is to be blanked, in order; what touches or overlaps is one."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self._matches(text)):
            if merged and not text[merged[-1][1] : start].strip(" 　") and "\n" not in text[merged[-1][1] : start]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def _matches(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern in (*EVERYWHERE, self.literally, self.known, self.places):
            yield from (match.span() for match in pattern.finditer(text))
        yield from (match.span(1) for match in HONOURED.finditer(text) if not NOBODY.fullmatch(match[1]))
        parts = list(words.parts(text))
        yield from ((part.start, part.end) for part in parts if part.is_name)
        # 森 is a name, and the wood of 森林 is none.
        cuts = {cut for part in parts for cut in (part.start, part.end)}
        for pattern in (self.short, self.short_places):
            yield from (match.span() for match in pattern.finditer(text) if {*match.span()} <= cuts)


def _names(case: Case, entries: Iterable[Entry]) -> Iterator[str]:
    """Everybody with an account, and everybody who was ever the contact of the case or wrote in it."""
    yield case.name
    yield from User.objects.values_list("name", flat=True)
    for entry in entries:
        if entry.author_kind != AuthorKind.SYSTEM:
            yield entry.author_name
    yield from _former(entries, "name")


def _places(case: Case, entries: Iterable[Entry]) -> Iterator[str]:
    """The case's section and department, the others concerned, and every ward: what is said of one names it."""
    own = [case.department.name, *(department.name for department in case.concerned.all())]
    yield from own
    yield from (re.sub(r"[区局]$", "", name) for name in own if len(name) > 3 or name.endswith("区"))
    yield from Department.objects.filter(kind=DepartmentKind.WARD).values_list("name", flat=True)
    yield from _former(entries, "department")
    for section in (case.section_name.strip(), *_former(entries, "section", "other_section")):
        yield section
        yield from re.findall(r"^.+?[課室]", section)


def _former(entries: Iterable[Entry], *fields: str) -> Iterator[str]:
    """What stood in these fields of a case before they were corrected, and what has stood there since."""
    for entry in entries:
        changes = entry.data.get("changes", {})
        for values in (changes.get(field, []) for field in fields):
            yield from (value for value in values if isinstance(value, str))


def _forms(name: str, *, short: bool = False) -> Iterator[str]:
    """How a person may be called: whole, by family name, by given name.

    `short`: those that are a part of many a word, such as 森 or あい.
    """
    whole = name.split()
    called = {"".join(whole), *whole}
    if len(whole) == 1:
        called |= {name[part.start : part.end] for part in words.parts(name) if part.is_name}
        called |= {name[:2], name[:3]} if re.fullmatch(rf"[{KANJI}]{{3,}}", name) else set()
    yield from (form for form in called if form and _is_short(form) == short)


def _is_short(form: str) -> bool:
    return len(form) == 1 or bool(re.fullmatch("[ぁ-ん]{2,3}|[A-Za-z]{2}", form))


def _any(texts: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these, with spaces or variants of their characters within."""
    patterns = []
    for text in sorted({*texts} - {""}, key=lambda text: (-len(text), text)):
        signs = r"[ 　・]?".join(VARIANT.get(sign, re.escape(sign)) for sign in text)
        latin = re.fullmatch(r"[\x00-\x7f]+", text)
        patterns.append(rf"(?<![A-Za-z0-9]){signs}(?![A-Za-z0-9])" if latin else signs)
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
