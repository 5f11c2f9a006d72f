# Two commands matter: `make run` and `make test`. Both do all set-up themselves.
PYTHON ?= python3
BIN := .venv/bin
# A third process on two cores costs more than it gains: torch's helper threads get into each other's way.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
PACKAGES := app benchmarks cli models settings worker

.PHONY: help python run test coverage check figures lock differential demo-models demo-experiment tour clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

python:
	@command -v $(PYTHON) >/dev/null || { echo "Set-up stopped: there is no $(PYTHON) on this machine: \
	install Python 3.11 or newer, or name yours: make PYTHON=/path/to/python run." >&2; exit 2; }

run: python ## set up, then serve the dashboard on http://127.0.0.1:8000 with a worker beside it
	@$(PYTHON) tools/set_up.py run
	@exec $(BIN)/tekhne up

test: python ## set up, then run every check and every test
	@$(PYTHON) tools/set_up.py test
	@$(MAKE) --no-print-directory check
	$(PYTEST) --durations 15

coverage: ## the same tests, a third slower, with the lines and branches that no test reaches
	$(PYTEST) --cov --cov-report=term:skip-covered

check: ## lint, format, types, the walls between rooms, and known vulnerabilities where an index can be asked
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/audit.py

figures: ## lines, files and imports of each room
	@$(PYTHON) tools/figures.py

lock: ## pin the dependencies again, with hashes and without naming an index
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 --extra assets --extra worker --extra postgres --extra teacher pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 --extra assets --extra worker --extra postgres --extra teacher --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	echo uv | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 - -o requirements/uv.txt

differential: ## hold the whole ruler to plain Go: hours of CPU; docs/decisions/0005-differential.md has the last result
	$(BIN)/python -m tests.worker.ruler.differential $(if $(LOG),--log $(LOG))

demo-models: ## make the demo pair again from nothing, in build/demo; INSTALL=--install ships it
	$(BIN)/python -m worker.demo.build build/demo $(INSTALL)

demo-experiment: ## run the shipped pair on the project's own problems again, for new stores to begin with
	$(BIN)/python -m worker.demo.build --experiment

tour: ## make docs/tour.md and its pictures again from the pages themselves
	$(BIN)/python tools/tour.py

clean: ## remove what set-up made in the checkout (not the store, not the cache)
	rm -rf .venv static/vendor node_modules .mypy_cache .ruff_cache .pytest_cache .coverage
