from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from config.celery import app
from office import clock
from outbox.models import Delivery, Heartbeat


@login_not_required
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    return render(request, "portal.html")


@login_not_required
@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and outbox as JSON; status 503 where one of them is not well."""
    answer: dict[str, object] = {"database": "ok", "broker": "ok", "worker": "ok", "oldest_undelivered_seconds": 0}
    try:
        connection.ensure_connection()
        beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
        oldest = Delivery.objects.queued().order_by("created_at").values_list("created_at", flat=True).first()
    except DatabaseError as problem:
        return JsonResponse({"database": f"{type(problem).__name__}"}, status=503)
    if beat is None:
        answer["worker"] = "no sign of life yet"
    elif (age := (clock.now() - beat).total_seconds()) > settings.HEARTBEAT_STALE_SECONDS:
        answer["worker"] = f"no sign of life for {age:.0f} s"
    if oldest:
        answer["oldest_undelivered_seconds"] = round((clock.now() - oldest).total_seconds())
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2, reraise_as_library_errors=False)
    except Exception as problem:  # each transport raises its own
        answer["broker"] = f"{type(problem).__name__}"
    well = answer["worker"] == answer["broker"] == "ok"
    return JsonResponse(answer, status=200 if well else 503)
