# thimble - `make help` lists what can be made. Each CI step is one of these targets.
#
# This file says what there is to make; how, with which flags and why, is in
# wasm/toolchain.mk (compilers), wasm/third_party/*.mk (one per library) and
# wasm/link.mk (the core and the programs).

MAKEFLAGS += --no-builtin-rules --no-print-directory -j$(shell nproc)
.DELETE_ON_ERROR:
.SECONDARY:
# What a script runs must not inherit our flags' idea of jobs, nor a locale's idea of order.
export LC_ALL := C

PREFIX ?= /usr/local

all: wasm native ## the module, the WASI command and the native tool (the default)

include wasm/toolchain.mk
include wasm/third_party/libjpeg-turbo.mk
include wasm/third_party/libwebp.mk
include wasm/third_party/zlib.mk
include wasm/third_party/libspng.mk
include wasm/link.mk
include wasm/coverage.mk

# --- prepare ---------------------------------------------------------------------

setup: ## install what is missing: compiler and tools by apt
	@scripts/setup

fetch: build/.setup ## download, verify and patch the third-party sources
	@scripts/fetch

engines: ## install wazero, wasmtime, viceroy, versitygw and radosgw for the tests (about 13 minutes; instant when there)
	@scripts/engines

# scripts/setup says what is missing and why; with nothing missing it is instant.
build/.setup: scripts/setup
	@scripts/setup && mkdir -p build && touch $@

# A registry that lacks a package for another platform makes `npm install` drop it from
# the lock file, and then npm ci refuses the whole file: hence the second way.
node_modules/.package-lock.json: package.json package-lock.json | build/.setup
	@echo "thimble: npm ci (wrangler and the development tools, about a minute, 500 MB in node_modules/)"
	@npm ci --loglevel=error || npm install --no-save --loglevel=error
	@touch $@

# The peers of bench and gallery are a package of their own: nobody else needs them.
bench/node_modules/.package-lock.json: bench/package.json bench/package-lock.json | build/.setup
	@echo "thimble: npm ci in bench/ (the peers, half a minute, 100 MB)"
	@cd bench && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# jco, which makes and serves the component of wasm/http, is large and for that alone.
wasm/http/node_modules/.package-lock.json: wasm/http/package.json wasm/http/package-lock.json | build/.setup
	@echo "thimble: npm ci in wasm/http/ (jco, half a minute, 340 MB)"
	@cd wasm/http && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# --- build -----------------------------------------------------------------------

wasm: dist/thimble.wasm dist/thimble-cli.wasm ## dist/thimble.wasm and dist/thimble-cli.wasm
fastly: dist/thimble-fastly.wasm ## dist/thimble-fastly.wasm and wasm/fastly/bin/main.wasm, for Fastly Compute
	@mkdir -p wasm/fastly/bin && cp $< wasm/fastly/bin/main.wasm
native: build/native/thimble ## build/native/thimble, the same command line tool natively
http: dist/thimble-http.wasm ## dist/thimble-http.wasm, a component for hosts of wasi:http
install: native ## install the native command: make install PREFIX=/usr/local
	@install -D build/native/thimble "$(DESTDIR)$(PREFIX)/bin/thimble"
	@install -D -m 644 wasm/cli/thimble.1 "$(DESTDIR)$(PREFIX)/share/man/man1/thimble.1"
libraries: $(libraries_wasm) $(libraries_native) ## the third-party libraries alone
unit: $(unit_programs) $(unit_modules) ## the C test programs, not run

# --- use -------------------------------------------------------------------------

run: ## start the worker on http://localhost:8787 with sample images
	@scripts/run

dev: ## the same, rebuilding the module whenever a source is saved
	@scripts/run --watch

lambda: dist/thimble.wasm node_modules/.package-lock.json ## the Lambda@Edge package, the CloudFront Function, the stack, in dist/ (CONFIG=aws/thimble.json)
	@node scripts/lambda.mjs $(CONFIG)

purge: ## make cached images stale: make purge URL=https://.. PATHS='/dev/a.png ..'
	@scripts/purge "$(URL)" $(PATHS)

demo: build/.setup node_modules/.package-lock.json ## the demo page on http://localhost:8790 (PORT=... for another), after `make wasm`
	@env -u MAKEFLAGS $(MAKE) --no-print-directory dist/thimble.wasm && node scripts/demo.mjs $(PORT)

gallery: dist/thimble.wasm node_modules/.package-lock.json bench/node_modules/.package-lock.json ## pictures beside sharp's and the peers', with figures, in build/gallery
	@node scripts/gallery.mjs

docs-images: dist/thimble.wasm node_modules/.package-lock.json ## the pictures of README and docs/ anew
	@node scripts/docs-images/main.mjs

hosts-table: ## the table of docs/hosts/README.md anew, after running every host's checks
	@scripts/test runtimes || true
	@node scripts/hosts-table.mjs

# --- check -----------------------------------------------------------------------

test: ## every test; ends with "N passed, N failed, N skipped"
	@scripts/test

test-%: ## one suite: unit, or a folder of tests/ (reference, abi, worker, ...)
	@scripts/test $*

soak: ## 10,000 mixed requests through workerd: right answers, memory at rest (minutes)
	@THIMBLE_SOAK=10000 scripts/test worker/soak

mutation: wasm native $(mutation_programs) node_modules/.package-lock.json ## every sample damaged in 3000 ways, judged, in every engine: a table (45 minutes on one core; S='jpeg/420.jpg ..' for some)
	@node tests/mutation/long.mjs $(S)

fuzz: $(fuzz_programs) ## fuzz one target for a while: make fuzz T=job S=600
	@scripts/fuzz $(or $(T),job) $(or $(S),60)

fuzz-build: $(fuzz_programs) ## the fuzz targets, not run

fuzz-planted: $(fuzz_programs) node_modules/.package-lock.json ## can the fuzz targets find anything? each against planted faults, minutes
	@node tests/fuzz/planted.mjs

# What the tests run against, built before any of them starts.
test-build: wasm fastly http native unit node_modules/.package-lock.json build/asan/thimble build/asan/edge-decide \
    build/wasm/thimble-narrow.wasm $(mutation_programs)

coverage: native $(coverage_programs) node_modules/.package-lock.json ## lines of the core that tests and samples run: build/coverage/html; fails below 95 %
	@scripts/coverage

fuzz-coverage: $(coverage_programs) ## lines that each fuzz target's corpus runs
	@scripts/coverage --fuzz

bench: wasm ## us against the peers, one table and a picture (about 20 minutes)
	@scripts/bench

bench-quick: wasm ## thimble against sharp, under two minutes
	@scripts/bench --quick

bombs: wasm ## small files that ask for much, and what each takes: one table
	@node bench/bombs.mjs

bench-hosts: wasm node_modules/.package-lock.json ## request latency in each runtime, beside a server with sharp
	@scripts/bench --hosts

size: dist/thimble.wasm ## the module's size: raw, gzip, brotli; fails over its budget
	@scripts/size $<

sbom: dist/thimble.wasm ## dist/sbom.json: what is linked, as CycloneDX
	@node scripts/sbom.mjs >dist/sbom.json && echo "  wrote dist/sbom.json"

audit: ## known vulnerabilities of the packages a deployment carries; asks the npm registry
	@npm audit --omit=dev

reproducible: fetch ## build the module twice in two folders and compare the bytes
	@scripts/reproducible

lint: fetch node_modules/.package-lock.json ## layout, types, scripts, clang-tidy and cppcheck, half a minute
	@scripts/lint
	@env -u MAKEFLAGS $(MAKE) --no-print-directory -s tidy cppcheck && echo "thimble: clang-tidy, cppcheck: fine"

# tidied NAME,SOURCES,FLAGS: these sources, as they are compiled.
define tidied
tidy: tidy-$(1)
.PHONY: tidy-$(1)
tidy-$(1): fetch
	@clang-tidy-19 --quiet $(2) -- $(3) 2>build/tidy-$(1).log || { cat build/tidy-$(1).log; exit 1; }
endef
$(eval $(call tidied,native,$(core_src_native) $(edge_src) $(cli_src),$(host_flags)))
$(eval $(call tidied,wasm,$(filter %_simd128.c,$(core_src)) $(reactor_src) $(fastly_src) $(http_src),$(cflags_wasm) $(host_flags)))
$(eval $(call tidied,jpeg,$(filter wasm/%,$(libjpeg-turbo_src) $(libjpeg-turbo_src_wasm)),$(cflags_wasm) $(cflags_third_party) $(call ours,$(libjpeg-turbo_flags) $(libjpeg-turbo_flags_wasm))))
$(eval $(call tidied,webp,$(filter wasm/%,$(libwebp_src) $(libwebp_src_wasm)),$(cflags_wasm) $(cflags_third_party) $(call ours,$(libwebp_flags) $(libwebp_flags_wasm))))

# Whole at once: it follows calls from file to file.
cppcheck:
	@cppcheck --enable=warning,performance,portability --std=c11 -q -j2 --error-exitcode=1 \
	  --suppressions-list=.cppcheck -Isrc -Iwasm -Iwasm/exports \
	  src wasm/exports wasm/cli wasm/edge wasm/fastly wasm/http wasm/jpeg_simd wasm/webp_simd tests/fuzz tests/unit

one-line: fetch ## the core by one line of the machine's own C compiler: no build system needed
	cc -std=c11 -O2 -c -Isrc $(subst -I,-isystem ,$(sort $(third_party_include))) -fsyntax-only $(core_src_native)

fmt: build/.setup ## lay out the C sources
	@scripts/lint --fix

clean: ## remove everything built and downloaded, except node_modules/
	rm -rf build dist

help: ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# Every target with a line of help, and those that only tests and scripts ask for.
.PHONY: test-build tidy cppcheck $(shell sed -n 's/^\([a-z-]*\):.*##.*/\1/p' Makefile)
