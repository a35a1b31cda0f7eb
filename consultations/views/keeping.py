"""The texts that the team leads keep, and the way to all that they keep."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consultations.forms.keeping import CannedTextForm, QuestionTemplateForm
from consultations.models import CannedText, QuestionTemplate
from office.access import keepers_only
from office.keeping import Keeping

canned_texts = Keeping(
    "canned_texts",
    CannedTextForm,
    in_use=CannedText.objects.in_use,
    columns=["order"],
    lead=_("What replies are begun with. They are offered wherever the requester is written to."),
)
question_templates = Keeping(
    "question_templates",
    QuestionTemplateForm,
    in_use=QuestionTemplate.objects.in_use,
    columns=["topic", "order"],
    lead=_("What a hearing begins with: questions for every topic, and more for some."),
)


@keepers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "keeping/index.html")
