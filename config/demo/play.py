"""A year of the desk, lived through: everything that happened was done by an action, at its hour, in its order."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count, cycle
from random import Random
from typing import Any

from django.utils import timezone

from config.demo import book, hours, opening, readers, year
from config.demo.book import Event
from config.demo.history import DECISIONS, OWN_DECISIONS, SIDES, history
from config.demo.year import Use
from consultations import actions, outline
from consultations.actions.hearing import Finding
from consultations.actions.stepping import Promise
from consultations.models import Booking, Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import UNCOUNTED, AdviceKind, AskKind, Channel, Result, SupportState, TieKind
from knowledge import actions as knowledge
from knowledge.actions import note_sent
from knowledge.models import Audience, Topic
from meetings import actions as meetings
from meetings.models import AgendaItem, Meeting
from menus.models import SupportMenu
from office import actions as office
from office import clock, era
from office.models import Department, Profession, User

# What a case, a meeting or the office itself goes through: each yields the moment at which it goes on.
Life = Iterator[datetime]

MEETS_AT, ENDS_AT = time(10), time(11)
ROOM = "第3会議室・Teams"
REACHED_IN_AN_HOUR = 5
SIDE_OF = {
    Profession.SPECIALIST: AdviceKind.TECHNICAL,
    Profession.ADMINISTRATIVE: AdviceKind.ADMINISTRATIVE,
    "": AdviceKind.ADMINISTRATIVE,
}
# For so many days a case may lie: one whose follow-up day has come, and now and then one in work.
UNTOUCHED = 30
# So many days ago the office went through the searches in vain.
LIST_READ = 100


class Diary:
    """What is still to come, the next first. What lies after `until` has not happened."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.pages: list[tuple[datetime, int, Life]] = []
        self.order = count()

    def begin(self, life: Life) -> None:
        at = next(life, None)
        if at is not None and at <= self.until:
            heappush(self.pages, (at, next(self.order), life))

    def live(self) -> None:
        while self.pages:
            at, _, life = heappop(self.pages)
            with clock.at(at):
                self.begin(life)


class Desk:
    """The desk while it lives through its year."""

    def __init__(self, until: datetime) -> None:
        self.diary = Diary(until)
        self.people = {user.username: user for user in User.objects.all()}
        self.topics = {topic.key: topic for topic in Topic.objects.all()}
        self.menus = {menu.key: menu for menu in SupportMenu.objects.all()}
        self.cases: dict[tuple[str, int], Case] = {}
        self.examples = book.examples()
        # What the meeting will say to a question once it comes up, who says it, and what is decided.
        self.advice: dict[int, tuple[str, User | None, str]] = {}

    def live(self) -> None:
        until = self.diary.until
        self.diary.begin(self.weekly_meetings(hours.moment(year.first_day(until), hours.OPENS)))
        self.diary.begin(self.turn_of_the_year(era.fiscal_year_start(era.fiscal_year(timezone.localdate(until)))))
        last = hours.open_day_before(timezone.localdate(until))
        self.diary.begin(self.days_off(last))
        self.diary.begin(self.coming_change(last))
        for told in book.articles():
            self.diary.begin(self.article(told))
        for use in year.uses(until):
            self.diary.begin(CaseLife(self, use).live())
            self.diary.begin(readers.read_instead(use))
        for search in readers.searches(until):
            self.diary.begin(search)
        self.diary.begin(readers.settle(LIST_READ, self.people["chief"], until))
        self.diary.live()

    def article(self, told: dict[str, Any]) -> Life:
        """An article from its first draft on: another member reads it, readers say whether it helped."""
        chance = Random(f"{year.SEED} {told['question']}")
        begun = timezone.localdate(self.diary.until) - timedelta(days=told["written"])
        yield hours.some_time(chance, begun)
        article = knowledge.write_article(
            by=self.people[told["writer"]],
            question=told["question"],
            answer=told["answer"],
            kind=told["kind"],
            audience=told.get("audience", Audience.EVERYONE),
            topics=[self.topics[key] for key in told["topics"]],
            review_by=clock.today() + timedelta(days=round(told.get("review", 12) * 30.4)),
            offer=told.get("state") != "draft",
        )
        if told.get("state") == "sent_back":
            yield hours.some_time(chance, clock.today() + timedelta(days=1))
            knowledge.send_back(article=article, by=self.people[told["reader"]], remark=told["remark"])
        if "state" in told:
            return
        yield hours.some_time(chance, clock.today() + timedelta(days=told["read"]))
        knowledge.publish(article=article, by=self.people[told["reader"]])
        said = [True] * told["helped"] + [False] * told["unsolved"]
        chance.shuffle(said)
        shown = max((self.diary.until - clock.now()).days - 1, 1)
        days = sorted(chance.randint(1, shown) for _opinion in said)
        first = clock.today()
        for day, helped in zip(days, said, strict=True):
            at = hours.some_time(chance, first + timedelta(days=day))
            yield max(at, clock.now())
            knowledge.give_opinion(article=article, helped=helped)

    def weekly_meetings(self, begin: datetime) -> Life:
        yield begin
        facilitators = cycle([self.people["facilitator"]] * 4 + [self.people["miura"]])
        recorders = cycle([user for user in self.people.values() if user.on_team and not user.is_lead])
        while True:
            facilitator, recorder = next(facilitators), next(recorders)
            meeting = meetings.plan_meeting(
                by=facilitator,
                held_on=Meeting.objects.suggested_day(),
                starts_at=MEETS_AT,
                ends_at=ENDS_AT,
                place=ROOM,
                facilitator=facilitator,
                recorder=recorder,
            )
            while (day := hours.open_day(clock.today() + timedelta(days=1))) < meeting.held_on:
                yield hours.moment(day, time(16, 30))
                if meeting.held_on >= timezone.localdate(self.diary.until):  # of those before only the end is seen
                    meetings.collect(meeting=meeting)
            yield hours.moment(meeting.held_on, time(8, 40))
            meetings.mail_agenda()
            yield hours.moment(meeting.held_on, time(9, 30))
            meetings.collect(meeting=meeting)
            yield hours.moment(meeting.held_on, time(10, 50))
            self.hold(meeting, facilitator, recorder)
            yield hours.moment(meeting.held_on, time(11, 20))
            meetings.confirm_minutes(meeting=meeting, by=facilitator)

    def hold(self, meeting: Meeting, facilitator: User, recorder: User) -> None:
        """An hour: what came due is gone through, then as many questions as it allows."""
        chance = Random(f"{year.SEED} {meeting.held_on}")
        team = [person for person in self.people.values() if person.on_team]
        there = {person: person in (facilitator, recorder) or chance.random() < 0.88 for person in team}
        meetings.note_attendance(meeting=meeting, by=recorder, present=there)
        speakers = [person for person, is_there in there.items() if is_there]
        for item in meeting.items.to_do().filter(ask=None).select_related("decision__step"):
            if item.decision and item.decision.is_open and chance.random() < 0.9:
                meetings.settle_decision(decision=item.decision, by=item.decision.owner or recorder)
            meetings.finish_item(item=item, by=recorder)
        ready = [item for item in meeting.items.to_do().filter(ask__isnull=False) if item.ask_id in self.advice]
        for item in ready[:REACHED_IN_AN_HOUR]:
            with actions.one_event():
                self.discuss(item, recorder, speakers, chance)
        if chance.random() < 0.12:
            meetings.decide(
                meeting=meeting,
                by=recorder,
                text=chance.choice(OWN_DECISIONS),
                owner=chance.choice(speakers),
                due_on=hours.open_day(meeting.held_on + timedelta(days=14)),
            )

    def discuss(self, item: AgendaItem, recorder: User, speakers: list[User], chance: Random) -> None:
        """Everybody says a line or two; some questions end in a decision."""
        text, by, decision = self.advice[item.ask_id]
        others = Case.objects.closed().counted().filter(topic=item.case.topic, sensitive=False)
        alike = others.exclude(department=item.case.department).order_by("pk").last()
        for line in text.split("\n・"):
            side = next((side for side in SIDES if side in line), "")
            kind = AdviceKind(SIDES[side]) if side else None
            fitting = [each for each in speakers if kind in (None, AdviceKind.CROSSCUT, SIDE_OF[each.profession])]
            who = by or chance.choice(fitting or speakers)
            kind = kind or SIDE_OF[who.profession]
            linked = alike if kind == AdviceKind.CROSSCUT else None
            meetings.say(item=item, by=who, kind=kind, text=line.removeprefix("・").removeprefix(side), linked=linked)
        if decision:
            pair = item.case.pair
            meetings.decide(
                meeting=item.meeting,
                item=item,
                by=recorder,
                text=decision,
                owner=pair.partner or pair.lead,
                due_on=hours.open_day(item.meeting.held_on + timedelta(days=7)),
            )
        meetings.finish_item(item=item, by=recorder)

    def turn_of_the_year(self, first: date) -> Life:
        """Some pairs change; their open cases go to the new ones."""
        yield hours.moment(hours.open_day(first), time(8, 50))
        for pair in opening.new_pairs():
            for name in pair["departments"]:
                actions.change_pair_of_department(
                    department=Department.objects.get(name=name),
                    starts_on=first,
                    by=self.people["manager"],
                    **opening.seats(pair),
                )

    def coming_change(self, day: date) -> Life:
        """A partner of two pairs hands one of them over soon."""
        yield hours.moment(day, time(9, 20))
        actions.change_pair_of_department(
            department=Department.objects.get(name="国際局"),
            lead=self.people["miura"],
            partner=self.people["kobayashi"],
            starts_on=hours.open_day(day + timedelta(days=30)),
            by=self.people["manager"],
        )

    def days_off(self, first: date) -> Life:
        """One of the members is away while the demo is looked at, and a deputy looks after their cases."""
        yield hours.moment(first, time(9, 5))
        away = self.people["sasaki"]
        office.announce_absence(
            user=away, deputy=office.usual_deputy(away), starts_on=first, ends_on=first + timedelta(days=9), by=away
        )


class CaseLife:
    """One consultation from its reception on. Each action of the book is a method."""

    def __init__(self, desk: Desk, use: Use) -> None:
        self.desk, self.use, self.story = desk, use, use.story
        self.chance, self.events = use.chance(), history(use)
        self.late = timedelta(0)

    def live(self) -> Life:
        yield self.use.received
        self.receive()
        estimated = not (self.story.volume and self.story.event) and not self.story.sensitive
        for event in self.events:
            if event.who != "requester" and self.is_forgotten():
                return
            yield self.time_for(event)
            if event.action in ("advice", "close"):
                while self.case.asks.open().exists():
                    yield self.after_the_meeting()
                self.late += max(clock.today() - self.day(event.day), timedelta(0))
            self.look()
            if event.who != "requester" and not estimated:
                estimated = True
                if event.action != "take_up":  # which estimates by itself
                    self.estimate(event)
            getattr(self, event.action)(event)
            if event.measure_state:
                self.look()
                self.estimate(event)
            if event.action == "hold" and self.days_ago(self.day(event.until)) <= UNTOUCHED:
                return
            if event.action == "close" and (told := self.desk.examples.get(self.use.key)):
                self.desk.diary.begin(self.tell_as_example(told))

    def tell_as_example(self, told: book.Example) -> Life:
        """Written some days after closing, asked about, and published once it is agreed to."""
        yield self.some_days_later(told.after)
        self.look()
        by, requester = self.case.pair.partner or self.case.pair.lead, Requester(self.case)
        menus = {support.menu for support in self.case.supports.select_related("menu")}
        example = actions.write_example(case=self.case, by=by, menus=menus, **told.texts)
        yield hours.soon(self.chance, clock.now())
        if told.consent == "phone":
            words = {"name": self.case.name, "how": "電話で説明し、その場で了解を得た。"}
            actions.give_consent(example=example, by=by, **words)
        else:
            actions.ask_consent(example=example, by=by)
            if told.consent == "waiting":
                return
            yield self.some_days_later(3)
            answer = actions.decline_consent if told.consent == "declined" else actions.give_consent
            answer(example=example, by=requester, name=self.case.name)
            if told.consent == "declined":
                return
        yield self.some_days_later(1)
        actions.publish_example(example=example, by=by)

    def some_days_later(self, days: int) -> datetime:
        return hours.some_time(self.chance, hours.open_day(clock.today() + timedelta(days=days)))

    # --- when

    def day(self, after: int) -> date:
        """The open day that is `after` days from reception, and as many more as the meeting kept the case waiting."""
        return hours.open_day(timezone.localdate(self.use.received) + timedelta(days=after) + self.late)

    def time_for(self, event: Event) -> datetime:
        at = hours.some_time(self.chance, self.day(event.day))
        now = clock.now()
        return at if at > now + timedelta(minutes=10) else hours.soon(self.chance, now)

    def after_the_meeting(self) -> datetime:
        now = timezone.localtime(clock.now())
        over = [hours.moment(meeting.held_on, meeting.ends_at) for meeting in Meeting.objects.coming()]
        return hours.soon(self.chance, min(over, default=now + timedelta(days=7)))

    def days_ago(self, day: date) -> int:
        """How long before the end of the demo `day` lies; below 0 where it comes after it."""
        return (timezone.localdate(self.desk.diary.until) - day).days

    def is_forgotten(self) -> bool:
        """Whether nobody has gone on with the case since. The journeys are told to their end."""
        if self.story.is_journey:
            return False
        return UNTOUCHED // 2 < self.days_ago(clock.today()) <= UNTOUCHED and self.chance.random() < 0.05

    # --- who and what

    def look(self) -> None:
        """See the case as others have left it."""
        self.case = Case.objects.select_related("pair__lead", "pair__partner").get(pk=self.case.pk)

    def who(self, event: Event) -> User:
        """The acting member. In a pair with a vacant seat the other one does it."""
        if event.who not in ("lead", "partner"):
            return self.desk.people[event.who]
        return self.case.pair.partner or self.case.pair.lead if event.who == "partner" else self.case.pair.lead

    def told(self, text: str, by: User | None = None) -> str:
        more = {}
        if self.story.original:
            more["元の番号"] = self.desk.cases[self.story.original, self.use.number].number
        return self.use.tell(text, by=by, **more)

    def receive(self) -> None:
        use, story, chance = self.use, self.story, self.chance
        typed = not story.is_journey and not use.slots.get("所管課") and chance.random() < 0.15
        pair = office.pair_of(use.section.department)
        form = (
            readers.read_and_send(use, use.tell(story.wording(use.number))) if story.channel == Channel.FORM else None
        )
        self.case = self.desk.cases[use.key] = actions.receive_case(
            by=None if story.channel == Channel.FORM else pair.partner or pair.lead,
            channel=Channel(story.channel),
            title=use.tell(story.title),
            problem=use.tell(story.wording(use.number)),
            wants=story.wants,
            expectation=use.tell(story.expectation),
            folder=story.folder,
            department=use.section.department,
            section=None if typed else use.section,
            other_section=f"{use.section.name}庶務係" if typed else "",
            name=use.name,
            email=use.mail,
            cc=[f"ka{use.section.pk:03d}@city.example.jp"] if chance.random() < 0.08 else [],
            phone=f"内線 {chance.randint(2100, 3899)}" if chance.random() < 0.7 else "",
        )
        if form:
            note_sent(form=form)

    def tie(self, event: Event) -> None:
        """What a colleague of the section had sent already, or what this one goes on with."""
        other = self.desk.cases[self.story.original, self.use.number]
        kind = TieKind(event.kind or TieKind.DUPLICATE)
        actions.tie_cases(case=self.case, other=other, kind=kind, by=self.who(event))

    def contact(self, event: Event) -> None:
        actions.correct_contact(
            case=self.case, by=Requester(self.case), name=event.name, email=f"{event.mail}@city.example.jp"
        )

    def solved(self, event: Event) -> None:
        actions.report_solved(case=self.case, by=Requester(self.case), text=self.told(event.text))

    def estimate(self, event: Event) -> None:
        """What the pair makes of the case, and how far the section's measure has come."""
        case, story = self.case, self.story
        actions.describe(
            case=case,
            by=self.who(event) if event.who != "requester" else case.pair.lead,
            title=case.title,
            topic=self.desk.topics[story.topic],
            level=story.level,
            volume=story.volume,
            coordination=story.coordination,
            technical=story.technical,
            measure_state=event.measure_state or case.measure_state or story.measure_state,
            sensitive=story.sensitive,
        )

    # --- what happens

    def take_up(self, event: Event) -> None:
        actions.take_up(case=self.case, by=self.who(event))
        self.estimate(event)

    def note(self, event: Event) -> None:
        by = self.who(event)
        actions.add_note(case=self.case, by=by, text=self.told(event.text, by))

    def reply(self, event: Event) -> None:
        by = self.who(event)
        actions.reply(case=self.case, by=by, text=self.told(event.text, by))

    def message(self, event: Event) -> None:
        actions.receive_message(
            case=self.case, by=Requester(self.case), kind=EntryKind(event.kind), text=self.told(event.text)
        )

    def hold(self, event: Event) -> None:
        by = self.who(event)
        actions.hold(case=self.case, by=by, follow_up_on=self.day(event.until), text=self.told(event.text, by))

    def resume(self, event: Event) -> None:
        by = self.who(event)
        actions.resume(case=self.case, by=by, text=self.told(event.text, by))

    def support(self, event: Event) -> None:
        by = self.who(event)
        actions.choose_support(
            case=self.case, by=by, menu=self.desk.menus[event.menu], reason=self.told(event.reason, by)
        )

    def support_change(self, event: Event) -> None:
        by = self.who(event)
        support = self.case.supports.get(menu__key=event.menu)
        actions.change_support(
            support=support, by=by, state=SupportState(event.state), outcome=self.told(event.outcome, by)
        )

    def matching(self, event: Event) -> None:
        """What came in is added to what is known of the call already."""
        support = self.case.supports.get(menu__key=event.menu)
        actions.note_matching(
            support=support,
            by=self.who(event),
            posted_on=support.posted_on or clock.today(),
            proposals=support.proposals if event.proposals is None else event.proposals,
            matched_with=self.told(event.matched_with) or support.matched_with,
        )

    def refer(self, event: Event) -> None:
        actions.refer(
            support=self.case.supports.get(menu__key="referral"),
            by=self.who(event),
            asked_on=clock.today(),
            ask_again_on=max(self.day(event.until), clock.today()),
            department=Department.objects.get(name=event.department) if event.department else None,
            place=event.section,
        )

    def referral_answer(self, event: Event) -> None:
        by = self.who(event)
        support = self.case.supports.get(menu__key="referral")
        actions.answer_referral(support=support, by=by, answered_on=clock.today(), answer=self.told(event.text, by))

    def book(self, event: Event) -> None:
        """Hours of consultants, for the day `until` where it is known."""
        actions.book_hours(
            support=self.case.supports.get(menu__key="consultant"),
            by=self.who(event),
            hours=Decimal(event.hours),
            held_on=self.day(event.until) if event.until else None,
            purpose=self.told(event.text),
        )

    def take_back(self, event: Event) -> None:
        """The last booking turned out not to be needed."""
        booking = Booking.objects.standing().filter(support__case=self.case).last()
        actions.take_back_booking(booking=booking, by=self.who(event), reason=self.told(event.text))

    def consultation_only(self, event: Event) -> None:
        by = self.who(event)
        actions.settle_by_consultation(case=self.case, by=by, reason=self.told(event.text, by))

    def ask(self, event: Event) -> None:
        by = self.who(event)
        ask = actions.ask_meeting(
            case=self.case, by=by, kind=AskKind(event.kind), question=self.told(event.question, by)
        )
        if event.text:
            chance = Random(f"{year.SEED} decision {self.use.key}")
            decision = chance.choice(DECISIONS[self.story.topic]) if chance.random() < 0.5 else ""
            self.desk.advice[ask.pk] = (self.told(event.text), None, decision)
            return
        later = self.events[self.events.index(event) :]
        if advice := next((event for event in later if event.action == "advice"), None):
            self.desk.advice[ask.pk] = (self.told(advice.text), self.who(advice), "")

    def advice(self, event: Event) -> None:
        """The meeting gave it; the case only waited for it."""

    def prepare(self, event: Event) -> None:
        day = self.day(event.until)
        actions.prepare_hearing(
            case=self.case,
            by=self.who(event),
            starts_at=hours.moment(day, time(14)),
            place=event.place,
            hypotheses=outline.read(event.hypotheses),
            questions=event.questions,
        )

    def hearing(self, event: Event) -> None:
        by = self.who(event)
        texts = ("place", "participants", "facts", "wish", "real_problem", "purpose")
        record = {name: self.told(getattr(event, name).strip(), by) for name in texts if getattr(event, name)}
        prepared = self.case.hearings.to_come().first()
        if prepared is None:
            actions.record_unprepared_hearing(case=self.case, by=by, held_on=clock.today(), **record)
            return
        found = [told.partition(": ") for told in event.findings]
        actions.record_hearing(
            hearing=prepared,
            by=by,
            held_on=clock.today(),
            findings={
                cause.pk: Finding(verdict, evidence)
                for cause, (verdict, _colon, evidence) in zip(prepared.hypotheses.all(), found, strict=True)
            },
            answers={
                question.pk: answer for question, answer in zip(prepared.questions.all(), event.answers, strict=True)
            },
            steps=[self.promise(*step) for step in event.steps],
            **record,
        )

    def promise(self, text: str, who: str, day: int) -> Promise:
        """A next step of the book: `who` is a seat of the pair, a user name, or a name outside the office."""
        seats = {"lead": self.case.pair.lead, "partner": self.case.pair.partner or self.case.pair.lead}
        owner = seats.get(who) or self.desk.people.get(who)
        return Promise(text, self.day(day), owner, "" if owner else who)

    def no_hearing(self, event: Event) -> None:
        actions.need_no_hearing(case=self.case, by=self.who(event))

    def step_done(self, event: Event) -> None:
        if step := self.case.next_steps.open().first():
            actions.finish_step(step=step, by=self.who(event))

    def check(self, event: Event) -> None:
        thread = f"https://teams.microsoft.com/l/message/{self.case.pk:08d}" if event.thread else ""
        by = self.who(event)
        actions.ask_check(
            case=self.case, by=by, question=self.told(event.question, by), put_to_ict=not thread, thread_url=thread
        )

    def check_answer(self, event: Event) -> None:
        by = self.who(event)
        actions.answer_check(
            check=self.case.checks.open().get(),
            by=by,
            ruling=event.ruling,
            answer=event.text,
            rule=event.rule,
            valid_until=clock.today() + timedelta(days=event.valid) if event.valid else None,
        )

    def progress(self, event: Event) -> None:
        actions.ask_progress(case=self.case, by=self.who(event))

    def complete(self, event: Event) -> None:
        by = self.who(event)
        review_on = self.day(event.until) if event.until else None
        actions.complete(case=self.case, by=by, text=self.told(event.text, by), review_on=review_on)

    def answer(self, event: Event) -> None:
        by, story = self.who(event), self.story
        result = Result(event.result or story.result)
        text = self.told(event.text, by)
        if result in UNCOUNTED:
            if result == Result.DUPLICATE:
                self.tie(event)
            actions.reply(case=self.case, by=by, text=text)
            actions.close(case=self.case, by=by, result=result, level=None, topic=self.desk.topics[story.topic])
            return
        actions.answer_and_close(
            case=self.case,
            by=by,
            text=text,
            level=event.level or story.level,
            topic=self.desk.topics[event.topic or story.topic],
            result=result,
            lesson=self.told(event.lesson or story.lesson),
        )

    def close(self, event: Event) -> None:
        story = self.story
        actions.close(
            case=self.case,
            by=self.who(event),
            result=Result(event.result or story.result),
            level=event.level or story.level,
            topic=self.desk.topics[event.topic or story.topic],
            lesson=self.told(event.lesson or story.lesson),
        )
