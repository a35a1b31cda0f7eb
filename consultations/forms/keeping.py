"""Forms of the texts that the team leads keep."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from consultations import canned
from consultations.models import CannedText, QuestionTemplate
from knowledge.models import Topic
from office.fields import LineField, TextField
from office.keeping import KeptForm

QUESTION_LENGTH = 500
PLACEHOLDERS = " ".join(f"{{{name}}}" for name in canned.PLACEHOLDERS)


class InUseField(forms.BooleanField):
    def __init__(self) -> None:
        super().__init__(label=capfirst(gettext_lazy("in use")), required=False, initial=True)


class TitleField(LineField):
    def __init__(self) -> None:
        super().__init__(
            label=capfirst(pgettext_lazy("text", "title")),
            max_length=100,
            error_messages={"required": gettext_lazy("Write what it is called.")},
        )


class CannedTextForm(KeptForm):
    called = "title"
    title = TitleField()
    text = TextField(
        label=capfirst(gettext_lazy("text")),
        rows=10,
        help_text=format_lazy(
            gettext_lazy(
                "{names} are filled in from the case. {day} is the day of the hold, or else the day by which we answer"
                " what is asked today."
            ),
            names=PLACEHOLDERS,
            day="{期限}",
        ),
        error_messages={"required": gettext_lazy("Write the text.")},
    )
    is_active = InUseField()

    class Meta:
        model = CannedText
        fields = ("title", "text", "order", "is_active")

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if unknown := canned.unknown(text):
            raise ValidationError(
                ngettext(
                    "%(unknown)s is filled in by nothing. Known are: %(known)s",
                    "%(unknown)s are filled in by nothing. Known are: %(known)s",
                    len(unknown),
                )
                % {"unknown": " ".join(unknown), "known": PLACEHOLDERS}
            )
        return text


class QuestionTemplateForm(KeptForm):
    called = "title"
    title = TitleField()
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=gettext_lazy("Topic"),
        required=False,
        empty_label=gettext_lazy("Every topic"),
        error_messages={"invalid_choice": gettext_lazy("Choose one from the list.")},
    )
    questions = TextField(
        label=capfirst(gettext_lazy("questions")),
        rows=10,
        help_text=gettext_lazy("One in each line."),
        error_messages={"required": gettext_lazy("Write at least one question.")},
    )
    is_active = InUseField()

    class Meta:
        model = QuestionTemplate
        fields = ("title", "topic", "questions", "order", "is_active")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.in_use() | Topic.objects.filter(pk=self.instance.topic_id)

    def clean_questions(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines()]
        if any(len(line) > QUESTION_LENGTH for line in lines):
            raise ValidationError(
                _("A question has more than %(most)s characters. Put each into a line of its own.")
                % {"most": QUESTION_LENGTH}
            )
        return "\n".join(filter(None, lines))
