"""Examples in each state, come by through the actions."""

from typing import Any

from consultations import actions
from consultations.models import Case, Example
from knowledge.models import Topic
from office.models import Department, User
from tests.factories import make_case

TEXTS = {
    "title": "勤務表づくりの見直し",
    "trouble": "毎月の勤務表を手作業で作っており、二日かかっていた。",
    "approach": "希望の集め方をそろえ、表計算で下書きが出るようにした。",
    "outcome": "二日かかっていた作業が半日になった。",
}


def procedures() -> Topic:
    """What the migrations brought is gone after the first test that commits."""
    return Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内", "name_en": "Procedures"})[0]


def closed(department: Department, by: User, *, level: int = 2, topic: Topic | None = None, **given: Any) -> Case:
    case = make_case(department, **given)
    return actions.answer_and_close(
        case=case, by=by, text="手順をご案内します。", level=level, topic=topic or procedures(), lesson="教訓"
    )


def drafted(case: Case, by: User, **texts: Any) -> Example:
    return actions.write_example(case=case, by=by, **{**TEXTS, **texts})


def asked(case: Case, by: User, **texts: Any) -> Example:
    return actions.ask_consent(example=drafted(case, by, **texts), by=by)


def agreed(case: Case, by: User, **texts: Any) -> Example:
    return actions.give_consent(example=drafted(case, by, **texts), by=by, name="田中 実", how="電話で")


def published(case: Case, by: User, **texts: Any) -> Example:
    return actions.publish_example(example=agreed(case, by, **texts), by=by)
