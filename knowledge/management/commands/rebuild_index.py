from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from knowledge import counting, sources
from knowledge.models import Rack


class Command(BaseCommand):
    help = (
        "Build the search index anew from what it was made of. People may search and work meanwhile. Stopped, it goes"
        " on from there when started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = [source.kind for source in sources.registered()]
        parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"Only these of: {', '.join(kinds)}.")

    def handle(self, *args: Any, kinds: list[str], **options: Any) -> None:
        for source in sources.registered():
            if kinds and source.kind not in kinds:
                continue
            for done, total in sources.rebuild(source):
                self.stdout.write(f"\r{source.kind}: {done:,} of {total:,}", ending="")
                self.stdout.flush()
            self.stdout.write("")
        for rack in Rack.objects.all():
            counting.count(rack)
