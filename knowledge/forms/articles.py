"""What is written in an article, what it is, and what the lists of articles are searched by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from knowledge.actions.articles import usual_review
from knowledge.models import Article, ArticleKind, Audience, Edition, Topic
from knowledge.models.article import ANSWER_LENGTH, QUESTION_LENGTH
from office import history
from office.fields import DayField, LineField, TextField
from office.models import User

SORTS = {"": _("Newest"), "helpful": _("Most helpful")}


class DraftForm(forms.Form):
    """A question and its answer."""

    use_required_attribute = False
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    question = LineField(
        label=pgettext_lazy("article", "Question"),
        max_length=QUESTION_LENGTH,
        help_text=_("As somebody would ask it who does not know the answer. This is what people find."),
        widget=forms.TextInput(attrs={"class": "w-long"}),
        error_messages={"required": pgettext_lazy("article", "Write the question.")},
    )
    answer = TextField(
        label=_("Answer"),
        max_length=ANSWER_LENGTH,
        rows=20,
        help_text=_("Name no person and no section that asked. What people need first stands first."),
        error_messages={"required": _("Write the answer.")},
    )

    def __init__(self, *args: Any, draft: Edition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft:
            self.initial |= {"question": draft.question, "answer": draft.answer, "version": draft.version}

    def on(self, draft: Edition) -> "DraftForm":
        """What was typed, to be saved over the draft as it is now."""
        data = self.data.copy()
        data["version"] = str(draft.version)
        return type(self)(data)


class FactsForm(forms.Form):
    """What an article is, for whom, and who keeps it right."""

    use_required_attribute = False
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=ArticleKind.choices, error_messages={"required": _("Choose the kind.")}
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(), label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[
            (Audience.EVERYONE, _("Everybody in the city office")),
            (Audience.OFFICE, _("Members of our office only")),
        ],
        error_messages={"required": _("Choose who reads it.")},
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who keeps it right"),
        help_text=_("Is reminded when the day of the next check has come."),
        empty_label=None,
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person from the list."),
        },
    )
    review_by = DayField(label=_("Next check by"), error_messages={"required": _("Choose the day of the next check.")})

    def __init__(self, *args: Any, article: Article | None = None, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = list(article.topics.all()) if article else []
        self.fields["topics"].queryset = Topic.objects.filter(
            Q(is_active=True) | Q(pk__in=[topic.pk for topic in chosen])
        )
        owner = article.owner if article else user
        self.fields["owner"].queryset = User.objects.filter(
            Q(pk__in=User.objects.office().values("pk")) | Q(pk=owner.pk)
        )
        start = article or Article(kind=ArticleKind.FAQ, review_by=usual_review())
        self.initial |= {
            "kind": start.kind,
            "audience": start.audience,
            "topics": chosen,
            "owner": owner,
            "review_by": start.review_by,
            "seen": history.newest(article) if article else None,
        }


class NewArticleForm(DraftForm, FactsForm):
    """A first draft, and what it is to be."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in ("version", "seen"):
            del self.fields[name]
        self.order_fields(["question", "answer", "kind", "topics", "audience", "owner", "review_by"])


class RemarkForm(forms.Form):
    """What the second reader wants changed."""

    use_required_attribute = False
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    remark = TextField(
        label=_("What should be changed"),
        max_length=1_000,
        rows=4,
        error_messages={"required": _("Write what should be changed.")},
    )


class ReviewForm(forms.Form):
    """Until when it holds that was looked at today."""

    use_required_attribute = False
    review_by = DayField(label=_("Next check by"), error_messages={"required": _("Choose the day of the next check.")})


class ArticleSearch(forms.Form):
    """What the articles are narrowed by."""

    marks = False
    q = LineField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "w-mid"}),
    )
    topic = forms.ModelChoiceField(  # chosen by links beneath
        Topic.objects.all(), label=_("Topic"), required=False, to_field_name="key", widget=forms.HiddenInput
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *ArticleKind.choices])
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(SORTS.items()))
