"""A wrong value stops the start, and says which one and how to mend it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).parent.parent.parent


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=clean | environment, capture_output=True, text=True
    )


def test_it_starts_with_nothing_set(tmp_path):
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SITE_URL", "dx-soudan.example.jp", "https://dx-soudan.example.jp"),
        ("SITE_URL", "https://dx-soudan.example.jp/desk", "host only"),
        ("SECRET_KEY", "short", "32 characters"),
        ("DEBUG", "maybe", "Write 1 for on or 0 for off"),
        ("DATABASE_URL", "mysql://localhost/desk", "postgresql://"),
        ("CELERY_BROKER_URL", "amqp://localhost", "redis://localhost:6379/0"),
        ("EMAIL_URL", "mail.example.jp:25", "smtp+tls://"),
        ("EMAIL_URL", "smtp://", "names no host"),
        ("CLAMD_URL", "clamav:3310", "tcp://clamav.example.jp:3310"),
        ("CLAMD_URL", "tcp://:3310", "names no host"),
        ("CLAMD_URL", "unix://clamd.ctl", "names no socket"),
        ("OFFICE_EMAIL", "nobody", "one e-mail address"),
        ("INTAKE_RATE_PER_HOUR", "many", "whole number of 1 or more"),
        ("DATA_DIR", "/proc/desk", "cannot be made"),
    ],
)
def test_a_wrong_value_stops_the_start_and_says_how_to_mend_it(tmp_path, name, value, hint):
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot start: ")
    assert "Traceback" not in done.stderr
    assert name in done.stderr
    assert hint in done.stderr


@pytest.mark.parametrize("value", ["hooks.example.jp/s3cr3t", "https:///s3cr3t", "ftp://x/s3cr3t", "https://x/s3 cr3t"])
def test_a_wrong_webhook_stops_the_start_and_is_not_repeated(tmp_path, value):
    done = start(tmp_path, ICT_WEBHOOK_URL=value)
    assert done.returncode == 1
    assert "ICT_WEBHOOK_URL" in done.stderr
    assert "cr3t" not in done.stdout + done.stderr


def test_a_webhook_is_swept_only_where_there_is_one(tmp_path):
    ask = "from django.conf import settings; print('sweep-posts' in settings.CELERY_BEAT_SCHEDULE)"
    for url, swept in (("", "False"), ("https://hooks.example.jp:8443/s3cr3t?sig=x%20y", "True")):
        clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LANG": "C.UTF-8", "ICT_WEBHOOK_URL": url}
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", ask]
        done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True)
        assert done.stdout.strip() == swept, done.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.jp", ("mail.example.jp", 25, False, False)),
        ("smtp+tls://desk:p%40ss@mail.example.jp", ("mail.example.jp", 587, True, False)),
        ("smtps://mail.example.jp", ("mail.example.jp", 465, False, True)),
    ],
)
def test_the_mail_server_is_one_url(monkeypatch, tmp_path, url, expected):
    monkeypatch.setenv("EMAIL_URL", url)
    read = env.email("EMAIL_URL", folder=tmp_path)
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == expected
    if "desk" in url:
        assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("desk", "p@ss")


def test_a_key_is_made_once(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    made = env.secret("SECRET_KEY", kept_in=tmp_path / "key")
    assert env.secret("SECRET_KEY", kept_in=tmp_path / "key") == made
    (tmp_path / "key").write_text("")
    with pytest.raises(ImproperlyConfigured):
        env.secret("SECRET_KEY", kept_in=tmp_path / "key")


def test_who_starts_at_the_same_moment_gets_the_same_key(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    for attempt in range(20):
        with ThreadPoolExecutor(8) as starting:
            keys = [starting.submit(env.secret, "SECRET_KEY", kept_in=tmp_path / f"{attempt}") for _ in range(8)]
        assert len({key.result() for key in keys}) == 1
    assert len(list(tmp_path.iterdir())) == 20


def test_further_hosts_are_added_to_those_that_a_health_check_uses(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(*settings.ALLOWED_HOSTS)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SITE_URL": "https://dx.example.jp",
             "ALLOWED_HOSTS": "dx2.example.jp, dx3.example.jp", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
    )  # fmt: skip
    hosts = "dx.example.jp 127.0.0.1 localhost [::1] dx2.example.jp dx3.example.jp"
    assert done.stdout.split() == hosts.split(), done.stderr


def test_https_brings_host_cookies_and_hsts(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, "
         "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SITE_URL": "https://dx.example.jp",
             "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["__Host-session", "True", "__Host-csrf", "True", "True"], done.stderr
