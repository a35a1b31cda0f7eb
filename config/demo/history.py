"""The events of a consultation: as the book tells them, and what the book leaves to say once for all."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from django.utils import timezone

from config.demo import book
from config.demo.book import Event, Story
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
# What the meeting says to it, by topic.
ADVICE = {
    "procedures": [
        "・締切から逆算した予定表を付けて返すと、問い合わせが減る。\n"
        "・横串の情報：同じ手続の質問がほかの区からも続いている。お役立ち記事の候補として控えておく。",
        "・行政実務の視点から：様式の書き方より、誰の了解がいつ要るかで止まりやすい。そこを先に書く。\n"
        "・記入例は架空の内容で1枚にまとめ、次の相談でも使えるようにする。",
    ],
    "information": [
        "・先行する都市の数字は、導入後2年目のもの、職員の手間も含めたものを聞く。\n"
        "・技術の視点から：できること・できないことを表にして、所管課の課題に当てはめて返す。",
        "・説明を聞くだけでなく、実物を30分触れる機会を作る。\n"
        "・行政実務の視点から：情報収集の段階では1社と話を進めすぎない。複数から同じ条件で聞く。",
    ],
    "tools": [
        "・技術の視点から：全庁の環境（kintone、RPA、AI-OCR）で足りるかを、1つの係で試してから決める。\n"
        "・行政実務の視点から：道具の前に、なくせる作業がないかを所管課と1枚に書き出す。\n"
        "・横串の情報：同じ種類の仕組みを動かしている区局がある。画面を見せてもらうと早い。",
        "・製品を比べるなら、値段より「やめるときにデータを取り出せるか」を先に確かめる。\n"
        "・試行は1か所、1か月、計る数字は2つに絞る。作成者は2人以上にする。",
    ],
    "improvement": [
        "・まず件数と時間を計る。その結果を見て、やめる・まとめる・自動にするの順に考える。\n"
        "・行政実務の視点から：要綱に根拠のない項目は減らせる。所管課の課長の了解を早めに取る。",
        "・技術の視点から：前後の工程が紙のままだと、間だけ自動にしても効果が出にくい。\n"
        "・横串の情報：別の局が似た様式を見直している。新旧の様式をもらって比べる。",
    ],
    "succession": [
        "・作り直す前に、いま使っている画面と帳票を数える。使っていないものは引き継がない。\n"
        "・技術の視点から：データを読める形で取り出せるかを最初に試す。\n"
        "・止まったときに手作業へ戻す手順を、先に用意しておく。",
    ],
    "web": [
        "・作る側ではなく、初めて見る人2人に試してもらい、目的のページに着くまでの時間で決める。\n"
        "・技術の視点から：見出しは3つまでに絞り、よく使うものを上に置く。文字の大きさは読み上げでも確かめる。",
    ],
    "rules": [
        "・「できない」で終わらせず、どうすればできるかを添える。条件は3つまでにまとめる。\n"
        "・ICT運用部門の回答は転記して残し、次の相談で使えるようにする。",
        "・行政実務の視点から：判断の理由を決裁に残せる形（1枚）にして渡すと、所管課が説明しやすい。\n"
        "・横串の情報：ほかの区からも同じ質問が来ている。回答をそろえる。",
    ],
    "other": ["・担当の部署に要点を伝え、受けてもらえるかを確かめてから返す。1か月後に様子を聞く。"],
}
# What the meeting decides on such a case, by topic; the pair does it until the next meeting.
DECISIONS = {
    "procedures": [
        "必要な手続を締切の順に1枚にまとめ、所管課に渡す",
        "同じ質問の件数を数え、お役立ち記事にするかを報告する",
    ],
    "information": [
        "先行している都市2つに、導入後の手間を電話で聞く",
        "できること・できないことの表を作り、所管課に渡す",
    ],
    "tools": ["先に使っている区局の画面を所管課と見に行く", "全庁の環境で足りるかを1つの係で試し、結果を持ち寄る"],
    "improvement": ["所管課に1週間分の件数と時間を数えてもらう", "なくせる項目を所管課の課長と確かめる"],
    "succession": ["いま使っている画面と帳票の一覧を作る", "データを読める形で取り出せるかを試す"],
    "web": ["初めて見る人2人に試してもらい、迷った場所を書き出す", "見出しの案を3つに絞って所管課に示す"],
    "rules": ["条件を3つまでにまとめ、ICT運用部門に確かめる", "判断の理由を1枚にして所管課に渡す"],
    "other": ["担当の部署に要点を伝え、受けてもらえるかを確かめる"],
}
# Now and then the meeting decides something that is about no case.
OWN_DECISIONS = [
    "続けて来た質問から、お役立ち記事の候補を3件挙げる",
    "年度末に見直す支援メニューの説明を読み合わせる",
    "区局のDX担当者向け説明会の案内文を作る",
    "しばらく動きのない案件の連絡のしかたを決める",
]
# How a line of advice says from which side it comes.
SIDES = {"技術の視点から：": "technical", "行政実務の視点から：": "administrative", "横串の情報：": "crosscut"}
# The section goes on by itself for a while: our part is done, and the case stays open (case study, 1-2).
COMPLETED = "所管課が持ち帰って進めるとのこと。再度の相談に備え、しばらくクローズせずに置く。"
HELD = "所管課が持ち帰って検討するとのこと。検討の結果を待つ。"
AFTERWARDS = """
{相談者}様
{担当}です。前回のご相談から少したちました。その後の状況はいかがでしょうか。
順調に進んでいるようでしたら、この件はいったんクローズします。困ったことが出てきたときは、いつでもこの番号でもう一度ご相談ください。"""
# What comes back when the pair asks how things stand.
WORD = [
    "お気遣いありがとうございます。その後、いただいた案の順番で進めています。今のところ困っていることはありません。",
    "係の中で試しており、順調です。もう少し使ってから、ほかの係にも広げる予定です。",
    "年度内に一通り形になりそうです。おかげさまで手間がかなり減りました。",
]
# What the story leaves unsaid before the pair goes on with its own work.
THANKS = [
    "{相談者}様\nご連絡ありがとうございます。{担当}です。承知しました。こちらでも準備を進めておきます。",
    "{相談者}様\n{担当}です。お知らせいただきありがとうございます。その形で進めましょう。途中で気になることがあれば、いつでもご連絡ください。",
    "{相談者}様\nご返信ありがとうございます。{担当}です。よく分かりました。無理のない範囲でお進めください。",
]
OWN_WORK = {"hold", "complete", "support", "support_change", "consultation_only", "book", "matching", "refer"}


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
        if "check" not in told:
            events = _with_check(story, events, chance)
        if not story.level > 2 and "hearing" not in told and chance.random() < 0.5:
            events = _without_hearing(events)
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
        *_how_things_stand(action, later, chance),
        replace(close, day=later + 7),
    ]


def _how_things_stand(action: str, day: int, chance: Random) -> list[Event]:
    """One click for a case on hold, which the requester answers; a word of the pair's own for a completed one."""
    if action != "hold":
        return [Event(day=day, action="reply", who="partner", text=AFTERWARDS)]
    return [
        Event(day=day, action="progress", who="partner"),
        Event(day=day + 2, action="message", kind="answer", who="requester", text=chance.choice(WORD)),
    ]


def _without_hearing(events: list[Event]) -> list[Event]:
    """What was written says enough."""
    return [
        told
        for event in events
        for told in ([event, Event(event.day, "no_hearing", event.who)] if event.action == "take_up" else [event])
    ]


def _with_check(story: Story, events: list[Event], chance: Random) -> list[Event]:
    """A question to ICT operations once work has begun, answered within two days and before the case is closed."""
    place = next((place for place, event in enumerate(events) if event.action == "take_up"), None)
    asked = book.checks(story.topic)
    if place is None or not asked or story.sensitive or chance.random() > 0.5:
        return events
    check, thread, day = chance.choice(asked), chance.random() < 0.4, events[place].day
    before, after = events[: place + 1], events[place + 1 :]
    soon = [n for n, event in enumerate(after) if event.day > day + 2 or event.action in ("answer", "close")]
    cut = soon[0] if soon else len(after)
    answer = Event(
        day=min([day + 2, *(event.day for event in after[cut : cut + 1])]),
        action="check_answer",
        who="partner" if thread else chance.choice(["ict", "yasuda"]),
        text=check["answer"],
        ruling=check["ruling"],
        rule=check["rule"],
        valid=check["valid"],
    )
    question = Event(day=day, action="check", who="partner", question=check["question"], thread=thread)
    return [*before, question, *after[:cut], answer, *after[cut:]]


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
    return [
        *events[: place + 1],
        Event(
            day=day,
            action="ask",
            who="lead",
            kind=kind,
            question=question,
            text=chance.choice(ADVICE[story.topic]),
        ),
        *events[place + 1 :],
    ]
