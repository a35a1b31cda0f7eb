# What a person types. State lies in var/ (or DATA_DIR), the Python environment in .venv/.
PORT ?= 8000
PYTHON3 ?= python3
BIN := .venv/bin
PYTHON := $(BIN)/python
export PORT

.PHONY: help run test check bench lock
help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1 /p' Makefile

run: .venv/base.stamp ## - the desk with its demo data on http://127.0.0.1:8000/ (PORT=8001 for another port)
	@$(PYTHON) manage.py prepare
	@exec $(PYTHON) -P config/processes.py

test: .venv/test.stamp ## - all tests on real servers (ARGS="tests/office -k pair" for some)
	@exec $(PYTHON) -m tests $(ARGS)

check: export DATA_DIR := .venv/check
check: .venv/test.stamp ## - format, lint, types, layers, migrations, settings for production
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +
	$(PYTHON) manage.py makemigrations --check --dry-run
	SITE_URL=https://desk.example.jp EMAIL_URL=smtp://localhost CELERY_BROKER_URL=redis://localhost \
	DATABASE_URL=postgresql://localhost/desk $(PYTHON) manage.py check --deploy --fail-level WARNING

bench: .venv/test.stamp ## - the measured figures of README.md (ARGS=million for those of a million documents)
	@exec $(PYTHON) -m bench $(ARGS)

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" $(ARGS)
lock: .venv/base.stamp ## - requirements/*.txt anew from pyproject.toml (ARGS=--upgrade for newer releases)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) --output-file requirements/base.txt
	$(LOCK) --extra search --constraint requirements/base.txt --output-file requirements/search.txt
	$(LOCK) --extra search --extra test --constraint requirements/base.txt --output-file requirements/test.txt

NEW_ENOUGH = $(PYTHON3) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name one: make PYTHON3=python3.12 ...")'
INSTALL = $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
# The desk runs without the search extra too, whose wheels do not exist for every machine.
.venv/base.stamp: requirements/search.txt requirements/base.txt
	@$(NEW_ENOUGH)
	@echo "Installing what $< locks ..."
	@$(PYTHON3) -m venv .venv
	@$(INSTALL) requirements/search.txt || { \
		echo "The search extra cannot be installed here: similar cases are ranked by their words alone."; \
		$(INSTALL) requirements/base.txt; }
	@touch $@

.venv/%.stamp: requirements/%.txt
	@$(NEW_ENOUGH)
	@echo "Installing what $< locks ..."
	@$(PYTHON3) -m venv .venv
	@$(INSTALL) $<
	@touch $@
