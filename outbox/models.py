import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import clock


class DeliveryChannel(models.TextChoices):
    MAIL = "mail", _("E-mail")
    WEBHOOK = "webhook", _("Webhook")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Could not be delivered")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def about(self, subject: str) -> "DeliveryQuerySet":
        """Everything that went out about one thing, e.g. `case:41`."""
        return self.filter(about=subject)

    def queued(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.QUEUED)

    def mails(self) -> "DeliveryQuerySet":
        return self.filter(channel=DeliveryChannel.MAIL)

    def posts(self) -> "DeliveryQuerySet":
        return self.filter(channel=DeliveryChannel.WEBHOOK)

    def due(self) -> "DeliveryQuerySet":
        """Waiting, with the next attempt reached and in nobody's hands."""
        moment = clock.now()
        return self.queued().filter(Q(leased_until=None) | Q(leased_until__lt=moment), next_attempt_at__lte=moment)

    def claim(self, count: int, *, lease: timedelta) -> list["Delivery"]:
        """Take up to `count` due rows for `lease`. Two workers never hold the same row at the same time."""
        with transaction.atomic():
            # SQLite knows no row locks; there the transaction is IMMEDIATE and this one has the database to itself.
            skip = connection.features.has_select_for_update_skip_locked
            rows = list(self.due().order_by("next_attempt_at", "pk").select_for_update(skip_locked=skip)[:count])
            token, until = uuid.uuid4(), clock.now() + lease
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(lease=token, leased_until=until)
        for row in rows:
            row.lease, row.leased_until = token, until
        return rows


class Delivery(models.Model):
    """One message to one address. Written in the transaction of the event it tells of: the row is the queue."""

    key = models.CharField(_("event"), max_length=120)
    about = models.CharField(_("about"), max_length=60, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=DeliveryChannel.choices)
    address = models.CharField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=clock.now)
    lease = models.UUIDField(_("lease"), null=True, editable=False)
    leased_until = models.DateTimeField(_("leased until"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="delivery_is_told_once", fields=["key", "channel", "address"]),
            models.CheckConstraint(name="delivery_channel_is_known", condition=Q(channel__in=DeliveryChannel.values)),
            models.CheckConstraint(name="delivery_state_is_known", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(
                name="delivery_sent_says_when",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at=None)),
            ),
        ]
        indexes: ClassVar = [
            # the sweep: few rows wait, however many were ever sent
            models.Index(
                name="delivery_due", fields=["next_attempt_at", "id"], condition=Q(state=DeliveryState.QUEUED)
            ),
            # the case page: what went out about this case
            models.Index(name="delivery_about", fields=["about", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.address}"

    def is_still_ours(self, *, lease: timedelta) -> bool:
        """Renew the lease; False where somebody else has taken the row since, or it went out."""
        held = Delivery.objects.queued().filter(pk=self.pk, lease=self.lease)
        return held.update(leased_until=clock.now() + lease) == 1

    def _finish(self, **changes: object) -> None:
        Delivery.objects.filter(pk=self.pk, lease=self.lease).update(lease=None, leased_until=None, **changes)

    def mark_sent(self) -> None:
        self._finish(state=DeliveryState.SENT, sent_at=clock.now(), attempts=self.attempts + 1, last_error="")

    def mark_dead(self, error: str) -> None:
        self._finish(state=DeliveryState.DEAD, attempts=self.attempts + 1, last_error=error)

    def put_off(self, until: datetime, error: str, *, counts: bool) -> None:
        """Try again at `until`; `counts` says whether this was an attempt of the row's own."""
        self._finish(next_attempt_at=until, attempts=self.attempts + int(counts), last_error=error)


class Heartbeat(models.Model):
    """When a worker last did what the timetable asked: the sign that broker, beat and worker all live."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
