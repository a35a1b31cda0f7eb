from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from office import clock


class Role(models.TextChoices):
    OFFICE = "office", _("Digital Design Office")
    WARD = "ward", _("Ward or bureau")
    ICT = "ict", _("ICT operations")


class Profession(models.TextChoices):
    SPECIALIST = "specialist", _("Digital specialist")
    ADMINISTRATIVE = "administrative", _("Administrative staff")


class Rank(models.TextChoices):
    MEMBER = "member", _("Member")
    CHIEF = "chief", _("Chief")
    MANAGER = "manager", _("Manager")
    DIRECTOR = "director", _("Director")


LEADS = [Rank.CHIEF, Rank.MANAGER, Rank.DIRECTOR]
MANAGERS = [Rank.MANAGER, Rank.DIRECTOR]


class DepartmentKind(models.TextChoices):
    WARD = "ward", _("Ward")
    BUREAU = "bureau", _("Bureau")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def on(self, day: date) -> "DepartmentQuerySet":
        """Those that exist on `day`."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))

    def current(self) -> "DepartmentQuerySet":
        return self.on(clock.today())


class Department(models.Model):
    """A ward or bureau whose staff may consult us. A renamed one gets a successor; old cases keep the old name."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=DepartmentKind.choices)
    order = models.PositiveIntegerField(_("order"), help_text=_("Place in the official order of departments."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )
    planning_email = models.EmailField(_("e-mail of the planning section"), blank=True)

    objects = DepartmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(name="department_kind_is_known", condition=Q(kind__in=DepartmentKind.values)),
            models.CheckConstraint(
                name="department_starts_before_it_ends",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A section of a department, as the requester knows it."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="sections", verbose_name=_("department"))
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("offered in the form"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering: ClassVar = ["department__order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="section_name_is_unique_in_its_department", fields=["department", "name"])
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def office(self) -> "UserQuerySet":
        """Everybody in the office who works here today."""
        return self.filter(role=Role.OFFICE, is_active=True)

    def ict(self) -> "UserQuerySet":
        """Everybody in ICT operations who works here today."""
        return self.filter(role=Role.ICT, is_active=True)

    def leads(self) -> "UserQuerySet":
        """The chiefs and above, who see to what nobody else can be told of."""
        return self.office().filter(rank__in=LEADS)

    def team(self) -> "UserQuerySet":
        """The consultation team, which attends the weekly meeting."""
        return self.office().filter(on_team=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("role", Role.OFFICE)
        fields.setdefault("name", username)
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: a member of the office, of ICT operations, or of a ward or bureau."""

    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("full name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.WARD)
    profession = models.CharField(_("profession"), max_length=20, choices=Profession.choices, blank=True)
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices, blank=True)
    phone = models.CharField(_("phone or extension"), max_length=50, blank=True)
    chat_url = models.URLField(_("link to chat"), blank=True)
    on_team = models.BooleanField(_("on the consultation team"), default=False)
    facilitator = models.BooleanField(_("facilitates the weekly meeting"), default=False)
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("section"),
        help_text=_("For ward and bureau accounts: the section this person belongs to."),
    )
    section_confirmed = models.BooleanField(
        _("section confirmed"), default=False, help_text=_("Only then are the section's consultations shown.")
    )
    is_active = models.BooleanField(_("works here"), default=True)
    is_superuser = models.BooleanField(_("administrator"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    away: "Absence | None" = None  # today's, where `Absence.objects.note_on` has looked

    objects: ClassVar[UserManager] = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name", "email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="user_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="user_profession_is_known", condition=Q(profession__in=["", *Profession.values])
            ),
            models.CheckConstraint(name="user_rank_is_known", condition=Q(rank__in=["", *Rank.values])),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") == ["last_login"] and not hasattr(self, "skip_history_when_saving"):
            # A sign-in is no change of the person.
            self.save_without_historical_record(*args, **kwargs)  # type: ignore[attr-defined]
        else:
            super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Django's word for who may open the admin."""
        return self.is_superuser

    @property
    def is_office(self) -> bool:
        return self.role == Role.OFFICE

    @property
    def is_ict(self) -> bool:
        return self.role == Role.ICT

    @property
    def is_lead(self) -> bool:
        """A chief or above."""
        return self.is_office and self.rank in LEADS

    @property
    def is_manager(self) -> bool:
        """A manager or above, whose word goes beyond what a contract holds."""
        return self.is_office and self.rank in MANAGERS

    @property
    def is_keeper(self) -> bool:
        """Who keeps topics, menus, texts and pairs."""
        return self.is_lead or self.is_superuser

    @property
    def family_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.username

    @property
    def called(self) -> str:
        """How colleagues write the person: 「鈴木係長」 for a chief, 「渡辺」 for a member."""
        if self.rank not in LEADS:
            return self.family_name
        return gettext("%(name)s (%(rank)s)") % {"name": self.family_name, "rank": self.get_rank_display()}


def display_name(user: User) -> str:
    return user.name


class PairQuerySet(models.QuerySet["Pair"]):
    def on(self, day: date) -> "PairQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def current(self) -> "PairQuerySet":
        return self.on(clock.today())

    def planned(self) -> "PairQuerySet":
        """Those whose first day is still to come."""
        return self.filter(starts_on__gt=clock.today())

    def from_day(self, day: date) -> "PairQuerySet":
        """Those of `day` and of all days after it."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def with_member(self, user: User) -> "PairQuerySet":
        return self.filter(Q(lead=user) | Q(partner=user))

    def with_member_or_deputy(self, user: User) -> "PairQuerySet":
        """Those in which `user` sits, or somebody for whom `user` stands in today."""
        absent = Absence.objects.current().filter(deputy=user).values("user")
        return self.filter(Q(lead=user) | Q(partner=user) | Q(lead__in=absent) | Q(partner__in=absent))

    def with_people(self) -> "PairQuerySet":
        return self.select_related("lead", "partner")


class Pair(models.Model):
    """The two who answer for a department for a time: a lead, as a rule a chief, and a partner (case study, 1-1)."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="pairs", verbose_name=_("department"))
    lead = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("lead"),
        limit_choices_to={"role": Role.OFFICE},
    )
    partner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partners_in",
        verbose_name=_("partner"),
        limit_choices_to={"role": Role.OFFICE},
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PairQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pair")
        verbose_name_plural = _("pairs")
        ordering: ClassVar = ["department__order", "-starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="department_has_one_current_pair", fields=["department"], condition=Q(ends_on=None)
            ),
            models.UniqueConstraint(name="pair_starts_once_a_day", fields=["department", "starts_on"]),
            models.CheckConstraint(name="pair_is_two_people", condition=~Q(lead=F("partner"))),
            models.CheckConstraint(name="pair_has_somebody", condition=~Q(lead=None, partner=None)),
            models.CheckConstraint(
                name="pair_starts_before_it_ends", condition=Q(ends_on=None) | Q(starts_on__lte=F("ends_on"))
            ),
        ]

    def __str__(self) -> str:
        return pgettext("pair", " and ").join(person.called for person in self.people) or str(_("vacant"))

    @property
    def people(self) -> list[User]:
        """Lead, then partner; a vacant seat is left out."""
        return [person for person in (self.lead, self.partner) if person]

    def keeps_nobody_of(self, before: "Pair | None") -> bool:
        """Whether both change at once where `before` was the pair."""
        return before is not None and not {*before.people} & {*self.people}


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def current(self) -> "AbsenceQuerySet":
        return self.on(clock.today())

    def to_come(self) -> "AbsenceQuerySet":
        """Those of today and of the days after it."""
        return self.filter(ends_on__gte=clock.today())

    def within(self, starts_on: date, ends_on: date) -> "AbsenceQuerySet":
        """Those that share a day with the days from `starts_on` to `ends_on`."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def note_on(self, people: Iterable[User | None]) -> None:
        """Write today's absence on each of `people` as `away`; one query, none where there are no people."""
        present = [person for person in people if person]
        if present:
            rows = self.current().filter(user__in={person.pk for person in present}).select_related("deputy")
            found = {absence.user_id: absence for absence in rows}
            for person in present:
                person.away = found.get(person.pk)


class Absence(models.Model):
    """Days on which somebody is away and a deputy looks after their cases."""

    user = models.ForeignKey(User, models.PROTECT, related_name="absences", verbose_name=_("person"))
    deputy = models.ForeignKey(User, models.PROTECT, related_name="deputyships", verbose_name=_("deputy"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = AbsenceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar = ["starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="absent_person_is_not_the_deputy", condition=~Q(user=F("deputy"))),
            models.CheckConstraint(name="absence_starts_before_it_ends", condition=Q(starts_on__lte=F("ends_on"))),
        ]
        indexes: ClassVar = [
            # who stands in for whom today: asked with every list of one's own cases
            models.Index(name="absence_by_deputy", fields=["deputy", "starts_on", "ends_on"])
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.deputy}"
