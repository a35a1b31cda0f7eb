import shutil
import smtplib
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config import health
from consultations import scanning
from knowledge import counting, rerank, shelf, sources, text
from knowledge.models import IndexedDocument, Rack, Respelling, Vector

OK, ATTENTION, WRONG = "ok", "attention", "wrong"
# Seconds that a mail may wait before somebody should look; megabytes of disk below which files may not fit any more.
LATE, SCARCE, USED_UP = 600, 2_000, 200


class Finding(NamedTuple):
    state: str
    about: str
    said: str
    do: str = ""


class Command(BaseCommand):
    help = "Say how this installation is: each part ok, in need of attention, or wrong, and what to do about it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for finding in findings():
            wrong += finding.state == WRONG
            self.stdout.write(f"{finding.state:10} {finding.about:11} {finding.said}")
            if finding.do:
                self.stdout.write(f"{'':22} → {finding.do}")
            self.stdout.flush()
        if wrong:
            raise CommandError(f"{wrong} of these are wrong.")


def findings() -> Iterator[Finding]:
    """One after the other, as they are found out; what lies in the database only where that can be read."""
    yield from of_settings()
    yield of_disk()
    yield of_mail_server()
    if settings.CLAMD_URL:
        yield of_scanner()
    yield of_broker()
    database = of_database()
    yield database
    if database.state == OK:
        yield of_worker()
        yield of_outbox()
        yield from of_index()
        yield from of_words()
        yield of_sense()


def of_settings() -> Iterator[Finding]:
    local = settings.SITE.hostname in {"127.0.0.1", "localhost", "::1"}
    if settings.HTTPS:
        yield Finding(OK, "address", settings.SITE_URL)
    elif local:
        advice = "Set SITE_URL to the address that people type, or the links in mails lead nowhere."
        yield Finding(ATTENTION, "address", f"{settings.SITE_URL} is reached from this machine only", advice)
    else:
        advice = "Put a web server with a certificate in front and write https in SITE_URL."
        yield Finding(ATTENTION, "address", f"{settings.SITE_URL}: passwords travel in the open", advice)
    if settings.DEBUG:
        advice = "Take DEBUG out of the environment."
        yield Finding(ATTENTION if local else WRONG, "debug", "error pages show the inside of the program", advice)
    kept = settings.DATA_DIR / "secret_key"
    where = f"kept in {kept}" if kept.exists() else "given by SECRET_KEY"
    yield Finding(OK, "secret key", f"{where}; it belongs into the backup: the links of receipts are made with it")


def of_disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free // 10**6
    said = f"{free:,} MB are free for {settings.DATA_DIR}"
    if free > SCARCE:
        return Finding(OK, "disk", said)
    return Finding(
        WRONG if free < USED_UP else ATTENTION, "disk", said, "Make room, or move DATA_DIR to a larger disk."
    )


def of_mail_server() -> Finding:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        advice = "Set EMAIL_URL, so that they go out."
        return Finding(ATTENTION, "mail", f"mails are written as files into {settings.DATA_DIR / 'mail'}", advice)
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            return Finding(OK, "mail", f"{server} takes mail")
    except (OSError, smtplib.SMTPException) as problem:
        advice = "See whether EMAIL_URL is right and the server is up. Until then mails wait; none is lost."
        return Finding(WRONG, "mail", f"{server} cannot be used: {problem}", advice)


def of_scanner() -> Finding:
    where = settings.CLAMD_URL.geturl()
    if scanning.is_there():
        return Finding(OK, "scanner", f"{where} answers")
    advice = "See whether CLAMD_URL is right and clamd is up. Until then no new file can be fetched."
    return Finding(WRONG, "scanner", f"{where} does not answer", advice)


def of_broker() -> Finding:
    said = health.broker()
    if said == "ok":
        return Finding(OK, "broker", f"{settings.BROKER.scheme}: it answers")
    advice = "See whether CELERY_BROKER_URL is right and Redis is up. Until then mails wait; none is lost."
    return Finding(WRONG, "broker", said, advice)


def of_database() -> Finding:
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as problem:
        advice = "See whether DATABASE_URL is right and the server is up."
        return Finding(WRONG, "database", f"cannot be reached: {problem}".strip(), advice)
    if missing:
        return Finding(WRONG, "database", f"{missing} migrations are missing", "Run: manage.py prepare --no-demo")
    return Finding(OK, "database", f"{connection.vendor}, with all migrations")


def of_worker() -> Finding:
    said = health.worker()
    if said == "ok":
        return Finding(OK, "worker", "it lives")
    return Finding(
        WRONG, "worker", said, "Start worker and beat (make run, or docker compose up). Mails wait for them."
    )


def of_outbox() -> Finding:
    seconds = health.oldest_undelivered_seconds()
    if seconds <= LATE:
        return Finding(OK, "outbox", f"the oldest mail has waited for {seconds} s" if seconds else "no mail is waiting")
    advice = "See what is wrong above; then manage.py drain_outbox sends at once what is due."
    return Finding(ATTENTION, "outbox", f"the oldest mail has waited for {seconds // 60:,} minutes", advice)


def of_index() -> Iterator[Finding]:
    """Whether every row that is to be found stands on the shelf, and nothing else."""
    for source in sources.registered():
        rows, held = _compared(source)
        if rows != held:  # or somebody was at work between the two questions
            rows, held = _compared(source)
        said = f"{source.kind}: {len(rows):,} to be found, {len(rows & held):,} in the index"
        said += f", {len(held - rows):,} too many" if held - rows else ""
        if rows == held:
            yield Finding(OK, "search", said)
        else:
            yield Finding(WRONG, "search", said, f"Run: manage.py rebuild_index {source.kind}")


def _compared(source: sources.Source) -> tuple[set[str], set[str]]:
    """The keys of what is to be found, and of what stands on the shelf."""
    held = IndexedDocument.objects.filter(kind=source.kind).values_list("key", flat=True)
    return set(source.keys()), set(held)


def of_words() -> Iterator[Finding]:
    racks = list(Rack.objects.order_by("pk"))
    if others := [rack for rack in racks if rack.cut_by != shelf.recipe(rack.kind)]:
        advice = f"Run: manage.py rebuild_index {' '.join(sorted({rack.kind for rack in others}))}"
        said = f"{text.dictionary()}; cut by another one, or of an older shape: {', '.join(map(str, others))}"
        yield Finding(ATTENTION, "dictionary", said, advice)
    else:
        yield Finding(OK, "dictionary", text.dictionary())
    if waiting := Respelling.objects.count():
        advice = "The worker does it within minutes; where it does not, see what is said of it above."
        yield Finding(ATTENTION, "words", f"{waiting} changed words wait for the index", advice)
    due = [rack for rack in racks if counting.is_due(rack)]
    last = Rack.objects.order_by("counted_at").values_list("counted_at", flat=True).first()
    if due:
        advice = "The worker counts them within the hour. Until then search ranks by older counts."
        yield Finding(ATTENTION, "words", f"not counted lately: {', '.join(map(str, due))}", advice)
    else:
        yield Finding(OK, "words", f"all counted since {last:%Y-%m-%d %H:%M} UTC" if last else "nothing to count yet")


def of_sense() -> Finding:
    if not rerank.is_installed():
        advice = "To rank by sense too: pip install --require-hashes -r requirements/search.txt, then start anew."
        return Finding(OK, "sense", "similar cases are ranked by their words alone", advice)
    waiting = Vector.objects.waiting().count()
    encoded = Vector.objects.exclude(values=b"").count()
    said = f"similar cases are ranked by their sense too; {encoded:,} documents are encoded, {waiting:,} wait"
    return (
        Finding(ATTENTION, "sense", said, "The worker encodes them by and by.")
        if waiting
        else Finding(OK, "sense", said)
    )
