# Every target does its own set-up; `make` alone lists them.
# PYTHON chooses the interpreter (3.11 or later), VENV the place of the environment.
PYTHON ?= python3
VENV ?= .venv
BUILD := _build
JOBS ?= auto
SPHINXOPTS ?=

py := $(VENV)/bin/python
# The extension and the handbook's own glue are used from where they lie.
run := PYTHONPATH=src:_ext $(py)
sphinx = $(run) -m sphinx $(SPHINXOPTS) -j $(JOBS)
tools := $(VENV)/.handbook-tools
dev_tools := $(VENV)/.handbook-dev-tools
lock := $(py) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url

.PHONY: help handbook html pdf live test lint types lock clean ledger test-matrix

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

handbook: html pdf ## build the web pages and the PDF
	@echo "Web pages: open $(BUILD)/html/index.html"
	@echo "PDF:       open $(BUILD)/pdf/cass-handbook.pdf"

html: $(tools) ## build the web pages only
	@$(sphinx) -b dirhtml . $(BUILD)/html

pdf: $(tools) ## build the PDF only
	@$(sphinx) -b pdf . $(BUILD)/pdf

live: $(dev_tools) ## live preview in a browser, rebuilt at every change
	@$(run) -m sphinx_autobuild -b dirhtml --port 0 --ignore '$(VENV)/*' . $(BUILD)/live

test: lint types ## lint, types and all tests
	@$(py) -m pytest $(PYTESTOPTS)

lint: $(dev_tools)
	@$(py) -m ruff check .
	@$(py) -m ruff format --check .

types: $(dev_tools)
	@$(py) -m mypy

lock: $(dev_tools) ## renew the pinned requirements from pyproject.toml
	@$(lock) --upgrade --group handbook -o requirements.txt
	@$(lock) --upgrade --group dev -c requirements.txt -o requirements-dev.txt

clean: ## remove what was built, and the environment
	rm -rf $(BUILD) $(VENV)

ledger: $(tools) ## add new addresses to permalinks.txt
	@$(sphinx) -b permalinks . $(BUILD)/ledger

test-matrix: $(dev_tools) ## the extension's tests with the oldest and the newest Sphinx
	@tests/site/matrix.sh $(py) $(BUILD)/matrix

# A stamp is written last: an interrupted installation is done again.
$(tools): requirements.txt | $(py)
	$(py) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(dev_tools): requirements-dev.txt $(tools)
	$(py) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(py):
	@command -v $(PYTHON) >/dev/null || { \
		echo "No $(PYTHON) found. Install Python 3.11 or later (python.org, or your system's packages)," >&2; \
		echo "or name one: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) -V 2>&1); the handbook needs Python 3.11 or later." >&2; \
		echo "Install one and name it: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: install its venv package" >&2; \
		echo "(Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
