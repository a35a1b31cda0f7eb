from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.models import Word
from knowledge.models.word import SEPARATORS
from office.fields import LineField, TextField
from office.keeping import KeptForm

# So long may one form be: a longer one is no word that anybody looks for.
LONGEST = 40


class WordForm(KeptForm):
    order = None  # words stand by their names
    name = LineField(
        label=capfirst(gettext_lazy("word")),
        max_length=LONGEST,
        help_text=gettext_lazy("As the office writes it. It is shown where search names the word."),
        error_messages={"required": gettext_lazy("Write what it is called.")},
    )
    also = TextField(
        label=capfirst(gettext_lazy("also called")),
        max_length=1000,
        rows=4,
        required=False,
        help_text=gettext_lazy(
            "Other names of the same thing, separated by commas or on lines of their own. Full and half width, capital"
            " and small letters need not be repeated. Whoever looks for one of them finds all: name nothing that is"
            " only similar."
        ),
    )

    class Meta:
        model = Word
        fields = ("name", "also")

    def clean_also(self) -> str:
        forms = [form.strip() for form in SEPARATORS.split(self.cleaned_data["also"]) if form.strip()]
        if long := next((form for form in forms if len(form) > LONGEST), None):
            text = _("“%(form)s” is too long for a word. Use %(limit)s characters at most, and a comma between words.")
            self.add_error("also", text % {"form": f"{long[:20]}…", "limit": LONGEST})
        return "、".join(dict.fromkeys(forms))

    def clean(self) -> dict[str, Any]:
        super().clean()
        name = self.cleaned_data.get("name")
        if not name or self.errors:
            return self.cleaned_data
        if SEPARATORS.search(name):
            self.add_error("name", _("Write one word here, without commas. Its other names go into the next field."))
        typed = Word(name=name, also=self.cleaned_data["also"])
        if clash := Word.clash(typed.forms, Word.objects.exclude(pk=self.instance.pk)):
            form, other = clash
            self.add_error(
                "name" if form == name else "also",
                _("“%(form)s” belongs to the word “%(word)s” already. Add to that one, or take it out there first.")
                % {"form": form, "word": other},
            )
        return self.cleaned_data
