"""What the team leads keep here: topics, and the words of search."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from knowledge import actions
from knowledge.forms.topics import TopicForm
from knowledge.forms.words import WordForm
from knowledge.models import Respelling, Topic, Word
from office.access import keepers_only
from office.actions import ActionRefused
from office.keeping import Keeping
from office.models import User

topics = Keeping(
    "topics",
    TopicForm,
    in_use=Topic.objects.in_use,
    columns=["name_en", "order"],
    lead=gettext_lazy("What consultations are about. One is chosen when a case is closed, and reports count by it."),
)


def keep(*, row: Word, by: User, seen: int | None = None) -> Word:
    """As `Keeping` asks for it."""
    return actions.keep_word(by=by, name=row.name, also=row.also, word=row if row.pk else None, seen=seen)


class WordKeeping(Keeping):
    """A word that is no longer wanted goes: the dictionary has one for it anyway. Its history stays."""

    def urls(self, below: str) -> list[URLPattern]:
        drop = path(f"{below}<int:pk>/drop/", keepers_only(require_POST(self.drop)), name="keeping_words_drop")
        return [*super().urls(below), drop]

    def waits(self) -> bool:
        """Whether documents are still to be indexed anew for a change."""
        return Respelling.objects.exists()

    def drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        word = get_object_or_404(Word, pk=pk)
        try:
            actions.drop_word(by=request.user, word=word)
        except ActionRefused as refused:
            messages.error(request, str(refused))
            return redirect(self.url)
        messages.success(request, _("“%(name)s” is out of use. %(then)s") % {"name": word, "then": _then()})
        return redirect(self.url)

    def _saved(self, request: HttpRequest, row: Model) -> HttpResponse:
        messages.success(request, _("“%(name)s” is saved. %(then)s") % {"name": row, "then": _then()})
        return redirect(self.url)


def _then() -> Any:
    return _("Search takes it up within minutes: documents that hold it are indexed anew in the background.")


words = WordKeeping(
    "words",
    WordForm,
    in_use=Word.objects.all,
    columns=["also"],
    lead=gettext_lazy(
        "What search takes as one word. Whoever looks for “PC” finds what was written of a computer, too. Keep only"
        " true other names of the same thing here: with words that are merely similar, search finds too much."
    ),
    keep=keep,
    list_template="knowledge/words.html",
    form_template="knowledge/word.html",
)
