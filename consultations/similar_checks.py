"""Earlier technical checks that ask much the same."""

from consultations.models import Case, TechnicalCheck
from consultations.models.check import CHECK
from knowledge import shelf, text
from knowledge.models import Audience

OFFERED = 5
# So many are looked at, lest those of the case itself and repeated questions leave nothing to offer.
LOOKED_AT = 30
LEAST = 20


def similar_checks(question: str, *, beside: Case) -> list[TechnicalCheck]:
    """The answered checks of other cases whose questions are nearest to `question`, the nearest first.

    Of a question asked several times the newest. Never one of a case to be handled with care. 8 SQL.
    """
    hits = shelf.similar(
        question,
        audience=Audience.OFFICE,
        kinds=[CHECK],
        where={"offered": "1"},
        limit=LOOKED_AT,
        least=LEAST,
        budget=shelf.LIVE,
        candidates=LOOKED_AT * 2,
    )
    keys = [int(hit.document.key) for hit in hits]
    others = TechnicalCheck.objects.answered().filter(case__sensitive=False).exclude(case=beside)
    rows = others.for_the_list().in_bulk(keys)
    near = [rows[key] for key in keys if key in rows]
    newest: dict[str, TechnicalCheck] = {}
    for check in sorted(near, key=lambda check: (check.answered_at, check.pk)):
        newest[_plain(check.question)] = check
    return [check for check in near if newest[_plain(check.question)] == check][:OFFERED]


def _plain(question: str) -> str:
    return "".join(text.normal(question).split())
