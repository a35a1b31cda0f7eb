from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from knowledge.models.document import Audience
from knowledge.models.topic import Topic
from office import clock
from office.models import User

QUESTION_LENGTH, ANSWER_LENGTH = 120, 20_000
# Where a text that was made from something else named somebody.
BLANK = "〔　〕"


class ArticleKind(models.TextChoices):
    PROCEDURE = "procedure", _("Procedure")
    MANUAL = "manual", _("Manual")
    FAQ = "faq", _("Frequent question")
    TRAINING = "training", _("Training material")


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        return self.filter(published__isnull=False, retired_at=None)

    def open_to(self, audience: str) -> Self:
        """Published, and meant for these readers."""
        published = self.published()
        return published if audience == Audience.OFFICE else published.filter(audience=Audience.EVERYONE)

    def past_review(self) -> Self:
        """Published, and the day has come to check that they still hold."""
        return self.published().filter(review_by__lte=clock.today())

    def held_by(self, user: User) -> Self:
        """Those that `user` keeps right: published, or being written."""
        return self.filter(owner=user, retired_at=None)

    def with_numbers(self) -> Self:
        """With `helped` and `unsolved`: what readers said of them, all editions together."""
        opinions = Opinion.objects.filter(article=models.OuterRef("pk")).order_by().values("article")
        counted = {
            name: Coalesce(models.Subquery(opinions.filter(helped=helped).values(count=Count("pk"))), 0)
            for name, helped in (("helped", True), ("unsolved", False))
        }
        return self.annotate(**counted)


class Article(models.Model):
    """A question that need not be asked any more, because its answer can be read (case study, 2-3: levels 1 and 2)."""

    kind = models.CharField(_("kind"), max_length=10, choices=ArticleKind.choices, default=ArticleKind.FAQ)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices, default=Audience.EVERYONE)
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles", verbose_name=_("topics"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="articles", verbose_name=_("owner"))
    review_by = models.DateField(_("to be checked by"))
    checked_on = models.DateField(_("last checked"), null=True, blank=True)
    # Where it came from, as the room above knows it: `case:41`. Empty where it was written from nothing.
    about = models.CharField(_("made from"), max_length=50, blank=True, db_index=True)
    created_at = models.DateTimeField(_("begun"), default=clock.now)
    published = models.OneToOneField(
        "Edition", models.PROTECT, null=True, blank=True, related_name="shown_as", verbose_name=_("published edition")
    )
    retired_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # When everybody could read it for the first time, and until when without a break: so long can be told what it did.
    public_since = models.DateTimeField(_("for everybody since"), null=True, blank=True, editable=False)
    public_until = models.DateTimeField(_("for everybody until"), null=True, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="article_kind_is_known", condition=Q(kind__in=ArticleKind.values)),
            models.CheckConstraint(name="article_audience_is_known", condition=Q(audience__in=Audience.values)),
            models.CheckConstraint(
                name="article_for_everybody_says_since",
                condition=Q(published=None)
                | Q(retired_at__isnull=False)
                | Q(audience=Audience.OFFICE)
                | Q(public_since__isnull=False),
            ),
            models.CheckConstraint(
                name="article_public_since_before_until",
                condition=Q(public_until=None) | Q(public_since__isnull=False, public_since__lte=F("public_until")),
            ),
        ]

    def __str__(self) -> str:
        edition = self.published or self.editions.first()
        return edition.question if edition else f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.pk])

    def get_desk_url(self) -> str:
        return reverse("desk_article", args=[self.pk])

    @property
    def desk_url(self) -> str:
        """For mail."""
        return settings.SITE_URL + self.get_desk_url()

    @property
    def draft(self) -> "Edition | None":
        """The edition that nobody has read yet. There is one at most."""
        return self.editions.filter(read_at=None).select_related("written_by").first()

    @property
    def is_public(self) -> bool:
        """As `ArticleQuerySet.published` finds it."""
        return bool(self.published_id and not self.retired_at)

    def note_when_public(self) -> None:
        """Before it is saved: whether this is the moment from which, or until which, everybody can read it."""
        if self.is_public and self.audience == Audience.EVERYONE:
            self.public_since = self.public_since or clock.now()
        elif self.public_since:
            self.public_until = self.public_until or clock.now()

    @property
    def review_is_reached(self) -> bool:
        return self.is_public and self.review_by <= clock.today()


class EditionQuerySet(models.QuerySet["Edition"]):
    def drafts(self) -> Self:
        """What nobody has read yet, of articles that are not taken back."""
        return self.filter(read_at=None, article__retired_at=None)

    def being_written(self) -> Self:
        return self.drafts().filter(offered_at=None)

    def waiting(self) -> Self:
        """Finished, and waiting for a second reader."""
        return self.drafts().filter(offered_at__isnull=False)


class Edition(models.Model):
    """The text of an article as one person wrote it. Shown once a second one has read it; never changed afterwards."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="editions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("edition"))
    question = models.CharField(pgettext_lazy("article", "question"), max_length=QUESTION_LENGTH)
    answer = models.TextField(_("answer"))  # Markdown
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written"))
    read_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("read by")
    )
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    # Since when the finished draft waits for a second reader, and what one of them wants changed.
    offered_at = models.DateTimeField(_("waits for a second reader"), null=True, blank=True)
    remark = models.TextField(_("remark of the second reader"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # raised by every change while it is a draft

    objects = EditionQuerySet.as_manager()
    history = HistoricalRecords()  # what a draft said before, and what was thrown away

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="edition_number_is_unique", fields=["article", "number"]),
            # A second person: whoever wrote it sees what was meant, not what stands there.
            models.CheckConstraint(
                name="edition_is_read_by_a_second_person", condition=Q(read_by=None) | ~Q(read_by=F("written_by"))
            ),
            models.CheckConstraint(
                name="edition_read_says_when_and_by_whom",
                condition=Q(read_by=None, read_at=None) | Q(read_by__isnull=False, read_at__isnull=False),
            ),
            # one draft at a time: two would overtake each other
            models.UniqueConstraint(name="article_has_one_draft", fields=["article"], condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.question


class Opinion(models.Model):
    """What a reader said of an article. Nobody is named."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="opinions", verbose_name=_("article"))
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", verbose_name=_("edition"))
    helped = models.BooleanField(_("it helped"))
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")

    def __str__(self) -> str:
        return f"{self.article_id}: {self.helped}"
