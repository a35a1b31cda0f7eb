"""The production settings on throw-away state. What differs here is only what a test could not bear."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TEST_STATE" not in os.environ:
    os.environ["TEST_STATE"] = tempfile.mkdtemp(prefix="desk-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_STATE"], ignore_errors=True)
# Each process of pytest-xdist has its own; web, worker and beat of a test share it with the test.
os.environ["DATA_DIR"] = str(Path(os.environ["TEST_STATE"], os.environ.get("PYTEST_XDIST_WORKER", "only")))
# Playwright runs the test inside an event loop; the database is used from that one thread all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# In a file: the browser's server thread, and real processes, see the same database as the test.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks there
(DATA_DIR / "static").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
# Straight from the source folders; real processes serve the collected, compressed files.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# The real algorithm, with one round instead of a million.
PASSWORD_HASHERS = ["tests.hashers.QuickPBKDF2PasswordHasher"]
