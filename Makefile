# The one door of the project. Needs a Debian machine with git, make and the .NET SDK that global.json names.
#   make           build everything
#   make test      unit and replay tests, the latter on the published binary too
#   make check     what CI runs: format, build, publish, manual pages, package, all tests, the rig (as root)
#   make run       show the daemon at work under a real Postfix (as root); KEEP=1 leaves it up
#   make compat    the same as a test, and every case side by side with the distribution's tlsmgr (as root)
#   make compat-all  the rig and the wire table with the Postfix of four Debian releases (as root; uses the network)
#   make record    record the distribution's tlsmgr and its clients anew into fixtures/ (as root)
#   make fuzz      random conversations with both: SEED= and COUNT= choose them (as root)
#   make guided-fuzz  inputs that coverage leads to, in this process: TARGET= (service control main.cf cache) EACH= so many seconds
#   make bench     measure it against the original (as root), some 12 minutes; QUICK=1 takes less than two
#   make faults    every injected fault in full: hours (as root); SOAK= is the soak's length in seconds
#   make system-calls  trace the daemon's system calls and compare them with fixtures/sandbox (as root)
#   make publish   leave the daemon as dist/tlsmgr and the administrator's tool as dist/tlsmgrctl
#   make man       leave the manual pages in dist/man
#   make deb       leave a Debian package in dist; make deb-check installs, uses, upgrades and removes it in a root
#                  directory of its own (as root; uses the network)
#   make install   put it beside the distribution's tlsmgr and switch Postfix over; make uninstall goes back (as root)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: build test check run compat compat-all record fuzz guided-fuzz faults system-calls bench publish man deb deb-check install uninstall prerequisites format clean

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
# Build servers would outlive make and hold on to the work tree.
export MSBUILDDISABLENODEREUSE := 1
export UseSharedCompilation := false

# Debian's packages that building and testing need: the linker and what it links, the real Postfix, a TLS client; and
# what makes manual pages of Markdown and looks through them.
PACKAGES := clang binutils zlib1g-dev liblmdb-dev postfix postfix-lmdb openssl strace lowdown groff-base mandoc
VERSION := $(shell sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
# Where make install puts what is not the daemon.
PREFIX ?= /usr/local
RIG := dotnet run --project compat/TlsMgr.Compat -c Release --
SIDE_BY_SIDE := dotnet run --project compat/TlsMgr.SideBySide -c Release --
# A quick run is too noisy to be kept.
BENCHMARK_OPTIONS := $(if $(QUICK),--quick,--report compat/BENCHMARK.md)
SEED ?= 1
COUNT ?= 20000
TARGET ?= service control main.cf cache
EACH ?= 60
KEEP_OPTION := $(if $(KEEP),--keep)

build: prerequisites
	dotnet build TlsMgr.sln

prerequisites:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  [ "$$(id -u)" = 0 ] || { echo "make: these packages are missing, and only root can install them:$$missing" >&2; exit 1; }; \
	  echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections; \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; fi

# The executables target net10.0. Where the compiler's runtime pack for it cannot be restored, net9.0 makes the same ones.
# They are linked with the C library of Debian 11, which is fetched once.
publish: prerequisites
	@src/tlsmgr/sysroot.sh artifacts/sysroot || \
	  echo "publish: Debian 11's C library cannot be had; linking with this machine's: it may not start elsewhere"
	@framework=net10.0; \
	if ! dotnet restore src/tlsmgr -p:RuntimeIdentifier=linux-x64 -p:TlsMgrFramework=net10.0 >/dev/null 2>&1; then \
	  framework=net9.0; \
	  echo "publish: the NativeAOT runtime pack for net10.0 cannot be restored here; publishing with net9.0"; fi; \
	for executable in tlsmgr:TlsMgr.Daemon:TlsMgr.Daemon tlsmgrctl:TlsMgr.Control:tlsmgrctl; do \
	  IFS=: read -r name project assembly <<< "$$executable"; \
	  dotnet publish src/$$name -c Release -p:RuntimeIdentifier=linux-x64 -p:TlsMgrFramework=$$framework \
	    -p:IlcTreatWarningsAsErrors=true; \
	  mkdir -p dist; cp -f artifacts/$$framework/publish/$$project/release_linux-x64/$$assembly dist/$$name; done; \
	ls -l dist/tlsmgr dist/tlsmgrctl

# Installed as tlsmgr-net(8): Postfix has a page tlsmgr(8) of its own.
man: prerequisites
	src/manual.sh src/tlsmgr/tlsmgr.8.md dist/man/man8/tlsmgr-net.8 $(VERSION)
	src/manual.sh src/tlsmgrctl/tlsmgrctl.1.md dist/man/man1/tlsmgrctl.1 $(VERSION)
	src/manual.sh src/package/postfix-tlsmgr-net.8.md dist/man/man8/postfix-tlsmgr-net.8 $(VERSION)

deb: PACKAGES += dpkg-dev lintian
deb: publish man
	src/package/deb.sh $(VERSION)
	lintian --fail-on error,warning dist/postfix-tlsmgr-net_$(VERSION)_amd64.deb

deb-check: PACKAGES += debootstrap iproute2
deb-check: deb
	@[ "$$(id -u)" = 0 ] || { echo "make deb-check: needs root: it makes a root directory and mounts" >&2; exit 1; }
	src/package/check.sh $(VERSION)

format: prerequisites
	dotnet format TlsMgr.sln --verify-no-changes

test: build publish
	tests/suites.sh unit replay

check:
	@[ "$$(id -u)" = 0 ] || { echo "make check: needs root: it starts daemons in jails and private Postfix instances" >&2; exit 1; }
	$(MAKE) format build
	$(MAKE) deb
	tests/suites.sh unit replay jail compat side-by-side fuzz

run: publish
	@[ "$$(id -u)" = 0 ] || { echo "make run: needs root: master(8) starts only as root" >&2; exit 1; }
	$(RIG) run --tlsmgr dist/tlsmgr $(KEEP_OPTION)

compat: publish
	@[ "$$(id -u)" = 0 ] || { echo "make compat: needs root: master(8) starts only as root" >&2; exit 1; }
	$(RIG) check --tlsmgr dist/tlsmgr
	$(SIDE_BY_SIDE) check --tlsmgr dist/tlsmgr

record: build
	@[ "$$(id -u)" = 0 ] || { echo "make record: needs root: master(8) starts only as root" >&2; exit 1; }
	$(RIG) record --into fixtures
	$(SIDE_BY_SIDE) record --into fixtures

fuzz: publish
	@[ "$$(id -u)" = 0 ] || { echo "make fuzz: needs root: it starts daemons as another user" >&2; exit 1; }
	$(SIDE_BY_SIDE) fuzz --tlsmgr dist/tlsmgr --seed $(SEED) --count $(COUNT)

# libFuzzer is that of the clang which Debian 12 calls clang.
guided-fuzz: PACKAGES += libfuzzer-14-dev
guided-fuzz: prerequisites
	for target in $(TARGET); do tests/TlsMgr.Fuzzing/run.sh $$target $(EACH); done

compat-all: PACKAGES += debootstrap
compat-all: publish
	@[ "$$(id -u)" = 0 ] || { echo "make compat-all: needs root: it makes root directories and mounts" >&2; exit 1; }
	dotnet build compat/TlsMgr.Compat -c Release
	dotnet build compat/TlsMgr.SideBySide -c Release
	compat/roots.sh dist/tlsmgr

faults: build publish
	@[ "$$(id -u)" = 0 ] || { echo "make faults: needs root: it starts daemons in jails" >&2; exit 1; }
	FAULTS=full HANG_TIMEOUT=24h tests/suites.sh faults

system-calls: build publish
	@[ "$$(id -u)" = 0 ] || { echo "make system-calls: needs root: it traces daemons in jails" >&2; exit 1; }
	tests/system-calls.sh fixtures/sandbox/system-calls.txt

bench: publish
	@[ "$$(id -u)" = 0 ] || { echo "make bench: needs root: it starts daemons in jails and traces them" >&2; exit 1; }
	nice -n -20 dotnet run --project tests/TlsMgr.Benchmarks -c Release -- --tlsmgr dist/tlsmgr $(BENCHMARK_OPTIONS)

install: publish man
	compat/switch.sh install dist/tlsmgr
	install -D -t $(PREFIX)/sbin dist/tlsmgrctl
	install -D -m 644 -t $(PREFIX)/share/man/man8 dist/man/man8/tlsmgr-net.8
	install -D -m 644 -t $(PREFIX)/share/man/man1 dist/man/man1/tlsmgrctl.1

# Debian's /usr/local has neither directory of manual pages: make install may have made them.
uninstall:
	compat/switch.sh uninstall
	rm -f $(PREFIX)/sbin/tlsmgrctl $(PREFIX)/share/man/man8/tlsmgr-net.8 $(PREFIX)/share/man/man1/tlsmgrctl.1
	@for section in man1 man8; do \
	  [ ! -d $(PREFIX)/share/man/$$section ] || rmdir --ignore-fail-on-non-empty $(PREFIX)/share/man/$$section; done

clean:
	rm -rf artifacts dist
