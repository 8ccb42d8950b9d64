# Two commands are enough: `make run` and `make test`. Both do all the set-up, and repeat in seconds.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SHELL  := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

.PHONY: help setup setup-run run run-kafka kafka kafka-stop test test-fast check fmt lock bench fuzz clean

help:            ## what there is
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*## /\t/' | expand -t 14

setup:           ## .venv with everything (run, tests, checks)
	@$(PYTHON) deploy/setup.py all

setup-run:       ## .venv with what running needs, no test tools
	@$(PYTHON) deploy/setup.py run

run: setup-run   ## set up, then watch the demo day in one process, no broker
	@$(BIN)/python -m deploy.demo

kafka: setup     ## a real Apache Kafka on 127.0.0.1:9092, from packages (Ctrl-C stops it)
	@$(BIN)/python -m deploy.kafka

run-kafka: setup ## broker, poll, worker and deliver on the demo day
	@$(BIN)/python -m deploy.demo --kafka

test: setup      ## set up, then every check and every test
	@$(MAKE) --no-print-directory check
	@echo "== tests without a broker"; $(BIN)/python -m pytest -q -m "not (kafka or chaos or e2e)"
	@echo "== whole processes, the real Kafka, kills"; $(BIN)/python -m pytest -q -m "kafka or chaos or e2e"

test-fast: setup ## the tests that need no broker and kill nothing
	@$(BIN)/python -m pytest -q -m "not (kafka or chaos or e2e)"

check: setup     ## format, lint, types, import contracts, rules
	@echo "== format and lint"; $(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@echo "== types"; $(BIN)/mypy
	@echo "== import contracts"; $(BIN)/lint-imports
	@echo "== rules and feeds"; $(BIN)/wirewatch check && $(BIN)/wirewatch rules fmt --check && $(BIN)/wirewatch rules schema --check

fmt: setup       ## format and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock:            ## write the locks anew from pyproject.toml (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra test --extra check -c requirements.lock pyproject.toml -o requirements-dev.lock

bench: setup     ## the benchmarks, with their references
	@$(BIN)/python -m tests.benchmarks

fuzz: setup      ## 200,000 spoilt rule files through the loader (atheris guides half of them)
	@$(BIN)/python -m tests.fuzz --inputs 100000
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(BIN)/python -m pip install -q "atheris>=3,<4"
	@$(BIN)/python -m tests.fuzz --guided --inputs 100000

clean:           ## remove the environment and everything made
	rm -rf $(VENV) build var *.egg-info
