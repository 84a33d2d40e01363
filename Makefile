# The tasks of this project. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONHASHSEED := 0

.PHONY: run install test check prove bench pictures lock clean

run: install ## start the demo clinic on http://127.0.0.1:8000
	@$(BIN)/frontdesk serve --demo

install: $(VENV)/.runtime ## everything `make run` does, short of starting

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 run")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/bin/uv
	@test -f $(VENV)/.dev || $(BIN)/uv pip install --quiet --compile-bytecode -r requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps -e .
	@$(BIN)/python -m compileall -q agent channels
	@$(BIN)/python -m agent.web.kept_templates
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml $(VENV)/bin/uv
	@$(BIN)/uv pip install --quiet --compile-bytecode -r requirements-dev.lock
	@$(BIN)/uv pip install --quiet --no-deps -e .
	@$(BIN)/python -m compileall -q agent channels
	@$(BIN)/python -m agent.web.kept_templates
	@touch $@ $(VENV)/.runtime

test: $(VENV)/.dev ## everything, nothing skipped; brings Chromium, Redis and PostgreSQL where they are missing
	@tests/needs.sh
	@$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/.dev ## format, lint, types, import rules, catalogues, content, dependencies
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/frontdesk check
	@$(BIN)/frontdesk evaluate --gate
	@$(BIN)/python -m tests.supply

prove: $(VENV)/.dev ## every promise at its full size; the table goes to docs/measurements.md
	@tests/needs.sh
	@$(BIN)/python -m tests.prove $(PROVE)

bench: $(VENV)/.dev ## measure speed and memory; a table, and JSON in var/bench/
	@$(BIN)/python -m tests.bench

pictures: $(VENV)/.dev ## remake the screenshots of docs/pictures
	@tests/needs.sh
	@$(BIN)/python -m tests.pictures

lock: $(VENV)/bin/uv ## choose versions anew
	@$(BIN)/uv pip compile pyproject.toml --quiet --no-emit-index-url --no-header --no-annotate --upgrade -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group dev --quiet --no-emit-index-url --no-header --no-annotate -c requirements.lock -o requirements-dev.lock

clean: ## forget the demo: its database, keys and trained models
	@rm -rf var
