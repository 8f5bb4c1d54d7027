# Needs Python 3.11 or newer with pip, and make. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BENCH_VENV := .venv-bench
PYWB_VENV := .venv-pywb
DANVAN := $(VENV)/bin/danvan
BENCHES ?= extraction crawl badhost incremental search reextract readers

# Every download is checked against the hashes in requirements/. The build backend comes first, so
# that nothing else is fetched for building; a lock is complete, so no dependency is resolved (--no-deps);
# the project itself comes last, from this checkout.
PIP_INSTALL = -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-build-isolation --no-deps
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint fix docs screenshots bench pywb lock clean

help:
	@echo "make setup   build $(VENV) with what running needs; then use $(DANVAN)"
	@echo "make demo    crawl the bundled sample sites, then search and show the ledger"
	@echo "make test    lint, types, and all tests"
	@echo "make lint    ruff and mypy;  make fix: let ruff mend what it can"
	@echo "make docs    write docs/cli.md anew from the help texts"
	@echo "make screenshots   take docs/screenshots/ anew, with Debian's chromium"
	@echo "make bench   measure danvan against its peers (one alone: make bench BENCHES=extraction)"
	@echo "make pywb    build $(PYWB_VENV), for replay and for the backfill tests"
	@echo "make lock    pin the dependencies anew (maintainers; needs uv)"
	@echo "make clean   remove the environments, caches and demo data"

setup: $(VENV)/.setup

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.setup: requirements/build.txt requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/build.txt
	$(VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/run.txt
	$(VENV)/bin/python $(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.setup
	$(VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

$(BENCH_VENV)/.setup: requirements/build.txt requirements/bench.txt pyproject.toml
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/build.txt
	$(BENCH_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/bench.txt
	@touch $@

$(PYWB_VENV)/.setup: requirements/build.txt requirements/pywb.txt
	$(PYTHON) -m venv $(PYWB_VENV)
	$(PYWB_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/build.txt
	$(PYWB_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/pywb.txt
	@touch $@

demo: setup
	rm -rf demo-data
	$(DANVAN) -a demo-data crawl --sample
	$(DANVAN) -a demo-data search "dan van kheo" --limit 5
	$(DANVAN) -a demo-data status

test: $(VENV)/.test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest -n 2 --dist worksteal --durations=10 $(PYTEST_ARGS)

lint: $(VENV)/.test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

fix: $(VENV)/.test
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

docs: $(VENV)/.test
	$(VENV)/bin/python tests/cli_reference.py docs/cli.md

screenshots: $(VENV)/.test
	rm -rf demo-data
	$(DANVAN) -a demo-data crawl --sample
	$(VENV)/bin/python tests/browser/screenshots.py demo-data

bench: $(VENV)/.setup $(BENCH_VENV)/.setup
	@for bench in $(BENCHES); do echo "== $$bench"; $(VENV)/bin/python -m bench.$$bench || exit 1; done

pywb: $(PYWB_VENV)/.setup

lock:
	$(LOCK) -o requirements/test.txt pyproject.toml --all-extras --group build --group test
	$(LOCK) -o requirements/run.txt -c requirements/test.txt pyproject.toml --extra web --extra backfill --extra attachments
	$(LOCK) -o requirements/build.txt -c requirements/test.txt --group build
	$(LOCK) -o requirements/bench.txt pyproject.toml --all-extras --group bench
	$(LOCK) -o requirements/pywb.txt --group pywb

clean:
	rm -rf $(VENV) $(BENCH_VENV) $(PYWB_VENV) demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find archive crawler tests -name __pycache__ -type d -prune -exec rm -rf {} +
