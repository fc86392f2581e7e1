# The recipes of the project; people, hooks and CI use the same ones.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8866
LAB_PORT ?= 8867
ARGS ?=

# Tests that share one server, one browser or one demo: they come last, one after the other.
SLOW := tests/notebooks tests/server tests/demo tests/browser

# Compiled once at install time, so that the first page does not wait for it.
unexport PYTHONDONTWRITEBYTECODE

# The first Python on this machine that both locks are made for, by its real path.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; (3, 11) <= sys.version_info < (3, 14) or sys.exit(1); print(sys.executable)' \
	2>/dev/null && break; done)

UV := $(shell uv --version >/dev/null 2>&1 && echo uv)
ifeq ($(UV),uv)
create_venv = uv venv --clear --python "$(PYTHON)" $(VENV)
add = uv pip install --python $(BIN)/python --compile-bytecode $(1)
else
create_venv = "$(PYTHON)" -m venv --clear $(VENV)
add = $(BIN)/python -m pip install --no-compile $(1) && \
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib
endif

# From the lowest Python on, also when a newer one makes the locks.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help install serve lab test reports pack apps check format bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.project ## Make .venv from requirements.lock, with this project in it

serve: install ## Serve the apps on this machine; another port: make serve PORT=9000
	$(BIN)/digibank serve --port $(PORT)

lab: install ## Serve JupyterLab for reports, beside the apps; another port: make lab LAB_PORT=9001
	$(BIN)/digibank lab --port $(LAB_PORT)

test: install $(VENV)/.dev ## Run all tests; some of them: make test ARGS="tests/reference -x"
ifdef ARGS
	$(BIN)/pytest $(ARGS)
else
	$(BIN)/pytest --numprocesses=logical --dist=loadfile $(SLOW:%=--ignore=%)
	$(BIN)/pytest $(SLOW)
endif
	DIGIBANK_EXTRACT="$(CURDIR)/data/sealed/demo" $(BIN)/pytest --nbval --nbval-current-env notebooks/rapporten

reports: install $(VENV)/.dev ## Run the shipped reports again and store what they show
	DIGIBANK_EXTRACT="$(CURDIR)/data/sealed/demo" $(BIN)/jupyter nbconvert --to notebook --execute --inplace \
		--ExecutePreprocessor.record_timing=False notebooks/rapporten/*.ipynb

pack: install ## Make the demo extract again, and run the reports over it
	rm -rf build/demo data/sealed/demo
	DIGIBANK_HOME=build/demo/home DIGIBANK_KEYS=build/demo/keys $(BIN)/digibank demo
	cp -RL build/demo/home/extract/west data/sealed/demo
	rm -rf build/demo
	$(MAKE) reports

apps: install $(VENV)/.dev ## Clear the app notebooks and write down that these are shipped
	$(BIN)/nbstripout apps/*.ipynb
	cd apps && sha256sum *.ipynb > SHA256SUMS

check: install $(VENV)/.dev ## Check formatting, style, types, layers and cleared app notebooks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify apps/*.ipynb
	cd apps && sha256sum --check --quiet SHA256SUMS

format: install $(VENV)/.dev ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install $(VENV)/.dev ## Run the benchmarks and print what they measure
	$(BIN)/pytest tests/benchmarks -s -o python_files='bench_*.py' $(ARGS)

lock: ## Resolve the dependencies of pyproject.toml into both locks (needs uv)
	$(LOCK) --extra build -o requirements.lock
	$(LOCK) --extra build --extra dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove .venv, caches and builds; the data stay
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each is newer than what it was made from, or its recipe runs again.
$(VENV)/.locked: requirements.lock
	@test -n "$(PYTHON)" || { \
	echo "No Python 3.11, 3.12 or 3.13 was found; install one, or name it: make install PYTHON=/path/to/python." >&2; exit 1; }
	$(create_venv)
	$(call add,--require-hashes -r requirements.lock)
	touch $@

$(VENV)/.project: $(VENV)/.locked pyproject.toml
	$(call add,--no-deps --no-build-isolation -e .)
	touch $@

$(VENV)/.dev: $(VENV)/.locked requirements-dev.lock
	$(call add,--require-hashes -r requirements-dev.lock)
	touch $@
