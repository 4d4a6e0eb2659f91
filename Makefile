# Every target does its own set-up; `make` alone lists them.
# PYTHON chooses the interpreter (3.11 or later), VENV the place of the environment.
PYTHON ?= python3
VENV ?= .venv
BUILD := _build
JOBS ?= auto
SPHINXOPTS ?=
# As many processes as cores; a file's tests stay together and share what they build.
PYTESTOPTS ?= --numprocesses=auto --dist=loadfile
RUNS ?= 1

py := $(VENV)/bin/python
# The handbook's extension and the packages are used in place.
packages := $(wildcard packages/*)
empty :=
run := PYTHONPATH=$(CURDIR):$(subst $(empty) $(empty),:,$(addprefix $(CURDIR)/,$(addsuffix /src,$(packages)))) $(CURDIR)/$(py)
sphinx = $(run) -m sphinx $(SPHINXOPTS) -j $(JOBS)
tools := $(VENV)/.handbook-tools
dev_tools := $(VENV)/.handbook-dev-tools
lock := $(py) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url

.PHONY: help handbook html pdf live test lint lint-code lint-pages lint-data lint-github lint-prose \
	lint-files types test-matrix ledger new-page stale linkcheck audit fuzz audit-web hooks \
	dist manuals sbom bench edition lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

# The PDF first: the pages link to it.
handbook: pdf html ## build the web pages and the PDF
	@echo "Web pages: open $(BUILD)/html/index.html (with working links: make live)"
	@echo "PDF:       open $(BUILD)/pdf/cass-handbook.pdf"

html: $(tools) ## build the web pages only
	@$(sphinx) -b dirhtml . $(BUILD)/html

pdf: $(tools) ## build the PDF only
	@$(sphinx) -b pdf . $(BUILD)/pdf

live: $(dev_tools) ## live preview in a browser, rebuilt at every change
	@$(run) -m sphinx_autobuild -b dirhtml --port 0 --ignore '$(CURDIR)/.*' --ignore '$(CURDIR)/tests/*' \
		--ignore '*/__pycache__/*' . $(BUILD)/live

test: lint types ## lint, types and all tests, of the handbook and of each package
	@for folder in . $(packages); do (cd $$folder && $(run) -m pytest $(PYTESTOPTS)) || exit; done

lint: lint-code lint-pages lint-data lint-github lint-prose lint-files ## everything that is checked without a build

lint-code: $(dev_tools)
	@$(py) -m ruff check --quiet .
	@$(py) -m ruff format --quiet --check .

lint-pages: $(dev_tools)
	@$(run) -m sphinx_permalinks check .

lint-data: $(dev_tools)
	@$(run) -m handbook.data members/members.yml members/members.schema.json
	@$(run) -m handbook.data governance/sources.yml governance/sources.schema.json

schema = $(py) -m check_jsonschema --quiet --builtin-schema vendor
lint-github: $(dev_tools)
	@$(schema).github-workflows .github/workflows/*.yml
	@$(schema).github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	@$(schema).github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(schema).dependabot .github/dependabot.yml
	@$(schema).readthedocs .readthedocs.yaml
	@$(VENV)/bin/zizmor --offline --quiet --no-progress --persona=pedantic .

text = git ls-files -z -- '*.md' '*.jinja' '*.yml' '*.yaml' '*.svg' ':!tests'
lint-prose: $(dev_tools)
	@$(text) | xargs -0 $(py) -m codespell_lib
	@$(text) ':!*.y*ml' ':!*.svg' | xargs -0 $(py) -m proselint check

# Mends what it names, as pre-commit does; the seed documents stay as they came.
lint-files: $(dev_tools)
	@git ls-files -z -- ':!tests/text/seeds' | xargs -0 $(py) -m pre_commit_hooks.end_of_file_fixer

ledger: $(tools) ## record new permanent addresses in permalinks.txt
	@$(sphinx) -q -b permalinks . $(BUILD)/ledger

new-page: $(tools) ## start a page: asks, or takes CHAPTER, TITLE, PERMALINK, and CLAUSE
	@$(run) tools/new_page.py $${CHAPTER:+--chapter "$$CHAPTER"} $${TITLE:+--title "$$TITLE"} \
		$${PERMALINK:+--permalink "$$PERMALINK"} $${CLAUSE:+--clause "$$CLAUSE"}

stale: $(tools) ## list data that nobody has looked at for more than a year
	@$(run) tools/stale.py

linkcheck: $(tools) ## open every link to another site (needs the network)
	@$(sphinx) -b linkcheck . $(BUILD)/linkcheck

hooks: $(dev_tools) ## run the lint checks before every commit
	@$(py) -m pre_commit install

types: $(dev_tools)
	@for folder in . $(packages); do (cd $$folder && $(run) -m mypy) || exit; done

bench: $(dev_tools) ## measure what the extension costs (half an hour)
	@$(run) packages/sphinx-permalinks/bench/bench.py $(BENCHOPTS)

lock: $(dev_tools) ## renew the pinned requirements from pyproject.toml
	@$(lock) --upgrade --group handbook -o requirements.txt
	@$(lock) --upgrade --group dev -c requirements.txt -o requirements-dev.txt

audit-web: html $(dev_tools) node_modules ## weight, Lighthouse and axe for every page (PAGES="/ /search/", RUNS=3)
	@$(py) -m tests.browser.audit --runs $(RUNS) $(or $(SITE),$(BUILD)/html) $(PAGES)

# A service that does not know a package, or cannot be reached, is no sign that all is well.
# Without the network: AUDITOPTS="--cache-dir DIR", of a machine that has asked before.
audit: $(dev_tools) ## hold the pinned requirements against known vulnerabilities (needs the network)
	@$(py) -m pip_audit --strict --disable-pip --require-hashes --progress-spinner=off $(AUDITOPTS) \
		-r requirements.txt -r requirements-dev.txt || { \
		echo "The requirements are not audited as safe. A line above that names a vulnerability: raise" >&2; \
		echo "that package with make lock. Otherwise the advisory service did not answer: try again" >&2; \
		echo "with a connection to the network." >&2; exit 1; }

fuzz: $(dev_tools) ## try twenty times as much hostile input as make test does, other each time
	@FUZZ=20 $(py) -m pytest -q tests/hostile/test_fuzz.py

node_modules: package-lock.json package.json
	@command -v npm >/dev/null || { echo "audit-web needs Node and npm, for Lighthouse" >&2; exit 1; }
	npm ci --silent --ignore-scripts
	@touch $@

dist: $(dev_tools) ## build the wheels of the packages
	@for folder in $(packages); do $(py) -m build --no-isolation --outdir dist $$folder || exit; done

manuals: $(tools) ## build the packages' manuals
	@for folder in $(packages); do \
		$(sphinx) -n -W --keep-going -b dirhtml $$folder/docs $(BUILD)/manuals/$$(basename $$folder) || exit; done

sbom: $(dev_tools) ## write the software bill of materials of what builds the handbook
	@mkdir -p dist
	@$(py) -m cyclonedx_py requirements --output-reproducible --output-file dist/sbom.cdx.json requirements.txt

edition: $(dev_tools) ## say whether an edition can be cut, and which tag to set
	@$(run) tools/edition.py

clean: ## remove what was built, and the environment
	rm -rf $(BUILD) $(VENV)

test-matrix: $(dev_tools) ## the extension's tests with the oldest and the newest Sphinx
	@cd packages/sphinx-permalinks && tests/matrix.sh $(CURDIR)/$(py) $(CURDIR)/$(BUILD)/matrix

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
