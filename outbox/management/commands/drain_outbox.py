from typing import Any

from django.core.management.base import BaseCommand

from outbox import posting, sending
from outbox.models import Delivery


class Command(BaseCommand):
    help = "Send every mail and post that is due, here and now, without broker or worker."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = sending.send_due() + posting.post_due()
        self.stdout.write(f"{sent} sent, {Delivery.objects.queued().count()} waiting.")
