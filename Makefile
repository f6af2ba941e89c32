# The entry point of the project: make help lists the targets, docs/testing.md explains them. Needs Debian with git, make and
# the .NET SDK that global.json names; every other package is installed by the target that needs it, as root, and named before.

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
ARM64_PACKAGES := lld binutils-aarch64-linux-gnu
EMULATOR_PACKAGES := qemu-user-static
TEST_PACKAGES := liblmdb0 postfix postfix-lmdb openssl strace python3 redis-server
SHARING_PACKAGES := redis-tools procps
MONITOR_PACKAGES := prometheus prometheus-node-exporter systemd
MAN_PACKAGES := lowdown groff-base mandoc
RELEASE_PACKAGES := rpm cpio faketime docker-compose
VERSION := $(shell sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
# Where make install puts what is not the daemon.
PREFIX ?= /usr/local
RIG := dotnet run --project compat/TlsMgr.Rig -c Release --
DIFFERENTIAL := dotnet run --project compat/TlsMgr.Differential -c Release --
# A quick run is too noisy to be kept.
BENCHMARK_OPTIONS := $(if $(QUICK),--quick,--report docs/benchmark.md)
SEED ?= 1
COUNT ?= 20000
TARGET ?= service control main.cf cache reply tlspool
EACH ?= 60
REPLIES ?= 1000000
DEBIAN ?= bookworm
ARCH ?= x64
DEBIAN_ARCH := $(if $(filter arm64,$(ARCH)),arm64,amd64)
KEEP_OPTION := $(if $(KEEP),--keep)

# $(call need,PACKAGES): installs those that are missing, and says so first.
define need
	@src/packaging/need.sh $(1)
endef

# $(call root,REASON): fails with one line unless root runs make.
define root
	@[ "$$(id -u)" = 0 ] || { echo "make $@: needs root: $(1)" >&2; exit 1; }
endef

.PHONY: help build test check cross-check run compat compat-all trust pool-check pool-simulation sharing-check doctor-check \
	record fuzz guided-fuzz replies faults start-walk monitor-check system-calls bench publish man deb deb-check rpm release \
	release-check container-check arm64-check fresh-check pages install \
	uninstall format locks clean

help: ## print this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/make \1|\2/p' Makefile | column -t -s '|'

build: ## build everything (the default)
	$(call need,$(BUILD_PACKAGES))
	dotnet build TlsMgr.sln

test: build publish ## run the unit, replay and tlspool suites; ONLY=NAME runs one class of tests
	$(call need,$(TEST_PACKAGES))
	$(if $(ONLY),tests/suites.sh only $(ONLY),tests/suites.sh unit control-unit replay tlspool)

check: ## run what CI runs: format, build, package, and all suites but the long ones (root)
	$(call root,it starts daemons in jails and private Postfix instances)
	$(call need,$(TEST_PACKAGES) $(MONITOR_PACKAGES) $(EMULATOR_PACKAGES) $(SHARING_PACKAGES) $(RELEASE_PACKAGES) iproute2)
	$(MAKE) format build
	$(MAKE) deb
	$(MAKE) publish ARCH=arm64
	tests/suites.sh unit control-unit replay tlspool arm64 arm64-jail packages monitor jail compat trust doctor pool sharing side-by-side pages fuzz

cross-check: build ## build the arm64 executables and run recorded sessions with them under qemu, a minute
	$(call need,$(EMULATOR_PACKAGES))
	$(MAKE) publish ARCH=arm64
	tests/suites.sh arm64

run: publish ## show the daemon at work under a private Postfix; KEEP=1 leaves it running; POOL=1 shows four hosts (root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES) $(if $(POOL),clang iproute2 $(SHARING_PACKAGES)))
	$(RIG) $(if $(POOL),pool --show,run) --tlsmgr dist/tlsmgr $(if $(POOL),,$(KEEP_OPTION))
	$(if $(POOL),$(RIG) sharing --show --tlsmgr dist/tlsmgr)

compat: publish ## run the checks under a private Postfix, and every case beside Postfix's tlsmgr (root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) check --tlsmgr dist/tlsmgr
	$(DIFFERENTIAL) check --tlsmgr dist/tlsmgr

compat-all: publish ## run the checks, a pool and the wire cases with the Postfix of four Debian releases (root, network)
	$(call root,it makes root directories and mounts)
	$(call need,debootstrap clang iproute2)
	dotnet build compat/TlsMgr.Rig -c Release
	dotnet build compat/TlsMgr.Differential -c Release
	compat/roots.sh dist/tlsmgr

trust: publish ## change what a private Postfix trusts, and check that no earlier session is resumed (root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) trust --tlsmgr dist/tlsmgr

pool-check: publish ## share ticket keys among four hosts with clocks apart, with a thief and with others' clients (root)
	$(call root,it starts private Postfix instances in namespaces)
	$(call need,$(TEST_PACKAGES) clang iproute2 golang-go)
	compat/exim.sh artifacts/exim
	$(RIG) pool --tlsmgr dist/tlsmgr

sharing-check: publish ## share sessions through Redis, Valkey, clusters and Sentinels, and inject every fault (root)
	$(call root,it starts private Postfix instances in namespaces)
	$(call need,$(TEST_PACKAGES) $(SHARING_PACKAGES) clang iproute2)
	compat/valkey.sh artifacts/valkey
	$(RIG) sharing --tlsmgr dist/tlsmgr

pool-simulation: build ## put 100 and 1,000 hosts of a pool into virtual time, and write docs/pool-simulation.md, a minute
	POOL_SIMULATION=full tests/suites.sh only PoolSimulationTests

doctor-check: publish ## break a private Postfix, and mend it with the remedies that tlsmgrctl doctor prints (root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) doctor --tlsmgr dist/tlsmgr

record: build ## record Postfix's tlsmgr and its clients anew into fixtures/ (root)
	$(call root,master(8) starts only as root)
	$(call need,$(TEST_PACKAGES))
	$(RIG) record --into fixtures
	$(DIFFERENTIAL) record --into fixtures

fuzz: publish ## compare both daemons in random conversations, chosen by SEED= and COUNT= (root)
	$(call root,it starts daemons as another user)
	$(call need,$(TEST_PACKAGES))
	$(DIFFERENTIAL) fuzz --tlsmgr dist/tlsmgr --seed $(SEED) --count $(COUNT)

# libFuzzer is that of the clang which Debian 12 calls clang.
guided-fuzz: ## fuzz what reads foreign bytes, led by coverage: TARGET= of service control main.cf cache reply tlspool, EACH= seconds
	$(call need,$(LINK_PACKAGES) liblmdb0 libfuzzer-14-dev)
	for target in $(TARGET); do tests/TlsMgr.Fuzzing/run.sh $$target $(EACH); done

replies: ## send a million mutated replies to tlsmgrctl, in one process; SEED= and REPLIES= choose them
	$(call need,$(BUILD_PACKAGES))
	dotnet build tests/TlsMgr.Control.Tests
	SEED=$(SEED) REPLIES=$(REPLIES) tests/suites.sh only MutatedReplyTests

faults: build publish ## inject every fault in full: hours; SOAK= is the length of the soak in seconds (root)
	$(call root,it starts daemons in jails)
	$(call need,$(TEST_PACKAGES))
	FAULTS=full HANG_TIMEOUT=24h tests/suites.sh faults

start-walk: build publish ## refuse each system call of the start and compare with the table (root), two minutes
	$(call root,it starts daemons in jails and traces them)
	$(call need,$(TEST_PACKAGES))
	START_WALK=full tests/suites.sh start-walk

monitor-check: build publish ## put metrics, alert rules and dashboard to a real Prometheus, and top to every width, a minute
	$(call need,$(TEST_PACKAGES) $(MONITOR_PACKAGES))
	MONITOR=full tests/suites.sh monitor

system-calls: build publish ## trace the system calls of tlsmgr and tlspool and compare them with their lists (root)
	$(call root,it traces daemons in jails)
	$(call need,$(TEST_PACKAGES) $(SHARING_PACKAGES) clang iproute2)
	tests/system-calls.sh tlspool tests/TlsMgr.Pool.Tests/system-calls.txt
	tests/system-calls.sh tlsmgr tests/TlsMgr.Daemon.Tests/Secrets/system-calls.txt

bench: publish ## measure it beside Postfix's tlsmgr: some 20 minutes; QUICK=1 takes three (root)
	$(call root,it starts daemons in jails and traces them)
	$(call need,$(TEST_PACKAGES))
	nice -n -20 dotnet run --project tests/TlsMgr.Benchmarks -c Release -- --tlsmgr dist/tlsmgr $(BENCHMARK_OPTIONS)

publish: ## build the native executables tlsmgr, tlsmgrctl and tlspool in dist; with ARCH=arm64 those in dist/arm64
	$(call need,$(LINK_PACKAGES) $(if $(filter arm64,$(ARCH)),$(ARM64_PACKAGES)))
	@ARCH=$(ARCH) src/packaging/publish.sh

# Installed as tlsmgr-net(8): Postfix has a page tlsmgr(8) of its own.
man: ## make the manual pages, in dist/man
	$(call need,$(MAN_PACKAGES))
	src/packaging/manual.sh src/TlsMgr.Daemon/tlsmgr.8.md dist/man/man8/tlsmgr-net.8 $(VERSION)
	src/packaging/manual.sh src/TlsMgr.Control/tlsmgrctl.1.md dist/man/man1/tlsmgrctl.1 $(VERSION)
	src/packaging/manual.sh src/TlsMgr.Pool/tlspool.8.md dist/man/man8/tlspool.8 $(VERSION)
	src/packaging/manual.sh src/packaging/postfix-tlsmgr-net.8.md dist/man/man8/postfix-tlsmgr-net.8 $(VERSION)

deb: publish man ## build the Debian package, in dist; with ARCH=arm64 that for arm64
	$(call need,dpkg-dev lintian)
	ARCH=$(ARCH) src/packaging/deb.sh $(VERSION)
	lintian --display-info --pedantic --fail-on error,warning,info,pedantic \
	  dist/postfix-tlsmgr-net_$(VERSION)_$(DEBIAN_ARCH).deb

deb-check: deb ## install, use, upgrade and remove the package in roots of DEBIAN= or all; ARCH=arm64 under qemu (root, network)
	$(call root,it makes a root directory and mounts)
	$(call need,debootstrap iproute2 $(if $(filter arm64,$(ARCH)),$(EMULATOR_PACKAGES)))
	ARCH=$(ARCH) src/packaging/check.sh $(VERSION) $(DEBIAN)

rpm: publish man ## build the package for RPM, in dist, and check its contents; with ARCH=arm64 that for aarch64
	$(call need,$(RELEASE_PACKAGES))
	ARCH=$(ARCH) src/packaging/tarball.sh $(VERSION) dist
	ARCH=$(ARCH) src/packaging/rpm/rpm.sh $(VERSION) dist
	src/packaging/rpm/check.sh dist/postfix-tlsmgr-net-$(VERSION)-1.$(if $(filter arm64,$(ARCH)),aarch64,x86_64).rpm

release: publish man ## leave packages, archives, bills of materials and SHA256SUMS of both architectures in dist/release
	$(call need,dpkg-dev $(RELEASE_PACKAGES))
	$(MAKE) publish ARCH=arm64
	src/packaging/release.sh $(VERSION)

release-check: release ## build the release anew in another directory, on another day, and compare every file: ten minutes
	src/packaging/release-check.sh

container-check: deb ## start Postfix with the package as container engines and systemd would (root, network), two minutes
	$(call root,it makes a root directory and mounts)
	$(call need,debootstrap bubblewrap clang iproute2 openssl systemd)
	src/packaging/container/check.sh $(VERSION)

arm64-check: ## boot Debian's arm64 kernel in qemu and use the package there: filter, locked memory, caches (root, network)
	$(call root,it makes a root directory and mounts)
	$(call need,debootstrap clang cpio qemu-system-arm $(ARM64_PACKAGES) $(EMULATOR_PACKAGES))
	$(MAKE) deb ARCH=arm64
	tests/arm64-kernel.sh $(VERSION)

fresh-check: ## make run and make test on fresh Debian 12 and 13 roots with the SDK, git and make, timed (root, network), an hour
	$(call root,it makes root directories and mounts)
	$(call need,debootstrap)
	tests/fresh-check.sh $(if $(filter-out file default,$(origin DEBIAN)),$(DEBIAN))

pages: deb ## run the commands of docs/tasks and compare their output; UPDATE=1 writes it into the pages (root)
	$(call root,it mounts a copy of the root directory and runs Postfix in it)
	$(call need,$(TEST_PACKAGES) iproute2)
	src/packaging/pages.sh $(if $(UPDATE),--update)

install: publish man ## install it beside Postfix's tlsmgr and switch Postfix over (root)
	install -D -t $(PREFIX)/sbin dist/tlsmgrctl
	src/packaging/switch.sh install dist/tlsmgr
	install -D -m 644 -t $(PREFIX)/share/man/man8 dist/man/man8/tlsmgr-net.8
	install -D -m 644 -t $(PREFIX)/share/man/man1 dist/man/man1/tlsmgrctl.1
	install -D -m 644 src/packaging/completion $(PREFIX)/share/bash-completion/completions/tlsmgrctl

# Debian's /usr/local has none of these directories: make install may have made them.
uninstall: ## switch Postfix back and remove what make install installed (root)
	src/packaging/switch.sh uninstall
	rm -f $(PREFIX)/sbin/tlsmgrctl $(PREFIX)/share/man/man8/tlsmgr-net.8 $(PREFIX)/share/man/man1/tlsmgrctl.1 \
	  $(PREFIX)/share/bash-completion/completions/tlsmgrctl
	@for directory in man/man1 man/man8 bash-completion/completions bash-completion; do \
	  [ ! -d $(PREFIX)/share/$$directory ] || rmdir --ignore-fail-on-non-empty $(PREFIX)/share/$$directory; done

format: ## fail when the code is not formatted
	dotnet format TlsMgr.sln --verify-no-changes

locks: ## write the lock files anew after the version of a package was changed
	dotnet restore TlsMgr.sln -p:RestoreLockedMode=false --force-evaluate
	for project in Daemon Control Pool; do dotnet restore src/TlsMgr.$$project -p:TargetArchitecture=arm64 \
	  -p:ArtifactsPath=$(CURDIR)/artifacts/arm64 -p:RestoreLockedMode=false --force-evaluate; done

clean: ## remove artifacts and dist
	rm -rf artifacts dist
