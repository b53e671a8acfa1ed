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

# Tests of what is measured by the second, and of processes that are killed in time: beside all others they would starve.
WATCHING := EngineTests[.](Throttle|BackfillReplica)

# Tests that wait for what another session has to begin: beside all others it begins too late.
WAITING := EngineTests[.](LastLook|ContinuousVerification|Brownout)|PostgresTests[.](ConnectionLoss|Session)

# Each kind of change carried to every phase and back: in two parts, as many sessions as a server of the tests has room for.
ONE_TABLE := EngineTests[.](ChangeType|RequiredColumn|Custom|Composed|RenameTable|AddConstraint|Drop)
TWO_TABLES := EngineTests[.](MoveRelation|LinkTable|MovedColumns)
EVERY_KIND := EngineTests[.](Kind|RunReport|LedgerRight|ApprovalLedger)

# Programs that are killed after each step, hundreds of them: beside them the other commands would wait.
KILLED := CommandLineTests[.].*Crash

# Programs that call programs: beside them the other commands would wait, too.
CALLING := CommandLineTests[.]Hook

# How many tests run side by side. All at once they starve: those that wait for another session wait for hundreds of others.
WIDTH ?= 8
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := $(WIDTH)

export CROSSFADE_TEST_DATABASE SWIFT
SOURCES := Sources Tests Templates Benchmarks Package.swift

.DEFAULT_GOAL := help
.PHONY: help build test demo bench lint format install clean dependencies

help: ## list the targets and variables
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nvariables: PREFIX=%s SWIFT=%s ARGS=%s WIDTH=%s CROSSFADE_TEST_DATABASE=%s\n' '$(PREFIX)' '$(SWIFT)' '$(ARGS)' '$(WIDTH)' '$(if $(CROSSFADE_TEST_DATABASE),(set),)'

build: dependencies ## build the program for development, in .build/debug
	$(SWIFT) build

test: ## build and run all tests, on a PostgreSQL of their own
	@Scripts/dependencies.sh test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip '$(WATCHING)|$(WAITING)|$(ONE_TABLE)|$(TWO_TABLES)|$(EVERY_KIND)|CommandLineTests'
	$(SWIFT) test --skip-build --filter '$(ONE_TABLE)'
	$(SWIFT) test --skip-build --filter '$(TWO_TABLES)'
	$(SWIFT) test --skip-build --filter '$(EVERY_KIND)'
	$(SWIFT) test --skip-build --filter CommandLineTests --skip '$(KILLED)|$(CALLING)'
	$(SWIFT) test --skip-build --filter '$(CALLING)'
	$(SWIFT) test --skip-build --filter '$(KILLED)'
	export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=2; \
	$(SWIFT) test --skip-build --filter '$(WAITING)' && $(SWIFT) test --skip-build --filter '$(WATCHING)'

demo: dependencies ## show a rename under live traffic; variables KIND, ROWS, KEEP=1
	$(SWIFT) build -c release --product crossfade
	$(SWIFT) build -c release --product Demo
	"$$($(SWIFT) build -c release --show-bin-path)/Demo" $(if $(KIND),--kind $(KIND)) $(if $(ROWS),--rows $(ROWS)) $(if $(KEEP),--keep)

bench: dependencies ## measure against plain SQL on the same server, as ratios; ARGS=--quick shows that it works
	$(SWIFT) build -c release --product crossfade
	$(SWIFT) build -c release --product Bench
	"$$($(SWIFT) build -c release --show-bin-path)/Bench" $(ARGS)

lint: ## report what is not formatted as .swift-format says
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format: ## format all Swift files in place
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

install: dependencies ## install the program and its templates under PREFIX
	$(SWIFT) build -c release --product crossfade
	Scripts/install.sh "$$($(SWIFT) build -c release --show-bin-path)/crossfade" "$(DESTDIR)$(PREFIX)"

clean: ## remove what was built
	rm -rf .build

dependencies:
	@Scripts/dependencies.sh
