# link.mk - the core and what is linked from it: the module, the WASI command, the
# native tool, the C tests. Sources are found by wildcard: adding a file is adding it.

core_src := $(sort $(shell find src -name '*.c' 2>/dev/null))
# X_simd128.c is the Wasm twin of X.c; both are linked there, so that tests can compare.
core_src_native := $(filter-out %_simd128.c,$(core_src))
core_src_wasm := $(core_src)

# Third-party headers are system headers to the core: its warnings are about its own code.
core_flags = $(cflags_core) $(patsubst -I%,-isystem %,$(third_party_include))
third_party_stamps := $(patsubst %,build/src/%.stamp,libjpeg-turbo libwebp zlib libspng)

# core VARIANT: build/VARIANT/libthimble.a
define core
$(call compiled,$(1),$(core_src_$(kind_$(1))),$$(core_flags),$(third_party_stamps))
build/$(1)/libthimble.a: $(call objects_of,$(1),$(core_src_$(kind_$(1))))
	@rm -f $$@ && $$(AR_$(1)) rcs $$@ $$^
endef
$(foreach variant,$(variants),$(eval $(call core,$(variant))))

# --- the module --------------------------------------------------------------------

reactor_src := $(sort $(wildcard wasm/exports/*.c))
cli_src := $(sort $(wildcard wasm/cli/*.c))
host_flags = $(core_flags) -Iwasm/exports -Iwasm

# --stack-first: an overflowing stack traps at address 0 instead of writing over data.
# stack-size: 128 KiB. The deepest of 628 jobs over every sample and output used 14 KiB.
# -O2 here is the linker's own (it merges equal strings); clang's would call wasm-opt.
ldflags_wasm := $(target_wasm) -Wl,--stack-first -Wl,-z,stack-size=131072 -Wl,--gc-sections -Wl,-O2
# max-memory: the one memory limit that every runtime enforces, 96 MiB.
ldflags_wasm += -Wl,--max-memory=100663296
# A reactor: no main; the host calls _initialize once, then the exports.
# reactor.c names what is exported; tests/abi holds it against wasm/exports/exports.txt.
ldflags_reactor := -mexec-model=reactor
# The command leaves frames behind for each of its CLI_FATAL_MAX failures (wasm/cli/batch.h):
# 1 KB each.
ldflags_cli := -Wl,-z,stack-size=524288

$(eval $(call compiled,wasm,$(sort $(reactor_src) $(cli_src)),$$(host_flags),$(third_party_stamps)))
$(eval $(call compiled,native,$(cli_src),$$(host_flags),$(third_party_stamps)))
$(eval $(call compiled,asan,$(cli_src),$$(host_flags),$(third_party_stamps)))

# The service that the hosts written in C share: build/VARIANT/libedge.a.
edge_src := $(sort $(wildcard wasm/edge/*.c))
define edge
$(call compiled,$(1),$(edge_src),$$(core_flags),$(third_party_stamps))
build/$(1)/libedge.a: $(call objects_of,$(1),$(edge_src))
	@rm -f $$@ && $$(AR_$(1)) rcs $$@ $$^
endef
$(foreach variant,$(variants),$(eval $(call edge,$(variant))))

# The linked module keeps its function names (stack traces, profiles); what is shipped does not.
build/wasm/thimble.debug.wasm: $(call objects_of,wasm,$(reactor_src)) build/wasm/libthimble.a \
    $(libraries_wasm) wasm/link.mk
	@$(CC_wasm) $(ldflags_wasm) $(ldflags_reactor) $(filter %.o %.a,$^) -o $@
dist/thimble.wasm: build/wasm/thimble.debug.wasm
	@mkdir -p $(@D) && $(STRIP_wasm) --strip-all $< -o $@
	@printf '  built %s: %d bytes, %d gzip\n' $@ $$(wc -c <$@) $$(gzip -9c $@ | wc -c)

# For tests/worker/isolation: the module with 12 KiB of stack and 12 pages of memory. Sample images
# exhaust either, others neither.
build/wasm/thimble-narrow.wasm: $(call objects_of,wasm,$(reactor_src)) build/wasm/libthimble.a \
    $(libraries_wasm) wasm/link.mk
	@$(CC_wasm) $(ldflags_wasm) $(ldflags_reactor) -Wl,-z,stack-size=12288 -Wl,--max-memory=786432 \
	  $(filter %.o %.a,$^) -o $@

build/wasm/thimble-cli.debug.wasm: $(call objects_of,wasm,$(cli_src)) build/wasm/libedge.a build/wasm/libthimble.a \
    $(libraries_wasm) wasm/link.mk
	@$(CC_wasm) $(ldflags_wasm) $(ldflags_cli) $(filter %.o %.a,$^) -o $@
dist/thimble-cli.wasm: build/wasm/thimble-cli.debug.wasm
	@mkdir -p $(@D) && $(STRIP_wasm) --strip-all $< -o $@ && echo "  built $@"

# Fastly Compute: a command, as the CLI has it. Fastly stops at 1 MB of stack and 128 MB.
fastly_src := $(sort $(wildcard wasm/fastly/*.c))
$(eval $(call compiled,wasm,$(fastly_src),$$(core_flags) -Iwasm,$(third_party_stamps)))
build/wasm/thimble-fastly.debug.wasm: $(call objects_of,wasm,$(fastly_src) wasm/exports/assert.c) \
    build/wasm/libedge.a build/wasm/libthimble.a $(libraries_wasm) wasm/link.mk
	@$(CC_wasm) $(ldflags_wasm) $(filter %.o %.a,$^) -o $@
dist/thimble-fastly.wasm: build/wasm/thimble-fastly.debug.wasm
	@mkdir -p $(@D) && $(STRIP_wasm) --strip-all $< -o $@ && echo "  built $@"

http_src := $(sort $(wildcard wasm/http/*.c))
$(eval $(call compiled,wasm,$(http_src),$$(core_flags) -Iwasm,$(third_party_stamps)))
build/wasm/thimble-http.core.wasm: $(call objects_of,wasm,$(http_src) wasm/exports/assert.c) \
    build/wasm/libedge.a build/wasm/libthimble.a $(libraries_wasm) wasm/link.mk
	@$(CC_wasm) $(ldflags_wasm) $(ldflags_reactor) $(filter %.o %.a,$^) -o $@
# A component around it, which says in types what it imports and exports.
dist/thimble-http.wasm: build/wasm/thimble-http.core.wasm wasm/http/component.mjs \
    wasm/http/node_modules/.package-lock.json
	@mkdir -p $(@D) && $(STRIP_wasm) --strip-all $< -o build/wasm/thimble-http.stripped.wasm
	@node wasm/http/component.mjs build/wasm/thimble-http.stripped.wasm $@ && echo "  built $@"

# native_program VARIANT,OUTPUT,OBJECTS: links a program of that variant. The archives are
# named twice because they need each other (all need the arena, libspng needs zlib).
define native_program
$(2): $(3) build/$(1)/libthimble.a $(libraries_$(1)) wasm/link.mk
	@mkdir -p $$(@D) && $$(CC_$(1)) $$(cflags_$(1)) $$(filter %.o %.a,$$^) $$(filter %.a,$$^) -lm -o $$@
endef
$(eval $(call native_program,native,build/native/thimble,$(call objects_of,native,$(cli_src)) build/native/libedge.a))
$(eval $(call native_program,asan,build/asan/thimble,$(call objects_of,asan,$(cli_src)) build/asan/libedge.a))

# --- tests in C ---------------------------------------------------------------------

# Each tests/unit/test_NAME.c is one program; other files there are linked into all of
# them. test_NAME_simd128.c is for Wasm and runs as a WASI command.
unit_all := $(sort $(wildcard tests/unit/*.c))
unit_tests := $(filter-out %_simd128.c,$(filter tests/unit/test_%,$(unit_all)))
unit_tests_wasm := $(filter %_simd128.c,$(filter tests/unit/test_%,$(unit_all)))
unit_shared := $(filter-out tests/unit/test_%,$(unit_all))
unit_flags = $(core_flags) -Itests/unit -Iwasm
$(eval $(call compiled,asan,$(unit_tests) $(unit_shared),$$(unit_flags),$(third_party_stamps)))
$(eval $(call compiled,wasm,$(unit_tests_wasm),$$(unit_flags),$(third_party_stamps)))

unit_programs := $(patsubst tests/unit/%.c,build/asan/unit/%,$(unit_tests))
$(foreach test,$(unit_tests),$(eval $(call native_program,asan,$(patsubst tests/unit/%.c,build/asan/unit/%,$(test)),$(call objects_of,asan,$(test) $(unit_shared)) build/asan/libedge.a)))

unit_modules := $(patsubst tests/unit/%.c,build/wasm/unit/%.wasm,$(unit_tests_wasm))
$(unit_modules): build/wasm/unit/%.wasm: build/wasm/tests/unit/%.o build/wasm/libthimble.a $(libraries_wasm)
	@mkdir -p $(@D) && $(CC_wasm) $(ldflags_wasm) $(filter %.o %.a,$^) -o $@

# What the service in C decides, for tests/edge.
$(eval $(call compiled,asan,tests/edge/decide.c,$$(unit_flags),$(third_party_stamps)))
$(eval $(call native_program,asan,build/asan/edge-decide,build/asan/tests/edge/decide.o build/asan/libedge.a))

# For tests/mutation: our readers alone, the system's libpng, and the command in scalar code: our
# kernels are for Wasm, libjpeg-turbo's are not built, and libwebp's are told to stand back.
$(eval $(call compiled,native,tests/mutation/decode.c tests/mutation/libpng.c tests/mutation/scalar.c tests/unit/frame.c,$$(unit_flags),$(third_party_stamps)))
$(eval $(call native_program,native,build/native/decode,$(call objects_of,native,tests/mutation/decode.c tests/unit/frame.c)))
$(eval $(call native_program,native,build/native/thimble-scalar,$(call objects_of,native,$(cli_src) tests/mutation/scalar.c) build/native/libedge.a))
build/native/libpng: build/native/tests/mutation/libpng.o
	@$(CC_native) $^ -lpng -o $@
mutation_programs := build/native/decode build/native/libpng build/native/thimble-scalar

# --- fuzzers ------------------------------------------------------------------------

# Each tests/fuzz/fuzz_NAME.c is one program, build/fuzz/fuzz_NAME; other files there are linked
# into all of them. --wrap: fuzz_job.c makes allocations fail, looks at what a closed job still
# holds, and narrows the window of the output.
fuzz_src := $(sort $(wildcard tests/fuzz/fuzz_*.c))
fuzz_shared := $(filter-out tests/fuzz/fuzz_%,$(sort $(wildcard tests/fuzz/*.c))) $(unit_shared)
# The libraries as the tests have them: counters in them cost a build of five minutes. OSS-Fuzz
# says fuzz_libraries='$(libraries_fuzz)'.
fuzz_libraries ?= $(libraries_asan)
fuzz_programs := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(fuzz_src))
$(eval $(call compiled,fuzz,$(fuzz_src) $(fuzz_shared),$$(unit_flags) -Itests/fuzz,$(third_party_stamps)))
# What is compared tells libFuzzer which words a parser waits for. Among pixels it tells nothing,
# and asking there takes half of the time.
fuzz_pixels := $(filter src/stage/% src/codec/deflate% src/codec/inflate% src/codec/png_filter% \
    src/codec/png_predict% src/codec/%_write.c src/codec/jpeg_idct.c src/codec/jpeg_entropy.c \
    src/codec/jpeg_bits.c src/codec/webp_alpha.c src/codec/webp_prefix.c,$(core_src_native)) $(fuzz_src) $(fuzz_shared)
$(call objects_of,fuzz,$(fuzz_pixels)): flags += -fno-sanitize-coverage=trace-cmp
$(fuzz_programs): build/fuzz/%: build/fuzz/tests/fuzz/%.o $(call objects_of,fuzz,$(fuzz_shared)) \
    build/fuzz/libedge.a build/fuzz/libthimble.a $(fuzz_libraries) wasm/link.mk
	@$(CC_fuzz) $(cflags_fuzz) $(link_fuzz) $(ldflags_$*) $(filter %.o %.a,$^) $(filter %.a,$^) -lm -o $@
comma := ,
# OSS-Fuzz brings an engine of its own.
link_fuzz ?= -fsanitize=fuzzer
ldflags_fuzz_job := $(addprefix -Wl$(comma)--wrap=,th_arena_init th_arena_clear th_output_ready th_plan_make)
