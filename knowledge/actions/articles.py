"""An article from its first draft until it is taken back. What readers see was written by one and read by another."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from knowledge import documents, shelf
from knowledge.models import Article, ArticleKind, Audience, Edition, Opinion, Topic
from knowledge.models.article import ANSWER_LENGTH, BLANK, QUESTION_LENGTH
from office import actions as office
from office import clock
from office.actions import ActionRefused, signed
from office.listing import listed
from office.models import User

# An article is looked at again after a year, unless somebody says otherwise; a slip of the year hides it for good.
YEAR = timedelta(days=365)
FARTHEST = 3 * YEAR
# Sent with `article`, which is about to come before its readers. A room above answers why it must not, in words: this
# room does not know what it was made from.
publishing = Signal()


class StaleDraft(ActionRefused):
    """Somebody changed the draft after the page was opened."""

    def __init__(self) -> None:
        super().__init__(_("Someone changed this draft while you were writing. Compare both, then save again."))


def usual_review() -> date:
    """The day by which an article that is right today should be looked at again."""
    return clock.today() + YEAR


# --- writing


@transaction.atomic
def write_article(
    *,
    by: User,
    question: str,
    answer: str,
    kind: str = ArticleKind.FAQ,
    audience: str = Audience.EVERYONE,
    topics: Iterable[Topic] = (),
    owner: User | None = None,
    review_by: date | None = None,
    about: str = "",
    offer: bool = False,
) -> Article:
    """Begin an article with its first draft, which nobody but the office sees.

    `about` says what it is made from. `offer`: it is finished and waits for a second reader.
    """
    office.hold_members(owner=owner or by)
    article = Article(
        kind=kind,
        audience=audience,
        owner=owner or by,
        review_by=_to_come(review_by or usual_review()),
        about=about,
        created_at=clock.now(),
    )
    office.keep(row=article, by=by)
    article.topics.set(topics)
    _write(Edition(article=article, number=1), by, question, answer, offer=offer)
    return article


@transaction.atomic
def begin_edition(*, article: Article, by: User) -> Edition:
    """Begin a new draft of a published article, with its text; readers go on seeing what is published.

    Refused where it is not published, or where a draft is there already.
    """
    article = _locked(article)
    shown = article.published
    if shown is None or article.retired_at:
        raise ActionRefused(_("Only a published article gets a new edition."))
    if draft := article.draft:
        raise ActionRefused(_("%(name)s is writing a new edition already.") % {"name": draft.written_by.name})
    number = article.editions.order_by("-number").values_list("number", flat=True)[0] + 1
    return _write(Edition(article=article, number=number), by, shown.question, shown.answer)


@transaction.atomic
def change_draft(
    *, article: Article, by: User, question: str, answer: str, version: int | None = None, offer: bool = False
) -> Edition:
    """Change the draft; whoever does is its writer from then on, so that somebody else must read it.

    StaleDraft where `version` is no longer the current one. Refused where there is no draft.
    """
    draft = _draft_of(_locked(article), version)
    return _write(draft, by, question, answer, offer=offer)


@transaction.atomic
def offer_draft(*, article: Article, by: User, version: int | None = None) -> Edition:
    """Say that the draft is finished and waits for a second reader. Refused where it does already."""
    draft = _draft_of(_locked(article), version)
    if draft.offered_at:
        raise ActionRefused(_("It waits for a second reader already."))
    refuse_blanks(draft, "question", "answer")
    draft.offered_at, draft.remark = clock.now(), ""
    return _saved(draft, by)


@transaction.atomic
def drop_draft(*, article: Article, by: User, version: int | None = None) -> None:
    """Throw away the draft of a published article. One of which nothing is published is taken back instead."""
    article = _locked(article)
    draft = _draft_of(article, version)
    if not article.published_id:
        raise ActionRefused(_("Nothing of it is published yet. Take the article back instead."))
    signed(draft, by).delete()


# --- reading


@transaction.atomic
def publish(*, article: Article, by: User, version: int | None = None) -> Article:
    """Show the draft to its readers: `by` has read it.

    Refused to whoever wrote it, where it was not offered, where it still has blanks, and where a room above knows why.
    StaleDraft as `change_draft`.
    """
    article = _locked(article)
    draft = _draft_of(article, version)
    if draft.written_by_id == by.pk:
        raise ActionRefused(
            _("You wrote this text yourself. Ask a colleague to read it: the second reader publishes it.")
        )
    if not draft.offered_at:
        raise ActionRefused(
            _("%(name)s is still writing and has not asked for a reader yet.") % {"name": draft.written_by.name}
        )
    refuse_blanks(draft, "question", "answer")
    draft.read_by, draft.read_at = by, clock.now()
    _saved(draft, by)
    article.published, article.checked_on = draft, clock.today()
    if article.review_by <= clock.today():
        article.review_by = usual_review()
    return _shown(article, by)


@transaction.atomic
def send_back(*, article: Article, by: User, remark: str, version: int | None = None) -> Edition:
    """Give the draft back to its writer, with what should be changed. Refused to the writer, and where none waits."""
    draft = _draft_of(_locked(article), version)
    if not draft.offered_at:
        raise ActionRefused(_("It does not wait for a reader."))
    if draft.written_by_id == by.pk:
        raise ActionRefused(_("You wrote this text yourself. Change it instead."))
    if not remark.strip():
        raise ActionRefused(_("Write what should be changed."), field="remark")
    draft.offered_at, draft.remark = None, f"{remark.strip()}（{by.name}）"
    return _saved(draft, by)


# --- keeping it right


@transaction.atomic
def confirm_still_right(*, article: Article, by: User, review_by: date | None = None) -> Article:
    """Say that a published article was looked at and still holds, until `review_by` (a year from now)."""
    article = _locked(article)
    if not article.is_public:
        raise ActionRefused(_("Only a published article can be confirmed."))
    article.review_by, article.checked_on = _to_come(review_by or usual_review()), clock.today()
    return office.keep(row=article, by=by)


@transaction.atomic
def change_facts(
    *,
    article: Article,
    by: User,
    kind: str,
    topics: Iterable[Topic],
    audience: str,
    owner: User,
    review_by: date,
    seen: int | None = None,
) -> Article:
    """Change what an article is and for whom, who keeps it right and until when it holds; it is put on the shelf anew.

    Refused where the owner has left, or the day has passed; where what only the office read is opened to everyone by
    its writer, or a room above knows why it must not be. StaleRow where its history has gone on since `seen`.
    """
    office.hold_members(owner=owner)
    article = _locked(article)
    if review_by != article.review_by:  # a day that has passed may stay: only a look at the text moves it
        _to_come(review_by)
    if audience != article.audience and (draft := article.draft):
        _saved(draft, by)  # whoever has it open to publish it reads it for other readers
    # One that is taken back, too: it comes back by anybody's click.
    opened = article.published if (article.audience, audience) == (Audience.OFFICE, Audience.EVERYONE) else None
    if opened and opened.written_by_id == by.pk:
        raise ActionRefused(
            _("You wrote this text yourself. Ask a colleague to read it as everybody will, and to open it to them."),
            field="audience",
        )
    article.kind, article.audience, article.owner, article.review_by = kind, audience, owner, review_by
    if opened:
        _ask_rooms_above(article, field="audience")
    article.note_when_public()
    office.keep(row=article, by=by, seen=seen)
    article.topics.set(topics)
    if article.is_public:
        shelf.put(documents.document(article))
    return article


@transaction.atomic
def hand_on_articles(*, person: User, heir: User, by: User) -> int:
    """Give every article that `person` keeps to `heir`. Returns how many."""
    office.hold_members(owner=heir)
    articles = list(Article.objects.held_by(person).select_for_update(no_key=True).order_by("pk"))
    for article in articles:
        article.owner = heir
        office.keep(row=article, by=by)
    return len(articles)


def still_held(*, user: User, **_signal: Any) -> list[str]:
    """What `user` keeps right, in words; asked for by `office.actions.leaving`."""
    articles = Article.objects.held_by(user).select_related("published").order_by("pk")
    return [_("articles to keep right (%(titles)s)") % {"titles": listed(articles)}] if articles else []


# --- the end, and back


@transaction.atomic
def retire(*, article: Article, by: User) -> Article:
    """Take an article back, published or not: nobody but the office sees it any more. Refused where it is already."""
    article = _locked(article)
    if article.retired_at:
        raise ActionRefused(_("This article is taken back already."))
    return _retired(article, by)


@transaction.atomic
def retire_made_from(*, about: str, by: User) -> list[Article]:
    """Take back whatever was made from something, published or not. Returns what was not taken back already."""
    # All of it locked first: whoever is bringing one back this very moment is waited for.
    made = list(Article.objects.filter(about=about).select_for_update(no_key=True).order_by("pk"))
    return [_retired(article, by) for article in made if not article.retired_at]


@transaction.atomic
def bring_back(*, article: Article, by: User) -> Article:
    """Show an article again that was taken back, or go on with its draft.

    Refused where it was not, where its owner has left meanwhile (another one is named first), and where a room above
    knows why it must not be shown.
    """
    office.hold_members(owner=article.owner)
    owner, article = article.owner, _locked(article)
    if article.owner != owner:
        raise office.StaleRow
    if not article.retired_at:
        raise ActionRefused(_("This article is not taken back."))
    article.retired_at = None
    return _shown(article, by)


# --- readers


@transaction.atomic
def give_opinion(*, article: Article, helped: bool) -> Opinion:
    """Count what a reader says of the edition that is shown. Refused where none is."""
    article = Article.objects.select_related("published").get(pk=article.pk)
    if article.published is None or article.retired_at:
        raise ActionRefused(_("This article is not shown any more."))
    return Opinion.objects.create(article=article, edition=article.published, helped=helped, at=clock.now())


# --- what they have in common


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(no_key=True).get(pk=article.pk)


def _draft_of(article: Article, version: int | None) -> Edition:
    """The draft of a locked article. StaleDraft where its version is another; refused where there is none."""
    if article.retired_at:
        raise ActionRefused(_("This article is taken back. Bring it back first."))
    draft = article.draft
    if draft is None:
        if version is not None:  # there was one when the page was opened
            raise ActionRefused(_("A colleague has published or dropped this draft meanwhile."))
        raise ActionRefused(_("There is no draft of this article."))
    if version is not None and version != draft.version:
        raise StaleDraft
    return draft


def _write(draft: Edition, by: User, question: str, answer: str, *, offer: bool = False) -> Edition:
    question, answer = question.strip(), answer.replace("\r\n", "\n").strip()
    if not question or not answer:
        raise ActionRefused(_("An article needs a question and an answer."))
    if len(question) > QUESTION_LENGTH or len(answer) > ANSWER_LENGTH:
        raise ActionRefused(_("The text is too long."))
    draft.question, draft.answer, draft.written_by, draft.written_at = question, answer, by, clock.now()
    draft.offered_at = None
    if offer:
        refuse_blanks(draft, "question", "answer")
        draft.offered_at, draft.remark = clock.now(), ""
    return _saved(draft, by)


def _saved(draft: Edition, by: User) -> Edition:
    draft.version += 1 if draft.pk else 0
    signed(draft, by).save()
    return draft


def _retired(article: Article, by: User) -> Article:
    article.retired_at = clock.now()
    article.note_when_public()
    office.keep(row=article, by=by)
    shelf.remove(documents.ARTICLE, str(article.pk))
    return article


def _shown(article: Article, by: User) -> Article:
    _ask_rooms_above(article)
    article.note_when_public()
    office.keep(row=article, by=by)
    if article.is_public:
        shelf.put(documents.document(article))
    return article


def _ask_rooms_above(article: Article, *, field: str = "") -> None:
    """Refused, at `field`, where one of them knows why it must not come before its readers."""
    for _receiver, why in publishing.send(sender=Article, article=article):
        if why:
            raise ActionRefused(why, field=field)


def refuse_blanks(row: Any, *fields: str) -> None:
    """Refused where one of these texts of a row has still a blank; its author learns which."""
    texts = [row._meta.get_field(field).verbose_name for field in fields if BLANK in getattr(row, field)]
    if texts:
        raise ActionRefused(
            _("There are still blanks “%(blank)s” where names stood (%(texts)s). Rewrite those places first.")
            % {"blank": BLANK, "texts": listed(texts)}
        )


def _to_come(day: date) -> date:
    if day <= clock.today():
        raise ActionRefused(_("Choose a day to come for the next check."), field="review_by")
    if day > clock.today() + FARTHEST:
        raise ActionRefused(_("This day is more than three years away. Check the year."), field="review_by")
    return day
