# Two commands do everything: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check --no-input install -q --require-hashes
TESTS := -m pytest -n auto --dist worksteal $(ARGS)
DECISIONS := */rules.py,*/services.py,*/access.py
WHOLE := $(if $(filter-out -q,$(ARGS)),,yes)

.PHONY: help run test test-gateways test-deploy lint bench rooms lock messages icons configuration sbom clean

help: ## what can be made
	@sed -nE 's/^([a-z-]+):[^#]* ## (.*)/\1: \2/p' $(firstword $(MAKEFILE_LIST))

run: .venv/.run var/env ## demo data on SQLite (or DATABASE_URL), http://localhost:$(PORT)/
	$(BIN)/python scripts/compile_messages.py
	$(BIN)/python manage.py migrate --noinput -v 0
	$(BIN)/python manage.py createcachetable
	$(BIN)/python manage.py partitions
	$(BIN)/python manage.py collectstatic --noinput -v 0
	$(BIN)/python manage.py sync_catalog
	PORT=$(PORT) $(BIN)/python manage.py demo
	$(BIN)/python manage.py demo_traffic
	$(BIN)/python manage.py worker --beside & \
	exec $(BIN)/gunicorn netvisor_rights.wsgi --bind localhost:$(PORT) --threads 8 --header-map refuse \
		--limit-request-line 8190 --keep-alive 75 --log-level warning --no-control-socket

test: export PLAIN_STATIC := on
test: .venv/.dev var/env ## everything on a throwaway PostgreSQL, what a database can change on SQLite too, branch coverage
	scripts/system-packages
	$(BIN)/python scripts/compile_messages.py
	$(BIN)/coverage erase
ifdef WHOLE
	$(BIN)/python scripts/with_postgres.py $(BIN)/coverage run $(TESTS) -m "not browser and not gateways and not deploy"
	$(BIN)/python scripts/with_postgres.py $(BIN)/python $(TESTS) -m browser
else
	$(BIN)/python scripts/with_postgres.py $(BIN)/python $(TESTS)
endif
	$(BIN)/python $(TESTS) -m both || [ $$? -eq 5 ]  # 5: what was asked for is none of them
ifdef WHOLE
	$(BIN)/coverage combine -q
	@echo "Branches covered: $$($(BIN)/coverage report --format=total) % of everything; of what decides:"
	@$(BIN)/coverage report --include='$(DECISIONS)'
endif

test-gateways: .venv/.gateways var/env ## real API gateways that ask before they let requests of real clients through
	scripts/system-packages gateways
	$(BIN)/python scripts/compile_messages.py
	PLAIN_STATIC=on $(BIN)/python scripts/with_postgres.py $(BIN)/python -m pytest $(ARGS) -m gateways tests/gateways

test-deploy: .venv/.dev var/env ## docs/operating/ followed to the letter in an empty folder, and what is there restarted, stopped and restored
	scripts/system-packages deploy
	$(BIN)/python -m pytest $(ARGS) -m deploy tests/deploy

lint: .venv/.dev var/env ## what CI runs besides the tests: formatting, types, import contracts, deployment checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/djhtml --check --tabwidth 2 templates
	$(BIN)/mypy apps netvisor_rights scripts
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python scripts/with_postgres.py $(BIN)/python -m scripts.lint_migrations
	HTTPS=on DEMO=off EMAIL_URL=smtp://localhost:25 DEFAULT_FROM_EMAIL=rights@example.fi TRUSTED_PROXY_COUNT=1 DATABASE_URL=postgresql://app@localhost/rights ALLOW_OWNER=on $(BIN)/python manage.py check --deploy --fail-level WARNING
	! grep -niE 'https?://|file:' requirements*.txt

bench: export DURABLE := on
bench: export PLAIN_STATIC := on
bench: .venv/.dev var/env ## the rights page, a bulk change and the gateway's question beside constant answers, on PostgreSQL; ARGS=large: every page of a large installation; ARGS=calls: replays and counting; ARGS=founding: thousands from files; ARGS=migrating: an upgrade of 100,000 companies; ARGS=attacks: floods, files, silent mail servers; ARGS=held: one company held while others go on
	$(BIN)/python scripts/compile_messages.py
	missed=0; for part in $(if $(ARGS),bench_$(ARGS),bench bench_bulk bench_gateway); do \
		$(BIN)/python scripts/with_postgres.py $(BIN)/python -m scripts.$$part || missed=1; \
	done; exit $$missed

rooms: .venv/.dev var/env ## how many files one look and one press cross, and the size of the code; ARGS=--check only compares
	PLAIN_STATIC=on $(BIN)/python -W ignore:"No directory at" -m scripts.rooms $(ARGS)

lock: ## needs uv: pip install uv
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -o requirements.txt
	uv pip compile -q pyproject.toml --extra dev --extra traces -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -o requirements-dev.txt
	uv pip compile -q pyproject.toml --extra traces -c requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -o requirements-traces.txt
	uv pip compile -q pyproject.toml --extra gateways -c requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -o requirements-gateways.txt

icons: .venv/.run var/env ## draws static/icons.svg anew
	$(BIN)/python scripts/draw_icons.py

configuration: .venv/.run ## writes docs/operating/configuration.md from the settings' table
	$(BIN)/python -m scripts.write_configuration

messages: ## needs gettext: collects the words of code and templates into locale/
	$(BIN)/python manage.py makemessages -l fi -l sv --no-location --no-wrap --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'

var/env: scripts/make_secrets.py | .venv/bin/python
	$(BIN)/python scripts/make_secrets.py $@
	touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(PIP_INSTALL) -r requirements.txt
	touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	$(PIP_INSTALL) -r requirements-dev.txt
	touch $@ .venv/.run

.venv/.gateways: requirements-gateways.txt .venv/.dev
	$(PIP_INSTALL) -r requirements-gateways.txt || { echo "Not to be had here, so tests of it are skipped: requirements-gateways.txt" >&2; [ -z "$$CI" ]; }
	touch $@

sbom: .venv/.dev ## the list of everything that a server installs, in CycloneDX's form: var/sbom.json
	$(BIN)/cyclonedx-py requirements requirements.txt -o var/sbom.json

clean: ## forgets what was installed, the demo's keys and its data
	rm -rf .venv var
