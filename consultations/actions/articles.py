"""What a case taught others is written down for all: the draft of an article."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import locked
from consultations.blanking import Blanking
from consultations.models import Case, EntryKind
from consultations.models.likeness import alike
from consultations.states import UNCOUNTED
from knowledge import actions as knowledge
from knowledge.models import Article, ArticleKind
from knowledge.models.article import ANSWER_LENGTH, BLANK, QUESTION_LENGTH
from office.actions import ActionRefused, hold_members
from office.models import User


class ArticleThere(ActionRefused):
    """The case has its article already, or shares that of one like it."""

    def __init__(self, article: Article, case: Case) -> None:
        is_its_own = article.about == case.label
        super().__init__(
            _("There is an article made from this case already.")
            if is_its_own
            else _("There is an article made from a case like this already.")
        )
        self.article = article


class Begun(NamedTuple):
    """The draft, and what was blanked in it for the author to check."""

    article: Article
    blanked: list[str]


@event
def begin_article(*, case: Case, by: User, for_alike: bool = False) -> Begun:
    """Begin an article from a closed case: its question and last reply without names, for `by` to finish.

    Refused where the case is open, handled with care, or taught nothing (withdrawn, sent twice, by mistake);
    ArticleThere where it has one that is not taken back; with `for_alike`, which means one for all cases like it, also
    where one of those has.
    """
    hold_members(owner=by)  # people before cases
    case = locked(case)
    if case.closed_at is None:
        raise ActionRefused(_("An article is made from a closed case. Close it first."))
    if case.sensitive:
        raise ActionRefused(_("This case is to be handled with care. Nothing of it is published."))
    if case.result in UNCOUNTED:
        raise ActionRefused(_("This case was not answered, so there is nothing to make an article of."))
    if article := article_of(case, *(alike(case) if for_alike else ())):
        raise ArticleThere(article, case)
    blanks = Blanking(case)
    question = blanks.line(case.title)
    answer = "\n\n".join(filter(None, map(blanks.text, _texts(case))))
    article = knowledge.write_article(
        by=by,
        question=question[:QUESTION_LENGTH] or BLANK,
        answer=answer[:ANSWER_LENGTH] or BLANK,
        kind=ArticleKind.PROCEDURE if case.topic and case.topic.key == "procedures" else ArticleKind.FAQ,
        topics=[case.topic] if case.topic else [],
        about=case.label,
    )
    case.record(
        kind=EntryKind.ARTICLE_BEGUN, by=by, data={"article": article.pk, "title": question, "blanked": blanks.found}
    )
    return Begun(article, blanks.found)


def article_of(*cases: Case) -> Article | None:
    """The article that was made from a case, or from one of several, unless it was taken back; the newest of them."""
    articles = Article.objects.filter(about__in=[case.label for case in cases], retired_at=None)
    return articles.select_related("published").first()


def why_not_published(*, article: Article, **_signal: Any) -> str:
    """Why an article must not come before its readers; empty where it may. Asked by `knowledge.actions.publishing`."""
    noun, _colon, pk = article.about.partition(":")
    if noun == "case" and Case.objects.filter(pk=pk, sensitive=True).exists():
        return _("The case that this was made from is to be handled with care. Nothing of it is published.")
    return ""


def _texts(case: Case) -> list[str]:
    """The last that the requester was told, and what the pair learned."""
    reply = case.entries.filter(kind=EntryKind.REPLY).newest_first().exclude(text="").first()
    return [reply.text if reply else "", case.lesson]
