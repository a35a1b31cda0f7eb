"""Search among a million documents: half an hour to build for each database, and 25 GB"""

from bench import search


def run() -> None:
    search.run([1_000_000])
