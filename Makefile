# Crossfade's tasks; `make` alone lists them.

# Where `make install` puts the program.
PREFIX ?= /usr/local
# The Swift toolchain's driver.
SWIFT ?= swift
# A server the tests may make databases on, as a URL; empty: they start their own.
CROSSFADE_TEST_DATABASE ?=
# What `make bench` hands to the benchmark, such as --quick.
ARGS ?=
# What `make demo` shows: the kind of change, the rows to begin with, and whether the server is left running.
KIND ?=
ROWS ?=
KEEP ?=

# Where the public test data is, for `make corpora`.
CROSSFADE_CORPORA ?= ../shared/corpora

# Tests that need neither a server nor the built program.
FAST := (Diagnostics|YAML|SQL|PrismaSchema|Schema|Workflow|Reporting)Tests[.]|EngineTests[.](ChunkSizer|ForegroundGuard|StepFile|Template)

# A build for tests and trials: without debug information, which takes a part of its time.
BUILD := $(SWIFT) build$(if $(CROSSFADE_DEBUG),, -debug-info-format none)

# The suite that compares documents with the program, and what it compares.
DOCUMENTS := CommandLineTests[.]GeneratedDocumentTests
PAGES := README.md ARCHITECTURE.md Docs

# How many tests run side by side; those that measure time run among themselves.
WIDTH ?= 8
export CROSSFADE_TEST_WIDTH := $(WIDTH)

export CROSSFADE_TEST_DATABASE CROSSFADE_CORPORA SWIFT

# The commit that `crossfade --version` tells; empty outside a clone of the repository.
COMMIT = $(if $(wildcard .git),$(shell git describe --always --abbrev=12 --dirty=+ --exclude='*' 2>/dev/null))
demo bench install: export CROSSFADE_COMMIT = $(COMMIT)

SOURCES := Sources Plugins Tests Templates Benchmarks Package.swift

.DEFAULT_GOAL := help
.PHONY: help build test test-fast test-all test-build demo bench corpora lint format docs package package-test install clean \
	dependencies

help: ## list the targets and variables
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nvariables: PREFIX=%s SWIFT=%s ARGS=%s WIDTH=%s CROSSFADE_TEST_DATABASE=%s\n' '$(PREFIX)' '$(SWIFT)' '$(ARGS)' '$(WIDTH)' '$(if $(CROSSFADE_TEST_DATABASE),(set),)'

build: dependencies ## build the program for development, in .build/debug
	$(BUILD)

test: test-build ## build and run all tests, on a PostgreSQL of their own
	Scripts/run-tests.sh

test-fast: test-build ## only the tests that need no server, in seconds
	Scripts/run-tests.sh --filter '$(FAST)'

test-all: test-build ## all tests in their exhaustive forms: each kill and each rollback by itself, for every kind
	CROSSFADE_TEST_TIER=all Scripts/run-tests.sh

test-build:
	@Scripts/dependencies.sh test
	$(BUILD) --build-tests

demo: dependencies ## show a rename under live traffic; variables KIND, ROWS, KEEP=1
	$(SWIFT) build -c release --product crossfade
	$(SWIFT) build -c release --product Demo
	"$$($(SWIFT) build -c release --show-bin-path)/Demo" $(if $(KIND),--kind $(KIND)) $(if $(ROWS),--rows $(ROWS)) $(if $(KEEP),--keep)

bench: dependencies ## measure against plain SQL on the same server, as ratios; ARGS=--quick shows that it works
	$(SWIFT) build -c release --product crossfade
	$(SWIFT) build -c release --product Bench
	"$$($(SWIFT) build -c release --show-bin-path)/Bench" $(ARGS)

corpora: dependencies ## hold the schema tools against the public test data in CROSSFADE_CORPORA
	$(SWIFT) run $(if $(CROSSFADE_DEBUG),,-debug-info-format none) Corpora

lint: ## report what is not formatted as .swift-format says
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

docs: test-build ## write what the documents have of the program's declarations anew
	@# A suite that writes fails, so that nobody leaves it on; then it has to pass.
	@UPDATE_GOLDEN=1 $(SWIFT) test --skip-build --filter '$(DOCUMENTS)' >/dev/null 2>&1 || true
	$(SWIFT) test --skip-build --filter '$(DOCUMENTS)'
	@git status --short -- $(PAGES) 2>/dev/null || true

format: ## format all Swift files in place
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

package: dependencies ## make the tar archive and the Debian package for machines without Swift, in .build/package
	@Scripts/dependencies.sh package
	program=$$(Scripts/release.sh) && Scripts/package.sh "$$program" .build/package

package-test: ## as root, after `make package`: install it into a Debian without Swift, and carry a rename through there
	@Scripts/dependencies.sh package-test
	Scripts/package-test.sh

install: dependencies ## install the program, and what belongs to it, under PREFIX
	program=$$(Scripts/release.sh) && Scripts/install.sh "$$program" "$(DESTDIR)$(PREFIX)"

clean: ## remove what was built
	rm -rf .build

dependencies:
	@Scripts/dependencies.sh
