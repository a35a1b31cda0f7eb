"""A year of the desk, lived through: everything that happened was done by an action, at its hour, in its order."""

from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any

from django.utils import timezone

from config.demo import book, hours, opening, readers, year
from config.demo.case_life import CaseLife
from config.demo.diary import Diary, Life
from config.demo.history import OWN_DECISIONS, SIDES
from consultations import actions
from consultations.models import Case
from consultations.states import AdviceKind
from knowledge import actions as knowledge
from knowledge.models import Audience, Topic
from meetings import actions as meetings
from meetings.models import AgendaItem, Meeting
from menus.models import SupportMenu
from office import actions as office
from office import clock, era
from office.models import Department, Profession, User

MEETS_AT, ENDS_AT = time(10), time(11)
ROOM = "第3会議室・Teams"
REACHED_IN_AN_HOUR = 5
SIDE_OF = {
    Profession.SPECIALIST: AdviceKind.TECHNICAL,
    Profession.ADMINISTRATIVE: AdviceKind.ADMINISTRATIVE,
    "": AdviceKind.ADMINISTRATIVE,
}
# So many days ago the office went through the searches in vain.
LIST_READ = 100


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
