"""Articles for the tests, made through the actions."""

from typing import Any

from knowledge import actions
from knowledge.models import Article
from office.models import User

QUESTION = "申込みを電子申請で受けるには"
ANSWER = "「電子申請・届出システム」で受けられます。\n\n1. 様式作成者の登録\n2. 公開前の確認"


def make_draft(by: User, *, offer: bool = False, **given: Any) -> Article:
    return actions.write_article(**{"by": by, "question": QUESTION, "answer": ANSWER, "offer": offer, **given})


def make_article(writer: User, reader: User, **given: Any) -> Article:
    """A published one."""
    return actions.publish(article=make_draft(writer, offer=True, **given), by=reader)
