# coverage.mk - the variant `coverage`: the command, the C tests and the fuzz targets again, with
# counted lines in the core, for scripts/coverage. Libraries are those of `native`. A fuzz target of
# this kind only runs again what it is given.

# -O1: counters stay true to the lines, and a run is bearable.
cflags_coverage := -O1 -g -fprofile-instr-generate -fcoverage-mapping
kind_coverage := native
CC_coverage := $(CC_native)
AR_coverage := $(AR_native)
ready_coverage := build/.setup

coverage_src := $(cli_src) $(unit_tests) $(fuzz_src) $(fuzz_shared)
$(eval $(call compiled,coverage,$(coverage_src),$$(unit_flags) -Itests/fuzz -Iwasm/exports,$(third_party_stamps)))
$(eval $(call core,coverage))
$(eval $(call edge,coverage))
coverage_unit := $(patsubst tests/unit/%.c,build/coverage/unit/%,$(unit_tests))
coverage_fuzz := $(patsubst tests/fuzz/%.c,build/coverage/fuzz/%,$(fuzz_src))
coverage_programs := build/coverage/thimble $(coverage_unit) $(coverage_fuzz)
build/coverage/thimble: $(call objects_of,coverage,$(cli_src))
$(coverage_unit): build/coverage/unit/%: build/coverage/tests/unit/%.o $(call objects_of,coverage,$(unit_shared))
$(coverage_fuzz): build/coverage/fuzz/%: build/coverage/tests/fuzz/%.o $(call objects_of,coverage,$(fuzz_shared))
$(coverage_fuzz): ldflags_coverage = $(link_fuzz) $(ldflags_$(@F))
$(coverage_programs): build/coverage/libedge.a build/coverage/libthimble.a $(libraries_native) wasm/link.mk
	@mkdir -p $(@D) && $(CC_coverage) $(cflags_coverage) $(ldflags_coverage) \
	  $(filter %.o,$^) $(filter %.a,$^) $(filter %.a,$^) -lm -o $@
