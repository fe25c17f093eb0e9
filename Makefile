# `make help` lists what there is. Each target sets up what it needs by itself.

PYTHON ?= python3
PORT   ?= 8000
# Tests at once. Half of their time they wait for deadlines, restarts and silence: three keep two cores busy.
JOBS   ?= 3
SECONDS ?= 600

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
QUART := $(BIN)/quart --app app
SERVE := $(BIN)/hypercorn --config hypercorn.toml -b 127.0.0.1:$(PORT)
NPM  := $(BIN)/python scripts/npm.py
CODE := $(wildcard *.py) blueprints commands models protocol realtime server services translations tests scripts benchmarks
EXAMPLES := tests/examples

RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
NODE_READY := $(EXAMPLES)/node_modules/.ready

.DEFAULT_GOAL := help
.PHONY: help run dev migrate demo test chaos bench check format picture lock chromium programs promtool clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: migrate ## serve at http://127.0.0.1:8000 (PORT=… for another port)
	@$(BIN)/python -m scripts.port $(PORT)
	@echo "Beseda: http://127.0.0.1:$(PORT)"
	@exec $(SERVE) app:app

dev: migrate ## the same, restarted whenever a file changes
	@$(BIN)/python -m scripts.port $(PORT)
	@QUART_DEBUG=1 exec $(SERVE) --workers 1 --reload app:app

migrate: $(RUN_READY) ## prepare the database (DATABASE_URL, or instance/)
	@$(QUART) migrate

demo: migrate ## fill the database with people, rooms and a history to click through
	@$(QUART) demo

test: $(DEV_READY) $(NODE_READY) chromium programs promtool ## all tests, on real servers and in a real browser (ARGS=… for pytest)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

chaos: $(DEV_READY) ## servers, Redis and networks fail for SECONDS=600 while people talk and come and go; prints what was lost: nothing
	@$(BIN)/python -m tests.chaos --seconds $(SECONDS) $(ARGS)

bench: $(DEV_READY) ## measure under load, beside two other servers (ARGS=… for python -m benchmarks)
	@$(BIN)/python -m benchmarks --json benchmarks/results/latest.json $(ARGS)

check: $(DEV_READY) ## format, lint, types
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run make format."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary $(CODE)

format: $(DEV_READY) ## format, and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

picture: $(DEV_READY) chromium ## make the pictures of docs/images anew
	@$(BIN)/python -m scripts.picture

lock: $(DEV_READY) ## hold what is installed in constraints.txt
	@{ grep '^#' constraints.txt; $(BIN)/python -m pip freeze; } > $(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt constraints.txt

clean: ## remove what make made (never the database)
	rm -rf $(VENV) $(EXAMPLES)/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

chromium:
	@scripts/chromium.sh

promtool: $(DEV_READY)
	@scripts/promtool.sh $(BIN)

programs:
	@scripts/programs.sh

$(BIN)/python:
	@scripts/venv.sh $(VENV) $(PYTHON)

$(RUN_READY): requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV_READY): requirements-dev.txt $(RUN_READY)
	@echo "Installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(NODE_READY): $(EXAMPLES)/package.json $(EXAMPLES)/package-lock.json $(DEV_READY)
	@echo "Installing the packages of the React example …"
	@$(NPM) ci --prefix $(EXAMPLES)
	@touch $@
