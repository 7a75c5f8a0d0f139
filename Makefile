.DEFAULT_GOAL := help
PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
UV := $(BIN)/uv
DATA ?= ../shared/data

# As pip does: a company's certificates are in the system's store.
export UV_SYSTEM_CERTS ?= 1

.PHONY: help
help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: .venv/installed ## Install ibid into .venv and print where the command is
	@echo "ibid is installed: $(CURDIR)/$(BIN)/ibid"
	@echo "to call it by name:  export PATH=\"$(CURDIR)/$(BIN):\$$PATH\""

$(UV):
	$(if $(PYTHON),,$(error Python 3.11 or later is needed, as python3.11 or python3, or name it: make PYTHON=…))
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check 'uv==0.13.*'

.venv/installed: requirements.lock pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

.PHONY: demo
demo: .venv/installed ## Ask ibid's own documents: no key, no server, no download
	@$(BIN)/ibid demo

.PHONY: test
test: .venv/installed-dev ## Pass the tests
	$(BIN)/pytest -q

.PHONY: check
check: format-check lint types imports coverage ## What CI runs: format, lint, types, imports, tests with their coverage

.PHONY: format
format: .venv/installed-dev ## Format the code
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

.PHONY: format-check lint types imports
format-check: .venv/installed-dev
	$(BIN)/ruff format -q --check .
lint: .venv/installed-dev
	$(BIN)/ruff check -q .
	$(BIN)/typos
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
types: .venv/installed-dev
	$(BIN)/pyright
imports: .venv/installed-dev
	$(BIN)/lint-imports

WHOLE := core/types.py,retrieval/*,eval/metrics/*
.PHONY: coverage
coverage: .venv/installed-dev
	$(BIN)/pytest -q --cov --cov-report=
	$(BIN)/coverage report --show-missing --skip-covered --include='$(WHOLE)' --fail-under=100
	$(BIN)/coverage report --format=total --omit='$(WHOLE)' --fail-under=90

.PHONY: bench bench-citations bench-routing bench-peers
bench: .venv/installed ## Measure on the development data (DATA=…) and fill the README's table
	$(BIN)/python -m bench --data $(DATA)
bench-citations: .venv/installed ## Measure how well claims and citations are checked
	$(BIN)/python -m bench --data $(DATA) support citations conflict spans
bench-routing: .venv/installed-dev ## Measure how the context of an answer is chosen, and ten million tokens of it
	$(BIN)/python -m bench --data $(DATA) lara whole long_context
bench-peers: .venv/installed .venv-peers/installed ## Measure the embedder beside its peer, each in its own environment
	$(BIN)/python -m bench.embedding --data $(DATA) --peer .venv-peers/bin/python
	$(BIN)/python -m bench.nim_embedding --peer .venv-peers/bin/python
.venv-peers/installed: bench/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install --quiet --disable-pip-version-check -r bench/peers.txt
	@touch $@

EVAL_SETS ?= clapnq chroma_chunking rgb_fact financebench
EMBEDDED := IBID_DATA_DIR=.ibid/eval IBID_MODEL=extractive IBID_EMBEDDER=all-MiniLM-L6-v2 IBID_RERANK=false
.PHONY: eval
eval: .venv/installed ## Measure answers on the sets of DATA=…, or on what ibid's own docs define, with no key
	@if [ -d "$(DATA)" ]; then \
		for set in $(EVAL_SETS); do $(EMBEDDED) $(BIN)/ibid eval run "$(DATA)/$$set" || exit $$?; done; \
	else \
		rm -f .ibid/eval/docs.jsonl && $(EMBEDDED) $(BIN)/ibid ingest README.md docs -c docs && \
		$(EMBEDDED) $(BIN)/ibid eval make .ibid/eval/docs.jsonl -c docs --no-model && \
		$(EMBEDDED) $(BIN)/ibid eval run .ibid/eval/docs.jsonl -c docs; \
	fi

.PHONY: up nim-standin
up: ## Run ibid over a Qdrant server, in containers
	docker compose up --build
nim-standin: .venv/installed-dev ## Run a stand-in for NVIDIA's endpoints, to try them without a key
	@$(BIN)/python -m tests.doubles.nim --port 8900

.PHONY: lock
lock: $(UV) ## Compile the pinned requirements from pyproject.toml
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --group build pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --group build --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
