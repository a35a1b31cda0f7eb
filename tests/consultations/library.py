"""Articles and examples as everybody finds them."""

import uuid
from typing import Any

from consultations import actions
from consultations.documents import example_document
from consultations.models import Case, Example
from knowledge import counting, shelf
from knowledge.models import Article, Edition, Rack
from menus.models import SupportMenu
from office import clock
from office.models import User
from tests.factories import make_case

SHIFTS = "保育士の勤務シフトを自動で作成する"
SHIFTS_ANSWER = "勤務シフトの自動作成には、庁内の勤務割ツールが使えます。保育園の保育士の勤務割も作れます。"
TROUBLE = "公立保育園における保育士の勤務シフトを自動作成できるようなツールがないか。"
UNRELATED = "庭の桜の木が枯れてしまいました。どこに頼めばよいですか。"


def publish_article(
    by: User, reader: User, question: str = SHIFTS, answer: str = SHIFTS_ANSWER, **given: Any
) -> Article:
    """An article that a second person has read, on the shelf."""
    now = clock.now()
    article = Article.objects.create(owner=by, review_by=clock.today(), **given)
    article.published = Edition.objects.create(
        article=article,
        number=1,
        question=question,
        answer=answer,
        written_by=by,
        written_at=now,
        read_by=reader,
        read_at=now,
    )
    article.note_when_public()
    article.save()
    shelf.put(
        shelf.Document("article", str(article.pk), now, audience=article.audience, title=question, texts=[answer])
    )
    count()
    return article


def publish_example(case: Case, by: User, *, tools: list[str] = (), **given: Any) -> Example:
    """A case told to everybody, with its requester's consent, on the shelf."""
    now = clock.now()
    told = {
        "title": "保育園の勤務シフトの自動作成",
        "trouble": TROUBLE,
        "approach": "庁内の勤務割ツールを試しました。",
        "outcome": "作成が2日から半日になりました。",
    }
    state = {"asked_at": now, "agreed_at": now, "agreed_name": "田中 実", "published_at": now}
    example = Example.objects.create(case=case, written_by=by, written_at=now, **{**told, **state, **given})
    for place, name in enumerate(tools):
        key = f"tool-{uuid.uuid4().hex[:8]}"
        example.menus.add(SupportMenu.objects.create(key=key, kind="existing_tool", name=name, order=place))
    shelf.put(example_document(example))
    count()
    return example


def closed_case(department: Any, by: User, topic: Any, level: int = 1, **given: Any) -> Case:
    case = make_case(department, **given)
    actions.answer_and_close(case=case, by=by, text="手引きをご覧ください。", level=level, topic=topic)
    return Case.objects.get(pk=case.pk)


def count() -> None:
    """As the worker does at night."""
    for rack in Rack.objects.all():
        counting.count(rack)
