# The two commands of the README are `make demo` and `make test`. Everything is installed into .venv from the locks.

PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS   ?=

.PHONY: acks bench browser chaos clean demo emulate format golden large latency lint lock messages night page posts screenshots
.PHONY: startup test

demo: .venv/.runtime  ## watch the bot at work; for example: make demo ARGS="--for 30s"
	@$(BIN)/python -m bot demo $(ARGS)

test: .venv/.dev  ## run the tests; for example: make test ARGS="-k digest", or ARGS="-n auto --dist worksteal" on all processors
	@$(BIN)/pytest -m "not chaos and not browser and not emulate" $(ARGS)

golden: .venv/.dev  ## write what the bot shows in Slack, in each language, into the files that the tests compare it with
	@rm -rf tests/slack/golden/*
	@$(BIN)/pytest tests/slack --update-golden $(ARGS)

chaos: .venv/.dev  ## kill, fault and break the real process; for example: make chaos ARGS="--chaos-kills 50"
	@$(BIN)/pytest tests/chaos -m chaos $(ARGS)

browser: .venv/.dev  ## look at the demo's page in Chromium, where there is one
	@$(BIN)/pytest tests/browser -m browser $(ARGS)

emulate: .venv/.dev  ## compare the Slack stand-in with one that somebody else wrote
	@$(BIN)/pytest tests/emulate -m emulate $(ARGS)

screenshots: .venv/.dev  ## renew the pictures of the page in docs/images
	@$(BIN)/pytest tests/browser -m browser -k pictures --pictures docs/images

page: .venv/.dev  ## build the demo's page; the built files are committed
	@cd bot/demo/page && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --loglevel=error
	@cd bot/demo/page && PATH="$(CURDIR)/$(BIN):$$PATH" npm run build -- --logLevel warn

night: .venv/.dev  ## what a channel hears of a bad night, by the default rules and naively
	@$(BIN)/python -m benchmarks.night $(ARGS)

bench: .venv/.dev  ## all that follows, and a poll cycle beside its floor and a naive script, small; ARGS=--full takes hours
	@$(BIN)/python -m benchmarks.bench $(ARGS)

latency: .venv/.dev  ## how long a failure takes until its message stands in Slack, at a thousand busy workflows
	@$(BIN)/python -m benchmarks.latency $(ARGS)

large: .venv/.dev  ## what ten million stored runs cost beside fewer; takes minutes and three gigabytes
	@$(BIN)/python -m benchmarks.large $(ARGS)

posts: .venv/.dev  ## what a post costs beside the SDK's client and http.client, over HTTPS
	@$(BIN)/python -m benchmarks.posts $(ARGS)

startup: .venv/.dev  ## what it costs to start and to wait
	@$(BIN)/python -m benchmarks.startup $(ARGS)

acks: .venv/.dev  ## how long Slack waits for an ack, beside a listener that does nothing
	@$(BIN)/python -m benchmarks.acks $(ARGS)

lint: .venv/.dev  ## everything that reads the code without running it
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

POT := bot/locale/bot.pot

messages: .venv/.dev  ## renew the catalogues of what is said from the code; new sentences wait for their words in the .po
	$(BIN)/pybabel --quiet extract --omit-header --no-wrap --add-location file --keywords counted:1,2 --ignore-dirs demo \
	    --output-file $(POT) bot
	$(BIN)/pybabel --quiet update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
	    --domain bot --input-file $(POT) --output-dir bot/locale
	$(BIN)/pybabel --quiet compile --domain bot --directory bot/locale

LOCKING := compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

lock: .venv/bin/python  ## renew both locks from pyproject.toml
	$(PIP) install uv
	$(BIN)/uv pip $(LOCKING) --all-extras --group build --group dev pyproject.toml --output-file requirements-dev.txt
	$(BIN)/uv pip $(LOCKING) --all-extras --group build --constraint requirements-dev.txt pyproject.toml --output-file requirements.txt

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=")'
	@$(PYTHON) -m venv .venv

# The development lock holds what the runtime lock does, in the same versions.
.venv/.runtime: requirements.txt pyproject.toml | .venv/bin/python
	@test -e .venv/.dev || echo "Installing into .venv, once …"
	@test -e .venv/.dev || $(PIP) install --require-hashes -r requirements.txt
	@test -e .venv/.dev || $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@echo "Installing into .venv, once …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
