"""The events of a consultation: as the book tells them, and what the book leaves to say once for all."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from django.utils import timezone

from config.demo.book import Event
from config.demo.year import Use
from consultations.states import DEEP, AskKind
from office import era

# What a pair brings to the weekly meeting after its first answer, where the story itself has no question.
QUESTIONS = {
    AskKind.SHARING: (
        "「{件名}」の相談。{区局}では次の考え方で回答した。ほかの区局からも出そうなので共有し、似た例があれば聞きたい。"
    ),
    AskKind.DIRECTION: (
        "既存の仕組みと運用の見直しで足りると考えて回答したが、この方向でよいか自信がない。"
        "技術と実務の両面から意見がほしい。"
    ),
    AskKind.ALTERNATIVES: "担当ペアの案のほかに、費用や手間のより少ない支援の方法があれば知りたい。",
    AskKind.NO_IDEA: (
        "おおむね道筋は付いたが、現場の手間が残るところの解決策が思いつかない。"
        "使えそうな道具や、ほかの区局の工夫を知りたい。"
    ),
}
ADVICE = [
    "・この方向でよい。費用のかからない運用の見直しを先に行い、足りないところだけ道具で補う。\n"
    "・横串の情報：似た相談が今年度ほかの区局にもある。回答をそろえておくとよい。",
    "・技術の視点から：いまの環境でできる。設定の控えを残し、異動しても続けられるようにする。\n"
    "・行政実務の視点から：要綱や様式に手を入れる必要がないかを、先に所管課に確かめてもらう。",
    "・まず1か所で試し、時間と件数を計ってから広げる。\n・回答の要点は、お役立ち記事の候補として控えておく。",
]
# The section goes on by itself for a while: our part is done, and the case stays open (case study, 1-2).
COMPLETED = "所管課が持ち帰って進めるとのこと。再度の相談に備え、しばらくクローズせずに置く。"
HELD = "所管課が持ち帰って検討するとのこと。検討の結果を待つ。"
AFTERWARDS = """
{相談者}様
{担当}です。前回のご相談から少したちました。その後の状況はいかがでしょうか。
順調に進んでいるようでしたら、この件はいったんクローズします。困ったことが出てきたときは、いつでもこの番号でもう一度ご相談ください。"""
# What the story leaves unsaid before the pair goes on with its own work.
THANKS = [
    "{相談者}様\nご連絡ありがとうございます。{担当}です。承知しました。こちらでも準備を進めておきます。",
    "{相談者}様\n{担当}です。お知らせいただきありがとうございます。その形で進めましょう。途中で気になることがあれば、いつでもご連絡ください。",
    "{相談者}様\nご返信ありがとうございます。{担当}です。よく分かりました。無理のない範囲でお進めください。",
]
OWN_WORK = {"hold", "complete", "support", "support_change", "consultation_only"}


def history(use: Use) -> list[Event]:
    """All events of a use, in order, those of the future too."""
    story = use.story
    if not story.event:
        return _short(use)
    chance = Random(f"{use.key} history")
    events = list(story.event)
    told = {event.action for event in events}
    if not story.is_journey and story.level and story.level > 1:
        if events[-1].action == "close" and not told & {"complete", "hold"} and chance.random() < 0.4:
            events[-1:] = _left_open(events[-1], chance)
        if "ask" not in told:
            events = _with_question(use, events, chance)
    return _with_replies(events, chance)


def _short(use: Use) -> list[Event]:
    """An answer that closes the case, and perhaps thanks for it."""
    story = use.story
    received = timezone.localdate(use.received)
    answered = (era.add_business_days(received, story.after) - received).days
    events = [Event(day=answered, action="answer", who=story.by, text=story.reply)]
    if story.thanks and use.number == 0:
        day = answered + story.thanks_after
        events.append(Event(day=day, action="message", kind="thanks", who="requester", text=story.thanks))
    return events


def _left_open(close: Event, chance: Random) -> list[Event]:
    """Put on hold or completed instead of closed; asked once more and closed when the time has come."""
    action, text, days = chance.choice([("complete", COMPLETED, 80), ("hold", HELD, 45)])
    later = close.day + days
    return [
        Event(day=close.day, action=action, who=close.who, text=text, until=later),
        Event(day=later, action="reply", who="partner", text=AFTERWARDS),
        replace(close, day=later + 7),
    ]


def _with_replies(events: list[Event], chance: Random) -> list[Event]:
    """A word of thanks to a requester whom the pair would otherwise leave without an answer."""
    answered = []
    for event, following in pairwise([*events, None]):
        answered.append(event)
        if event.kind in ("answer", "asked_again") and following and following.action in OWN_WORK:
            answered.append(Event(day=event.day + 1, action="reply", who=following.who, text=chance.choice(THANKS)))
    return answered


def _with_question(use: Use, events: list[Event], chance: Random) -> list[Event]:
    """A question to the weekly meeting after the first answer, always for the deep ones, for others now and then."""
    story = use.story
    place = next((place for place, event in enumerate(events) if event.action == "reply"), None)
    if place is None or (story.level not in DEEP and chance.random() > 0.4):
        return events
    kind = chance.choice(list(QUESTIONS))
    day, question = events[place].day, QUESTIONS[kind].replace("{件名}", use.tell(story.title))
    advice = "\n".join(f"・{line}" for line in story.lesson.splitlines()) or chance.choice(ADVICE)
    return [
        *events[: place + 1],
        Event(day=day, action="ask", who="lead", kind=kind, question=question, text=advice),
        *events[place + 1 :],
    ]
