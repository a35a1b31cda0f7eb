from typing import Any

from django.core.management.base import BaseCommand

from outbox import sending
from outbox.models import Delivery


class Command(BaseCommand):
    help = "Send every mail that is due, here and now, without broker or worker."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = sending.send_due()
        self.stdout.write(f"{sent} sent, {Delivery.objects.queued().count()} waiting.")
