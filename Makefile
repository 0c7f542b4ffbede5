# Two commands do everything: `make demo` and `make test`. Both install what is missing first.
SHELL := /bin/bash
ENGINE := .venv-engine/bin/python
PLUGIN := .venv/bin/python
GATE := .venv-gate/bin
SYSTEM_PYTHON := /usr/bin/python3
APT_PACKAGES := qgis python3-qgis python3-pyqtgraph python3-venv xvfb xauth imagemagick xdotool
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo run screenshots test lint gate audit package docs licences translations matrix test-engine test-plugin test-desktop sample pretrain bench clean
help:
	@echo "make demo               a land-cover map of the sample scene, through QGIS"
	@echo "make demo SCENE=... LABELS=...   the same on your files"
	@echo "make run                QGIS with the plugin and the sample scene"
	@echo "make screenshots        the pictures of docs/tutorial.md anew, by walking it"
	@echo "make test               lint, the plugin site's checks and all tests"
	@echo "make package            the zip that QGIS installs, in build/"
	@echo "make docs               the documentation as a site, in build/docs"
	@echo "make licences           docs/licences.md anew, from the packages installed"
	@echo "make translations       texts and translations anew: resources/i18n (lrelease)"
	@echo "make audit              known vulnerabilities of the packages (asks the network)"
	@echo "make matrix             the plugin's tests on newer QGIS, in Debian chroots (root, 2 GB each)"

# ---------------------------------------------------------------- set-up
.PHONY: qgis
qgis:
	@if ! $(SYSTEM_PYTHON) -c "import qgis.core, pyqtgraph, ensurepip" 2>/dev/null || ! command -v Xvfb >/dev/null \
	    || ! command -v import >/dev/null || ! command -v xdotool >/dev/null; then \
	  echo "Installing QGIS and Xvfb ..."; \
	  $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $(APT_PACKAGES) >/dev/null; fi

.venv-engine/.ready: engine/requirements.txt tests/requirements-engine.txt | qgis
	@echo "Making the engine's environment ..."
	@rm -f $@
	@$(SYSTEM_PYTHON) -m venv .venv-engine
	@$(ENGINE) -m pip install -q -r tests/requirements-engine.txt
	@touch $@

.venv/.ready: tests/requirements-plugin.txt tests/constraints-plugin.txt | qgis
	@echo "Making the plugin's test environment ..."
	@rm -f $@
	@$(SYSTEM_PYTHON) -m venv --system-site-packages .venv
	@$(PLUGIN) -m pip install -q -c tests/constraints-plugin.txt -r tests/requirements-plugin.txt
	@touch $@

.venv-gate/.ready: tests/requirements-gate.txt | qgis
	@echo "Making the environment of the plugin site's checks ..."
	@rm -f $@
	@$(SYSTEM_PYTHON) -m venv .venv-gate
	@$(GATE)/python -m pip install -q -r tests/requirements-gate.txt
	@touch $@

# ---------------------------------------------------------------- jobs
demo: .venv-engine/.ready
	@SCENE="$(SCENE)" LABELS="$(LABELS)" CLASS_FIELD="$(CLASS_FIELD)" bash .ci/demo.sh

run: .venv-engine/.ready
	$(SYSTEM_PYTHON) .ci/desktop.py run

screenshots: .venv-engine/.ready
	$(SYSTEM_PYTHON) .ci/desktop.py screenshots

test: lint gate test-engine test-plugin test-desktop

lint: .venv-engine/.ready
	.venv-engine/bin/ruff check .
	.venv-engine/bin/mypy
	.venv-engine/bin/lint-imports

# What the plugin site checks in an upload; `make test` runs it. Tests are not uploaded, and hold made-up passwords.
gate: .venv-gate/.ready
	$(GATE)/bandit -q -r -c .ci/bandit.yaml specaware_qgis engine
	$(GATE)/flake8 specaware_qgis engine
	git ls-files -z -- . ':!tests' | xargs -0 $(GATE)/detect-secrets-hook

# Not part of `make test`: it asks PyPI for known vulnerabilities of every package in docs/licences.md, with the versions there
# (no local ones such as +cpu, nothing downloaded). It fails where PyPI is out of reach or knows one of them not.
audit: .venv-gate/.ready
	@mkdir -p build
	sed -n 's/^| \([^ ]*\) | \([0-9][^ ]*\) |.*/\1==\2/p' docs/licences.md >build/audit.txt
	$(GATE)/pip-audit --strict --progress-spinner off --no-deps --disable-pip -r build/audit.txt

package:
	$(SYSTEM_PYTHON) .ci/package.py

docs: .venv-gate/.ready
	$(GATE)/python .ci/docs.py

licences: .venv-engine/.ready
	$(ENGINE) .ci/licences.py docs/licences.md

# The compiled tables are part of the checkout: only who changes a text needs lrelease.
translations:
	@command -v lrelease >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends qttools5-dev-tools >/dev/null; }
	$(SYSTEM_PYTHON) .ci/translations.py

matrix: .venv-engine/.ready
	bash .ci/matrix.sh $(SUITES)

test-engine: .venv-engine/.ready
	$(ENGINE) -m pytest tests/engine tests/contract tests/hostile tests/perf

test-plugin: .venv/.ready .venv-engine/.ready
	QT_QPA_PLATFORM=offscreen PYQTGRAPH_QT_LIB=PyQt5 PYTEST_QT_API=pyqt5 $(PLUGIN) -m pytest tests/plugin

test-desktop: .venv/.ready .venv-engine/.ready
	$(PLUGIN) -m pytest -p no:pytest_qgis -p no:pytest-qt tests/e2e

# ---------------------------------------------------------------- what the project ships, made again
sample: .venv-engine/.ready
	$(ENGINE) -m engine.training.simulator.sample resources/sample

# The benchmark with few labels; SHARED=FOLDER holds data/ (scenes, spectra) and bench/ (the harness).
SHARED ?= ../shared
bench: .venv-engine/.ready
	$(ENGINE) -m engine.bench.few_labels --data $(SHARED)/data --harness $(SHARED)/bench --output build/bench \
	  --document docs/benchmarks.md
	$(ENGINE) -m engine.bench.transfer --output build/bench --document docs/benchmarks.md

# The default weights, made again without the scenes of the benchmark.
pretrain: .venv-engine/.ready
	$(ENGINE) -m engine pretrain --config resources/specaware-pixel.toml --data $(SHARED)/data \
	  --libraries $(SHARED)/data/spectra --output build/specaware-pixel.safetensors --checkpoints build/pretrain

clean:
	rm -rf build .venv .venv-engine .venv-gate .qgis-settings
