# The only door of the project: make help lists the targets. Needs Debian with git, make and the .NET SDK that global.json
# names; every other package is installed by the target that needs it, as root, and named before.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
# Build servers would outlive make and keep the work tree busy.
export MSBUILDDISABLENODEREUSE := 1
export UseSharedCompilation := false

# Debian's packages, by what needs them: the compiler of the C parts and the linker; the real Postfix, LMDB, a TLS client
# and a tracer; what makes and checks manual pages.
BUILD_PACKAGES := clang
LINK_PACKAGES := clang binutils zlib1g-dev
TEST_PACKAGES := liblmdb0 postfix postfix-lmdb openssl strace
MAN_PACKAGES := lowdown groff-base mandoc
VERSION := $(shell sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
# Where make install puts what is not the daemon.
PREFIX ?= /usr/local
RIG := dotnet run --project compat/TlsMgr.Rig -c Release --
DIFFERENTIAL := dotnet run --project compat/TlsMgr.Differential -c Release --
# A quick run is too noisy to be kept.
BENCHMARK_OPTIONS := $(if $(QUICK),--quick,--report docs/benchmark.md)
SEED ?= 1
COUNT ?= 20000
TARGET ?= service control main.cf cache
EACH ?= 60
KEEP_OPTION := $(if $(KEEP),--keep)

# $(call need,PACKAGES): installs those that are missing, and says so first.
define need
	@src/packaging/need.sh $(1)
endef

# $(call root,REASON): fails with one line unless root runs make.
define root
	@[ "$$(id -u)" = 0 ] || { echo "make $@: needs root: $(1)" >&2; exit 1; }
endef

.PHONY: help build test check run compat compat-all record fuzz guided-fuzz faults system-calls bench publish man deb \
	deb-check install uninstall format locks clean

help: ## print this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1|\2/p' Makefile | column -t -s '|'

build: ## build everything (the default)
	$(call need,$(BUILD_PACKAGES))
	dotnet build TlsMgr.sln

test: build publish ## unit and replay tests, the latter on the published binary too; ONLY=NAME runs one class
	$(call need,$(TEST_PACKAGES))
	$(if $(ONLY),tests/suites.sh only $(ONLY),tests/suites.sh unit replay)

check: ## what CI runs: format, build, publish, manual pages, package, all tests (as root)
	$(call root,it starts daemons in jails and private Postfix instances)
	$(call need,$(TEST_PACKAGES))
	$(MAKE) format build
	$(MAKE) deb
	tests/suites.sh unit replay jail compat side-by-side fuzz

run: publish ## show the daemon at work under a real Postfix (as root); KEEP=1 leaves it up
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) run --tlsmgr dist/tlsmgr $(KEEP_OPTION)

compat: publish ## the same as a test, and every case beside the distribution's tlsmgr (as root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) check --tlsmgr dist/tlsmgr
	$(DIFFERENTIAL) check --tlsmgr dist/tlsmgr

compat-all: publish ## the rig and the wire table with the Postfix of four Debian releases (as root; uses the network)
	$(call root,it makes root directories and mounts)
	$(call need,debootstrap)
	dotnet build compat/TlsMgr.Rig -c Release
	dotnet build compat/TlsMgr.Differential -c Release
	compat/roots.sh dist/tlsmgr

record: build ## record the distribution's tlsmgr and its clients anew into fixtures/ (as root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) record --into fixtures
	$(DIFFERENTIAL) record --into fixtures

fuzz: publish ## random conversations with both daemons: SEED= and COUNT= choose them (as root)
	$(call root,it starts daemons as another user)
	$(call need,$(TEST_PACKAGES))
	$(DIFFERENTIAL) fuzz --tlsmgr dist/tlsmgr --seed $(SEED) --count $(COUNT)

# libFuzzer is that of the clang which Debian 12 calls clang.
guided-fuzz: ## inputs that coverage leads to: TARGET= (service control main.cf cache), EACH= seconds each
	$(call need,$(LINK_PACKAGES) liblmdb0 libfuzzer-14-dev)
	for target in $(TARGET); do tests/TlsMgr.Fuzzing/run.sh $$target $(EACH); done

faults: build publish ## every injected fault in full: hours (as root); SOAK= is the length of the soak in seconds
	$(call root,it starts daemons in jails)
	$(call need,$(TEST_PACKAGES))
	FAULTS=full HANG_TIMEOUT=24h tests/suites.sh faults

system-calls: build publish ## trace the daemon's system calls and compare them with the list (as root)
	$(call root,it traces daemons in jails)
	$(call need,$(TEST_PACKAGES))
	tests/system-calls.sh tests/TlsMgr.Daemon.Tests/Secrets/system-calls.txt

bench: publish ## measure it beside Postfix's tlsmgr (as root), some 12 minutes; QUICK=1 takes less than two
	$(call root,it starts daemons in jails and traces them)
	$(call need,$(TEST_PACKAGES))
	nice -n -20 dotnet run --project tests/TlsMgr.Benchmarks -c Release -- --tlsmgr dist/tlsmgr $(BENCHMARK_OPTIONS)

publish: ## leave the daemon as dist/tlsmgr and the administrator's tool as dist/tlsmgrctl
	$(call need,$(LINK_PACKAGES))
	@src/packaging/publish.sh

# Installed as tlsmgr-net(8): Postfix has a page tlsmgr(8) of its own.
man: ## leave the manual pages in dist/man
	$(call need,$(MAN_PACKAGES))
	src/packaging/manual.sh src/TlsMgr.Daemon/tlsmgr.8.md dist/man/man8/tlsmgr-net.8 $(VERSION)
	src/packaging/manual.sh src/TlsMgr.Control/tlsmgrctl.1.md dist/man/man1/tlsmgrctl.1 $(VERSION)
	src/packaging/manual.sh src/packaging/postfix-tlsmgr-net.8.md dist/man/man8/postfix-tlsmgr-net.8 $(VERSION)

deb: publish man ## leave a Debian package in dist
	$(call need,dpkg-dev lintian)
	src/packaging/deb.sh $(VERSION)
	lintian --fail-on error,warning dist/postfix-tlsmgr-net_$(VERSION)_amd64.deb

deb-check: deb ## install, use, upgrade and remove the package in a root directory (as root; uses the network)
	$(call root,it makes a root directory and mounts)
	$(call need,debootstrap iproute2)
	src/packaging/check.sh $(VERSION)

install: publish man ## put it beside the distribution's tlsmgr and switch Postfix over (as root)
	src/packaging/switch.sh install dist/tlsmgr
	install -D -t $(PREFIX)/sbin dist/tlsmgrctl
	install -D -m 644 -t $(PREFIX)/share/man/man8 dist/man/man8/tlsmgr-net.8
	install -D -m 644 -t $(PREFIX)/share/man/man1 dist/man/man1/tlsmgrctl.1

# Debian's /usr/local has neither directory of manual pages: make install may have made them.
uninstall: ## switch Postfix back and remove what make install put there (as root)
	src/packaging/switch.sh uninstall
	rm -f $(PREFIX)/sbin/tlsmgrctl $(PREFIX)/share/man/man8/tlsmgr-net.8 $(PREFIX)/share/man/man1/tlsmgrctl.1
	@for section in man1 man8; do \
	  [ ! -d $(PREFIX)/share/man/$$section ] || rmdir --ignore-fail-on-non-empty $(PREFIX)/share/man/$$section; done

format: ## fail when the code is not formatted
	dotnet format TlsMgr.sln --verify-no-changes

locks: ## write the lock files anew, after a package's version was changed
	dotnet restore TlsMgr.sln -p:RestoreLockedMode=false --force-evaluate

clean: ## remove artifacts and dist
	rm -rf artifacts dist
