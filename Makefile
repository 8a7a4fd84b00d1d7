# Seven verbs: setup run test check bench docs release. Needs Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
LOCKED := \# Locked by `make lock`; do not edit.

.PHONY: help setup run test check bench docs release lock messages platform clean
help:
	@echo "make setup    everything for working on it, into .venv"
	@echo "make run      the demo: sandbox stores, hub, orders; Ctrl-C stops it"
	@echo "make test     all tests (one: make test ARGS='tests/house -k seal'; on two cores: ARGS='-n 2')"
	@echo "make check    format, lint, types, import contracts, migrations, docs"
	@echo "make bench    the benchmarks"
	@echo "make docs     write the generated parts of the docs"
	@echo "make release  build the package into dist/, after check and test"
	@echo "make messages take new texts into the translations and compile them (needs gettext)"
	@echo "make platform NAME=acme   begin a platform: docs/platforms/adding.md"

# What running needs is installed first, what working on it needs on top; each stamp is newer than its lock when done.
$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.run: requirements.txt pyproject.toml $(VENV)/.venv
	@echo "Installing what it needs to run ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what working on it needs ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.dev

run: $(VENV)/.run
	@$(BIN)/crossdock demo

test: $(VENV)/.dev
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet src tests bench docs || { echo "make check: run .venv/bin/ruff format"; exit 1; }
	@$(BIN)/ruff check --quiet src tests bench docs
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache --quiet 2>/dev/null || $(BIN)/lint-imports --no-cache
	@DJANGO_SETTINGS_MODULE=crossdock.settings $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run -v 0 \
		|| { echo "make check: rows and migrations differ"; exit 1; }
	@$(BIN)/python docs/make.py --check
	@echo "check: all is well"

bench: $(VENV)/.dev
	@$(BIN)/python -m bench $(ARGS)

docs: $(VENV)/.run
	@$(BIN)/python docs/make.py

release: check test
	@rm -rf dist
	@$(BIN)/python -c 'from hatchling.build import build_wheel; print("dist/" + build_wheel("dist"))'

lock: $(VENV)/.dev
	@$(LOCK) pyproject.toml requirements.in -o requirements.txt
	@$(LOCK) pyproject.toml requirements.in requirements-dev.in -o requirements-dev.txt
	@sed -i '1i $(LOCKED)' requirements.txt requirements-dev.txt

messages: $(VENV)/.run
	@$(BIN)/python docs/languages.py $(ARGS)

platform: $(VENV)/.run
	@$(BIN)/python docs/platforms/scaffold.py $(NAME)

clean:
	@rm -rf $(VENV) dist build
