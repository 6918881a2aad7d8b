# Two commands on a fresh machine: `make demo` and `make test`. Needed: Python 3.11 (3.12, 3.13), pip, make.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
UV := $(VENV)/bin/uv
WORKERS ?= auto

.PHONY: demo up test test-browser test-clients test-postgres torture screens check bench bench-sync bench-sandbox clean

demo: $(VENV)/.runtime
	$(VENV)/bin/entente demo $(if $(ONCE),--once) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(SEED),--seed $(SEED))

up: $(VENV)/.embedded
	$(VENV)/bin/entente up $(if $(PORT),--port $(PORT)) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(SEED),--seed $(SEED))

test: $(VENV)/.dev
	$(VENV)/bin/pytest -n $(WORKERS) -m "not browser and not clients"
	@echo "Not run here: the browser tests and others' clients; \`make test-browser\` and \`make test-clients\` run them."

# Needs a Chromium: `apt-get install chromium` on Debian. What is missing is said aloud, and the tests are skipped.
test-browser: $(VENV)/.browser
	$(VENV)/bin/pytest -m browser tests/browser

# Others' clients against the sandbox, each in an environment of its own below var/clients. CLIENTS chooses some by name.
test-clients: $(VENV)/.dev
	$(VENV)/bin/pytest -m clients tests/clients $(if $(CLIENTS),-k "$(CLIENTS)")

# PAGES="history run" draws only these.
screens: $(VENV)/.browser
	$(VENV)/bin/python -m tests.browser.screens $(PAGES)

test-postgres: $(VENV)/.dev
	$(VENV)/bin/python -m tests.postgres_server $(VENV)/bin/pytest -n $(WORKERS) \
		tests/store tests/sync tests/scenarios tests/reports tests/rules tests/commands/test_passes.py

# N programs of people, faults and crashes, and half as many kills of a worker: `make torture N=1000`, again by SEED=...
torture: $(VENV)/.dev
	$(VENV)/bin/python -m tests.torture $(or $(N),200) $(if $(SEED),--seed $(SEED))

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev
	$(VENV)/bin/python -m benchmarks.reading

# Calls, growth and memory of passes against their bounds; FULL=1 takes the sizes that the bounds are meant for.
bench-sync: $(VENV)/.dev
	$(VENV)/bin/python -m benchmarks.sync $(if $(FULL),--full)

bench-sandbox: $(VENV)/.dev
	$(VENV)/bin/python -m benchmarks.sandbox

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.runtime: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --inexact --no-dev --quiet
	@touch $@

$(VENV)/.embedded: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --inexact --no-dev --extra embedded --quiet
	@touch $@ $(VENV)/.runtime

$(VENV)/.browser: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --inexact --group dev --group browser --quiet
	@touch $@ $(VENV)/.dev $(VENV)/.runtime

$(VENV)/.dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --inexact --group dev --quiet
	@touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
