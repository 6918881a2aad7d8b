# Two commands on a fresh machine: `make demo` and `make test`. Needed: Python 3.11 (3.12, 3.13), pip, make.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
UV := $(VENV)/bin/uv
WORKERS ?= auto

.PHONY: demo test test-postgres check bench clean

demo: $(VENV)/.runtime
	$(VENV)/bin/entente demo $(if $(ONCE),--once) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(SEED),--seed $(SEED))

test: $(VENV)/.dev
	$(VENV)/bin/pytest -n $(WORKERS)

test-postgres: $(VENV)/.dev
	$(VENV)/bin/python -m tests.postgres_server $(VENV)/bin/pytest -n $(WORKERS) \
		tests/store tests/sync tests/reports tests/rules tests/commands/test_passes.py

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev
	$(VENV)/bin/python -m benchmarks.reading

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.runtime: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --inexact --no-dev --quiet
	@touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --inexact --group dev --quiet
	@touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
