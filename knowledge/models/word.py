import re
import unicodedata
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

SEPARATORS = re.compile(r"[、,\r\n]+")


class Word(models.Model):
    """A word that search takes as one, with what else it is called here. The office's leads keep the list."""

    name = models.CharField(_("word"), max_length=40, unique=True)
    also = models.TextField(_("also called"), blank=True, help_text=_("Separated by commas or on lines of their own."))
    # Of the machine's time, not the office's: by it every process knows that its copy of the list is old.
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("word of search")
        verbose_name_plural = _("words of search")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def forms(self) -> list[str]:
        """Every way to write it, its name first."""
        return [self.name, *filter(None, (form.strip() for form in SEPARATORS.split(self.also)))]

    @staticmethod
    def clash(forms: Iterable[str], words: "Iterable[Word]") -> "tuple[str, Word] | None":
        """The first of the forms that one of the words has already, and that word."""
        taken = {normal(form): word for word in words for form in word.forms}
        return next(((form, taken[normal(form)]) for form in forms if normal(form) in taken), None)


def normal(text: str) -> str:
    """One way to write what is the same: full and half width, capital and small letters."""
    return unicodedata.normalize("NFKC", text).lower()


class Respelling(models.Model):
    """Forms of a word that was changed. The row waits until every document that holds one has been indexed anew."""

    forms = models.JSONField(_("forms"))

    class Meta:
        verbose_name = _("respelling")
        verbose_name_plural = _("respellings")

    def __str__(self) -> str:
        return "、".join(self.forms)
