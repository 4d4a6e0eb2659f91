# Short names for the tasks of noxfile.py, which says what each does; `make` alone lists them.
# Only Python is needed: the first `make` installs nox, and each task what it needs, in .venv.
#
#   make test ARGS="-k footer"     words for the task
#   make PYTHON=python3.13 html    another Python (3.11 or later) for a new environment
#   make VENV=/tmp/env html        another place for the environment
PYTHON ?= python3
export VENV ?= .venv
nox = "$(VENV)/bin/nox"
# Words given to a task reach it unchanged; make would expand the $H of $HOME.
words := CHAPTER TITLE PERMALINK CLAUSE FROM TO
$(foreach name,$(words),$(eval override $(name) := $$(value $(name))))
export $(words)

tasks := handbook html pdf epub live lint types test test-quick test-matrix ledger new-page \
	record-pages stale roster manuals linkcheck hooks lock dist edition changes sbom audit audit-web \
	ten-edits fuzz bench bench-live try-projects try-sites clean

.PHONY: help $(tasks)
help: environment
	@$(nox) --list

$(tasks): environment
	@$(nox) --session $@ -- $(ARGS)

.PHONY: environment
environment:
	@test -x $(nox) || { \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "The handbook needs Python 3.11 or later, and $(PYTHON) is not." >&2; \
		echo "Install one (python.org, or your system's packages) and name it: make PYTHON=python3.13" >&2; \
		exit 1; } ; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: install its venv package" >&2; \
		echo "(Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; } ; \
	$(PYTHON) -m venv "$(VENV)" && \
	"$(VENV)/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/nox.txt; }
