# busdb. `make help` lists what there is; everything happens in the virtual environment .venv.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
SERVE ?= 1
WORKERS ?= 2

.DEFAULT_GOAL := help

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "busdb needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

# The compiled catalogues are made by the installation, so that it runs again when a catalogue changes
SOURCES := setup.cfg setup.py pyproject.toml $(wildcard busdb/locale/*/LC_MESSAGES/*.po)

$(VENV)/installed: $(BIN)/python $(SOURCES)
	$(PIP) -e .
	@touch $@

$(VENV)/developing: $(BIN)/python $(SOURCES)
	$(PIP) -e '.[dev,postgres,redis]'
	@touch $(VENV)/installed $@

# Tools for the scripts of pages: installed anew only when their lock changes. Where node is missing, CI fails.
node_modules/installed: package.json package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund && touch $@; \
	else echo "node and npm (18.19 or newer) are missing: scripts of pages are not checked; Debian: apt install nodejs npm"; \
	test "$$CI" != true; fi

# Types and style of the scripts of pages, looked at again only when one of them changes
SCRIPTS := $(wildcard api/static/*.js api/static/*/*.js)
node_modules/checked: node_modules/installed tsconfig.json eslint.config.js $(SCRIPTS)
	@if [ -e node_modules/installed ]; then npm run --silent check && touch $@; fi

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: demo
demo: $(VENV)/installed ## Import the sample state, search it, write its feeds to out/, serve it (SERVE=0: do not)
	$(BIN)/busdb demo $(if $(filter 0,$(SERVE)),--no-serve)

.PHONY: check style types architecture
check: style types architecture node_modules/checked ## Style, types and architecture

style: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/developing
	$(BIN)/mypy

architecture: $(VENV)/developing
	$(BIN)/lint-imports

.PHONY: test
test: check ## All checks, then all tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

.PHONY: coverage
coverage: $(VENV)/developing ## All tests with the branches that they do not reach; takes half as long again
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term:skip-covered

.PHONY: screenshots
screenshots: $(VENV)/developing ## Pictures of every page, phone and desktop, into out/screenshots/
	$(BIN)/pytest -q tests/browser/screenshots.py

.PHONY: soak
soak: $(VENV)/developing ## The long forms of tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --soak

$(VENV)/releasing: $(VENV)/installed
	$(PIP) -e '.[release]'
	@touch $@

.PHONY: lock
lock: $(VENV)/releasing ## Pin what is installed, by hash, in requirements.lock
	$(BIN)/uv pip compile setup.cfg --extra postgres --extra redis --generate-hashes --python-version 3.11 --no-annotate \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --upgrade -o requirements.lock

.PHONY: audit
audit: $(VENV)/releasing ## Look up what is pinned among known vulnerabilities; fails where that is not possible
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict

.PHONY: sbom
sbom: $(VENV)/releasing ## List what is pinned as CycloneDX, in out/sbom.json
	@mkdir -p out
	$(BIN)/cyclonedx-py requirements requirements.lock --output-file out/sbom.json

.PHONY: bench
bench: $(VENV)/developing ## Measure against bare limits on a large state (SCALE=0.1 for a quick look)
	$(BIN)/python -m bench --scale $(or $(SCALE),1.0)

.PHONY: load
load: $(VENV)/developing ## Mixed traffic on a large state, against an empty endpoint (SCALE=0.1; MINUTES=30 to watch the memory)
	$(BIN)/python -m bench.load --scale $(or $(SCALE),1.0) --minutes $(or $(MINUTES),0)

.PHONY: widget
widget: $(VENV)/installed ## Write the present version of the widget from its modules
	$(BIN)/python -c 'from api.pages import widget; widget.write()'

.PHONY: schemas
schemas: $(VENV)/installed ## Write the JSON Schemas and XSDs of the feeds and of XZuFi anew
	$(BIN)/python -m busdb.shapes
	$(BIN)/python -m busdb.xzufi.schemas

.PHONY: clean
clean: ## Remove what was made
	rm -rf $(VENV) node_modules build dist out var *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage
