# PaperSnitch. `make` alone tells what there is.
.DEFAULT_GOAL := help
.PHONY: help run analyze test test-ai chaos soak fuzz bench bench-peers bench-scale bench-evidence bench-web seed-history docs check audit crawl format lock clean prepared prepared-dev

NAMES := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
FOUND := $(firstword $(foreach name,$(NAMES),$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(name))))
BIN := .venv/bin
TESTS ?= tests
JOBS ?= 2

help: ## Tell what there is
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: prepared ## Serve PaperSnitch on 127.0.0.1:8000 (HOST, PORT, WORKERS, PAPERSNITCH_HOME, DATABASE_URL, REDIS_URL)
	@exec $(BIN)/python -m scripts.serve

analyze: prepared ## Check papers without a browser: make analyze PAPER=file.pdf OUT=folder (PAPER may be a folder)
	@exec $(BIN)/python -m jobs.analyze --out "$(or $(OUT),out)" "$(PAPER)"

test: prepared-dev ## Run every test on private MariaDB, Redis and Chromium (TESTS=tests/engine, JOBS=2)
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

test-ai: prepared-dev ## Run the tests that hold for any model against a real endpoint: MODEL_URL=http://... MODEL=name [MODEL_KEY=] [FORMAT=]
	@test -n "$(MODEL_URL)" -a -n "$(MODEL)" || { echo "Name the endpoint: make test-ai MODEL_URL=http://127.0.0.1:11434/v1 MODEL=qwen3:8b" >&2; exit 1; }
	@TEST_MODEL_URL="$(MODEL_URL)" TEST_MODEL="$(MODEL)" TEST_MODEL_KEY="$(MODEL_KEY)" TEST_MODEL_FORMAT="$(or $(FORMAT),schema)" \
	  $(BIN)/python -m pytest --timeout 3600 tests/agents/test_any_model.py

chaos: prepared-dev ## Inflict every fault of docs/engine.md on real processes and servers (SCALE=0.1, FAULT=name)
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m tests.chaos --scale $(or $(SCALE),1) $(if $(FAULT),--only $(FAULT))

soak: prepared-dev ## Soak the whole site under mixed load and faults on MariaDB: invariants, memory of each process, last line JSON (SECONDS=600)
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m tests.soak --seconds $(or $(SECONDS),600)

fuzz: prepared-dev ## Read mutated PDFs within the sandbox's limits (N=10000, SEED=1, PAPERS=folder of real ones)
	@exec $(BIN)/python -m tests.papers.fuzzing --files $(or $(N),10000) --seed $(or $(SEED),1) $(if $(PAPERS),--papers "$(PAPERS)")

bench: prepared-dev ## Measure the engine against its peers in turns (ROUNDS=5): table, bars, last line JSON
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m benchmarks --rounds $(or $(ROUNDS),5)

bench-peers: prepared-dev ## Measure one peer alone (PEER=celery, dbos, rq_depends_on or rq_raw; WORKLOAD="P C F")
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m benchmarks.peers $(or $(PEER),celery) --workload $(or $(WORKLOAD),P C F)

bench-scale: prepared-dev ## Measure the engine with 1, 2, 4 and 8 workers and handlers of 20 ms
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m benchmarks.scale

bench-evidence: prepared ## Compare what a run finds with what people found: PAPERS=folder [REPOS=folder] [MODEL=name] [JSON=1]
	@exec $(BIN)/python -m benchmarks.evidence --papers "$(PAPERS)" $(if $(REPOS),--repos "$(REPOS)") $(if $(MODEL),--model "$(MODEL)") $(if $(JSON),--json)

bench-web: prepared-dev ## Measure pages, live updates, log, zip and first load on years of history: a JSON line a bar (ONLY="pages tabs")
	@exec $(BIN)/python -m scripts.with_servers $(BIN)/python -m benchmarks.web $(if $(ONLY),--only $(ONLY))

seed-history: prepared-dev ## Fill an empty MariaDB with 100,000 runs: DATABASE_URL=mysql+pymysql://... (RUNS, TEAMS, LOGS, PAPERSNITCH_HOME)
	@test -n "$(DATABASE_URL)" || { echo "Name an empty database: make seed-history DATABASE_URL=mysql+pymysql://root@127.0.0.1/history" >&2; exit 1; }
	@exec $(BIN)/python -m benchmarks.seed_history --database-url "$(DATABASE_URL)" $(if $(PAPERSNITCH_HOME),--home "$(PAPERSNITCH_HOME)") \
	  $(if $(RUNS),--runs $(RUNS)) $(if $(TEAMS),--teams $(TEAMS)) $(if $(LOGS),--logs $(LOGS))

docs: prepared-dev ## Build the documentation as a site in .site/; fails on a dead link
	@$(BIN)/python -m scripts.reference docs/reference
	@exec $(BIN)/zensical build --strict

check: prepared-dev ## Lint, format, types, import contracts; holes and secrets in our code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.audit --short

audit: prepared-dev ## Look for known holes in packages (where their registries answer), for holes and secrets in our code, for licences
	@exec $(BIN)/python -m scripts.audit

crawl: prepared-dev ## Send rubbish to every page and form as people of each role (SECONDS=600, SEED=any)
	@CRAWL_SECONDS=$(or $(SECONDS),600) $(if $(SEED),CRAWL_SEED=$(SEED)) $(BIN)/python -m scripts.with_servers \
	  $(BIN)/python -m pytest -q -s tests/security/test_forms_crawler.py -k nothing_a_person_can_send

format: prepared-dev ## Put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: prepared-dev ## Write the lock files anew from requirements.txt and requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 requirements.txt -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 requirements-dev.txt -o requirements-dev.lock

clean: ## Remove what was installed; the papers and runs in var/ stay
	rm -rf .venv .bench node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

prepared prepared-dev: python
	@$(FOUND) scripts/prepare.py $(if $(findstring dev,$@),--dev) >&2

.PHONY: python
python:
	@test -n "$(FOUND)" || { \
	  echo "PaperSnitch needs Python 3.11 or newer, and found none (tried: $(NAMES))." >&2; \
	  echo "Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
