from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.states import Level
from knowledge.models import Article
from office import clock, era

# Of the questions that an article may answer, so many are compared: the newest.
MOST = 1_000
SHALLOW = [Level.ANSWER, Level.VALIDITY]


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def counting(self) -> Self:
        """Of cases that still count, and whose text may be shown."""
        return self.filter(case__in=comparable())


class Likeness(models.Model):
    """What a settled question of level 1 or 2 is like: other such cases, and the article that the form would suggest
    for it. Found by the worker, so that a page need not compare; what has changed since, it sees within a day.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="likeness", verbose_name=_("case"))
    # Cases, by their keys, with the words in common; the nearest first.
    near = models.JSONField(_("similar cases"), default=list)
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("article")
    )
    found_at = models.DateTimeField(_("compared"))

    objects = LikenessQuerySet.as_manager()

    class Meta:
        verbose_name = _("likeness of a case")
        verbose_name_plural = _("likenesses of cases")
        indexes: ClassVar = [models.Index(name="likeness_by_age", fields=["found_at"])]  # the oldest is found anew

    def __str__(self) -> str:
        return str(self.case_id)


def alike(case: Case) -> list[Case]:
    """Those that a case is like and that are like it, as it was found last."""
    found = Likeness.objects.filter(pk=case.pk).first()
    near = dict(found.near) if found else {}
    rows = Likeness.objects.counting().filter(pk__in=near).select_related("case")
    return [row.case for row in rows if case.pk in dict(row.near)]


def comparable() -> models.QuerySet[Case]:
    """Cases of levels 1 and 2 of this and the last fiscal year that are closed and count, none of them sensitive."""
    since = era.fiscal_year(clock.today()) - 1
    cases = Case.objects.closed().counted().filter(level__in=SHALLOW, sensitive=False, fiscal_year__gte=since)
    return cases.order_by("-fiscal_year", "-serial")
