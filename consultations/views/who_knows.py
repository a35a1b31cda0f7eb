"""Who in the office knows what."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.colleagues import advice_by_topic, closed_by_topic, knows
from consultations.forms.who_knows import WhatIKnowForm, WhoKnowsForm
from knowledge import text
from knowledge.actions import say_what_i_know
from knowledge.models import Knowing, Topic
from knowledge.words import vocabulary
from office.access import looks_and_changes, office_only
from office.models import Absence, User


@dataclass(frozen=True)
class Member:
    """Somebody of the office, with what they say and what they did, by topic."""

    person: User
    knowing: Knowing | None
    topics: list[Topic]
    closed: list[tuple[Topic, int]]
    advised: list[tuple[Topic, int]]

    def knows_of(self, topic: Topic) -> bool:
        return topic in self.topics or topic in dict(self.closed) or topic in dict(self.advised)

    @property
    def rank(self) -> tuple[int, int]:
        """Who has said something comes first, then who has closed most."""
        return -bool(self.knowing and (self.knowing.says or self.topics)), -sum(count for _topic, count in self.closed)


@office_only
@require_safe
def who_knows(request: HttpRequest) -> HttpResponse:
    """Every member of the office with what they know, by word and by topic."""
    form = WhoKnowsForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    members = _members()
    if words := asked.get("q"):
        members = [member for member in members if _says(member, words)]
    if topic := asked.get("topic"):
        members = [member for member in members if member.knows_of(topic)]
    return render(
        request,
        "consultations/who_knows/list.html",
        {"form": form, "members": sorted(members, key=lambda member: member.rank), "searched": any(asked.values())},
        status=200 if form.is_valid() else 400,
    )


@office_only
@looks_and_changes
def mine(request: HttpRequest) -> HttpResponse:
    """One's own entry."""
    knowing = Knowing.objects.filter(user=request.user).first()
    form = WhatIKnowForm(request.POST if request.method == "POST" else None, knowing=knowing)
    if form.is_valid():
        say_what_i_know(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved what you know about."))
        return redirect("who_knows")
    return render(request, "consultations/who_knows/mine.html", {"form": form}, status=422 if form.is_bound else 200)


def _members() -> list[Member]:
    people = list(User.objects.office().select_related("knowing").prefetch_related("knowing__topics"))
    Absence.objects.note_on(people)
    topics = list(Topic.objects.all())
    closed, advised = closed_by_topic(), advice_by_topic()

    def done(counts: dict[int, Counter[int]], person: User) -> list[tuple[Topic, int]]:
        each = [(topic, counts[topic.pk][person.pk]) for topic in topics if topic.pk in counts]
        return sorted([(topic, count) for topic, count in each if count], key=lambda row: -row[1])

    return [
        Member(
            person, knowing, list(knowing.topics.all()) if knowing else [], done(closed, person), done(advised, person)
        )
        for person in people
        for knowing in [knows(person)]
    ]


def _says(member: Member, words: str) -> bool:
    """Whether every word asked for stands in a member's entry, name or topics."""
    house = vocabulary()
    said = "\n".join([member.person.name, member.knowing.says if member.knowing else "", *map(str, member.topics)])
    asked = [token.term for token in text.tokens(text.clean(words), house) if not token.inside]
    held = {token.term for token in text.tokens(text.clean(said), house)}
    return text.normal(words).strip() in text.normal(said) or bool(asked and held.issuperset(asked))
