"""What the shelf answers on the database that the environment names: run by test_shelf_engines on both engines."""

import json
import sys
from datetime import UTC, datetime, timedelta

import django


def answers() -> list[object]:
    from config.demo import book
    from knowledge import counting, rerank, shelf
    from knowledge.models import Audience, IndexedDocument, Posting, Rack

    stories = list(book.stories())
    for number, story in enumerate(stories):
        for copy, problem in enumerate([story.problem, *story.also]):
            shelf.put(
                shelf.Document(
                    kind="case" if number % 3 else "article",
                    key=f"{story.key}-{copy}",
                    at=datetime(2026, 4, 1, tzinfo=UTC) + timedelta(hours=number // 2),
                    audience=Audience.OFFICE if number % 2 else Audience.EVERYONE,
                    title=story.title,
                    texts=[problem, story.reply],
                    facets={"topic": story.topic},
                )
            )
    shelf.remove("case", f"{stories[1].key}-0")
    for rack in Rack.objects.order_by("kind", "audience"):
        counting.count(rack)
    # As the worker does where the search extra is installed: what is similar is then ranked by its sense, too.
    encoded = rerank.encode_waiting(within=timedelta(hours=1))
    told: list[object] = [IndexedDocument.objects.count(), Posting.objects.count(), encoded]
    for story in stories:
        for budget in (shelf.BUDGET, 50):  # all of the postings, and so few that most are left out
            for audience in Audience.values:
                told += sorted(shelf.keys(story.title[-4:], audience=audience, kind="case", limit=30, budget=budget))
                limits = {"audience": audience, "budget": budget, "candidates": 30}
                told += [
                    (hit.document.key, hit.score, hit.words)
                    for hits in [
                        shelf.find(story.title[-4:], **limits),
                        shelf.find(story.problem[:12], where={"topic": story.topic}, **limits),
                        shelf.similar(story.problem, **limits),
                        shelf.similar(story.title, kinds=["article"], **limits),
                    ]
                    for hit in hits
                ]
    return told


if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command

    call_command("migrate", "knowledge", verbosity=0)
    json.dump(answers(), sys.stdout)
