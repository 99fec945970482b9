# Needs Python 3.11 or later with pip (or ensurepip) and make; everything else goes into .venv, from hashed requirements.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(VENV)/.uv/bin/uv
READY := $(VENV)/.ready
# Each worker has a PostgreSQL of its own. Tests often wait: one worker more than a small machine has cores pays.
# They take whole files, in order: by the number of tests, files of one long test would come last.
WORKERS ?= 3

export UV_NO_CONFIG := 1
export UV_SYSTEM_CERTS ?= 1
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# An account without a writable home has no cache; it gets one beside the environment.
export UV_CACHE_DIR ?= $(shell mkdir -p "$${XDG_CACHE_HOME:-$$HOME/.cache}/uv" 2>/dev/null && test -w "$${XDG_CACHE_HOME:-$$HOME/.cache}/uv" \
	&& echo "$${XDG_CACHE_HOME:-$$HOME/.cache}/uv" || echo "$(CURDIR)/$(VENV)/.cache")

.PHONY: help run test check bench pictures lock clean set-up
help:
	@echo "make run    serve the demonstration on 127.0.0.1:8080 (LEDGERD_HOST, LEDGERD_PORT, LEDGERD_DATA_DIR are honoured)"
	@echo "make test   the tests, with a real PostgreSQL; PYTEST='-k receipt' passes options, WORKERS=0 runs them in one process"
	@echo "make check  lint, types, import contract, migrations, SQL rules"
	@echo "make bench  the figures of docs/performance.md"
	@echo "make pictures  the pictures of README.md, by the tests of the pages"
	@echo "make lock   renew requirements/*.txt     make clean  remove what make made"

run: $(READY)
	@exec $(BIN)/ledgerd serve --demo

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(wildcard migrations/*.sql),$(BIN)/squawk $(sort $(wildcard migrations/*.sql)))
	$(BIN)/python -m pytest -q tests/sql

# The README's pictures, made by the tests of the pages.
pictures: $(READY)
	$(BIN)/python -m pytest -q tests/pages/test_room.py tests/pages/test_public.py
	mkdir -p docs/pictures
	cp .pictures/room-light-wide.png docs/pictures/room.png
	cp .pictures/public-light-fold.png docs/pictures/public.png

bench: $(READY)
	$(BIN)/python -m benchmarks $(BENCH)

# One set-up at a time: whoever waited for the lock finds the work done.
$(READY): requirements/setup.txt requirements/dev.txt pyproject.toml
	@mkdir -p $(VENV)
	@$(if $(shell command -v flock),flock $(VENV)/.set-up )$(MAKE) --no-print-directory set-up

set-up:
	@if [ -e $(READY) ] && [ -z "$$(find requirements/setup.txt requirements/dev.txt pyproject.toml -newer $(READY))" ]; then exit 0; fi; \
	set -e; echo "setting up $(VENV)"; \
	$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; say which with make PY=python3.12")'; \
	if $(PY) -m pip --version >/dev/null 2>&1; then pip=$(PY); \
	elif $(PY) -c 'import ensurepip' 2>/dev/null; then $(PY) -m venv $(VENV)/.pip; pip=$(VENV)/.pip/bin/python; \
	else echo "this Python has no pip: apt-get install python3-pip (or python3-venv), then make again" >&2; exit 1; fi; \
	[ $(UV) -nt requirements/setup.txt ] || $$pip -m pip install -q --upgrade --root-user-action ignore --require-hashes --target $(VENV)/.uv -r requirements/setup.txt; \
	$(UV) venv -q --allow-existing --python "$$(command -v $(PY))" $(VENV); \
	$(UV) pip sync -q --require-hashes --python $(BIN)/python requirements/dev.txt; \
	$(UV) pip install -q --python $(BIN)/python --offline --no-deps --no-build-isolation -e .; \
	touch $(READY)

LOCK := $(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: $(READY)
	$(LOCK) requirements/setup.in -o requirements/setup.txt
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) --all-extras --group dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov .import_linter_cache
	find . -path ./.git -prune -o -name __pycache__ -type d -exec rm -rf {} +
