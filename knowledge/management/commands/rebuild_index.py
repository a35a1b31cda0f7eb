import time
from argparse import ArgumentParser
from collections.abc import Iterator
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
            for line, is_last in progress(sources.rebuild(source)):
                if self.stdout.isatty():
                    self.stdout.write(f"\r{source.kind}: {line:<70}", ending="\n" if is_last else "")
                else:
                    self.stdout.write(f"{source.kind}: {line}")
                self.stdout.flush()
        for rack in Rack.objects.all():
            counting.count(rack)


def progress(steps: Iterator[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """How far it has come, in words, at every hundredth of the way and at its end; and whether this is the end."""
    began, first, told = time.monotonic(), None, -1
    for done, total in steps:
        first = done if first is None else first
        hundredth = done * 100 // max(total, 1)
        if hundredth == told and done < total:
            continue
        told, rate = hundredth, (done - first) / max(time.monotonic() - began, 0.001)
        line = f"{done:,} of {total:,} ({hundredth if total else 100}%)"
        if done > first:
            line += f", {rate:,.0f} a second"
        if rate and done < total:
            line += f", about {(total - done) / rate:,.0f} s to go"
        yield line, done == total
