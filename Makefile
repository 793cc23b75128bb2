# Every target sets up what it needs; a second run finds it there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The machine's own certificates where it has them: a company's proxy is known there.
UV_PIP := $(BIN)/uv pip install --quiet --python $(BIN)/python \
  $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench docs clean

help:  ## show these lines
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# pip brings uv, uv brings the hashed lock: seconds, and the same packages everywhere.
# The environment starts without pip, so Debian's python3-venv is not needed.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "adopt needs Python 3.11 or later; say make PYTHON=python3.12, for one"; exit 1; }
	@echo "Setting up $(VENV) ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@test -x $(BIN)/uv || $(PYTHON) -m pip --python $(BIN)/python install --quiet 'uv>=0.13'
	@$(UV_PIP) --compile-bytecode --require-hashes -r requirements.lock
	@$(UV_PIP) --no-deps --editable .
	@$(BIN)/python -m compileall -q adopt
	@touch $@

demo: $(STAMP)  ## run the main job on the sample shop
	@$(BIN)/adopt demo

test: $(STAMP)  ## run every check and test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest

check: $(STAMP)  ## format, lint, types, imports
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fix: $(STAMP)  ## format and mend what can be mended
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

bench: $(STAMP)  ## what takes how long, beside what, one after the other
	@$(BIN)/python -m sims.bench.cold_start
	@$(BIN)/python -m sims.bench.auctions
	@$(BIN)/python -m sims.bench.shop_day
	@$(BIN)/python -m sims.bench.curves
	@$(BIN)/python -m sims.bench.landscape_fit
	@$(BIN)/python -m sims.bench.optimise
	@$(BIN)/python -m sims.bench.rates
	@$(BIN)/python -m sims.bench.file_door

docs: $(STAMP)  ## renew the generated parts of the README
	@$(BIN)/python -m sims.readme
	@$(BIN)/python -m sims.doctor_page

clean:  ## remove what was installed and cached
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
