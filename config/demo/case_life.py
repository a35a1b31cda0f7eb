"""What one case of the demo year goes through, event by event of its story."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from config.demo import book, hours, readers, year
from config.demo.book import Event
from config.demo.diary import Life
from config.demo.history import DECISIONS, history
from config.demo.year import Use
from consultations import actions, outline
from consultations.actions.hearing import Finding
from consultations.actions.stepping import Promise
from consultations.models import Booking, Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import UNCOUNTED, AskKind, Channel, Result, SupportState, TieKind
from knowledge.actions import note_sent
from meetings.models import Meeting
from office import actions as office
from office import clock
from office.models import Department, User

if TYPE_CHECKING:
    from config.demo.play import Desk

# For so many days a case may lie: one whose follow-up day has come, and now and then one in work.
UNTOUCHED = 30


class CaseLife:
    """One consultation from its reception on. Each action of the book is a method."""

    def __init__(self, desk: "Desk", use: Use) -> None:
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
