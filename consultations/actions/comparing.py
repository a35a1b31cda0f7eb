"""Which settled questions are alike, and which of them an article answers by now."""

import time
from datetime import timedelta

from consultations import documents, nearness
from consultations.models import Case, Likeness
from consultations.models.case_queryset import CASE
from consultations.models.likeness import MOST, comparable
from knowledge import shelf
from knowledge.documents import ARTICLE
from knowledge.models import Article, Audience
from office import clock

# Two questions are alike where each holds so much of what the other says. On the cases of the demo this brings the
# uses of one story together and keeps other stories out.
ALIKE = 0.4
NEAREST, LOOKED_AT, WORDS = 30, 60, 4
# What is older is found anew: by then there are new cases and articles.
OLD = timedelta(hours=20)
AT_ONCE = 20


def compare_cases(*, within: timedelta) -> int:
    """Find what the newest questions are like, where that is not known or was found long ago. Returns how many.

    For about as long as `within`; the next run goes on from there. Of cases that count no more, nothing is kept.
    """
    end = time.monotonic() + within.total_seconds()
    newest = list(comparable().values_list("pk", flat=True)[:MOST])
    Likeness.objects.exclude(pk__in=newest).delete()
    known = dict(Likeness.objects.values_list("pk", "found_at"))
    old = clock.now() - OLD
    due = [pk for pk in newest if pk not in known or known[pk] < old]
    among, done = set(newest), 0
    while due[done:] and time.monotonic() < end:
        some = Case.objects.filter(pk__in=due[done : done + AT_ONCE]).prefetch_related("hearings")
        rows = [_likeness(case, among) for case in some]
        Likeness.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case"], update_fields=["near", "article", "found_at"]
        )
        done += AT_ONCE
    return min(done, len(due))


def _likeness(case: Case, among: set[int]) -> Likeness:
    question = documents.question(case)
    # Of all that was ever asked: what is near may be old, so that many are looked at before some are kept.
    hits = shelf.similar(question, audience=Audience.OFFICE, kinds=[CASE], limit=shelf.CANDIDATES)
    near = [
        [int(hit.document.key), nearness.in_common(hit.words, most=WORDS)]
        for hit in hits
        if hit.share >= ALIKE and int(hit.document.key) in among
    ]
    return Likeness(case=case, near=near[:NEAREST], article_id=_article_for(case, question), found_at=clock.now())


def _article_for(case: Case, question: shelf.Document) -> int | None:
    """The article made of it, or else the first that the form would suggest: of those that everybody may read."""
    public = Article.objects.open_to(Audience.EVERYONE)
    made = public.filter(about=case.label).values_list("pk", flat=True).first()
    if made:
        return made
    hits = shelf.similar(question, audience=Audience.EVERYONE, kinds=[ARTICLE], limit=3, candidates=LOOKED_AT)
    near = [int(hit.document.key) for hit in hits if nearness.is_near(hit)]
    shown = set(public.filter(pk__in=near).values_list("pk", flat=True))
    return next((pk for pk in near if pk in shown), None)
