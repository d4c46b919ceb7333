# toolchain.mk - compilers and flags, each flag with its reason; and the rules that
# turn a list of sources into objects and archives, once per variant.
#
# A variant is one way to build the same sources, in build/VARIANT/:
#   wasm    what is shipped
#   native  the command line tool, and the other half of "same bytes"
#   asan    the unit tests, with AddressSanitizer and UBSan
#   fuzz    the same with libFuzzer's counters, for tests/fuzz

variants := wasm native asan fuzz

# --- compilers -------------------------------------------------------------------

LLVM ?= /usr/lib/llvm-19/bin
CC_native ?= clang-19
AR_native ?= $(LLVM)/llvm-ar

ifdef WASI_SDK_PATH
wasi_ready := build/.setup
CC_wasm := $(WASI_SDK_PATH)/bin/clang
AR_wasm := $(WASI_SDK_PATH)/bin/llvm-ar
STRIP_wasm := $(WASI_SDK_PATH)/bin/llvm-strip
# --target: wasi-sdk's name of today for what used to be wasm32-wasi.
target_wasm := --target=wasm32-wasip1
else
wasi_ready := build/src/wasi-libc.stamp
CC_wasm := clang-19
AR_wasm := $(LLVM)/llvm-ar
STRIP_wasm := $(LLVM)/llvm-strip
# wasm32-wasi, not wasm32-wasip1: that is where Debian puts compiler-rt for clang-19.
target_wasm := --target=wasm32-wasi --sysroot=build/src/wasi-libc/usr
endif

# --- flags for every variant -----------------------------------------------------

# One section per function and object: the linker drops what nobody calls.
cflags := -ffunction-sections -fdata-sections
# No fused multiply-add: the same bytes natively and in Wasm.
cflags += -ffp-contract=off
# No errno from libm, so that calls such as sqrt become one instruction. Nobody reads it.
cflags += -fno-math-errno
# Dependency files beside the objects.
cflags += -MMD -MP

# -O3: this module's reason to exist is to need little CPU.
cflags_wasm := $(target_wasm) -O3
# Loops of unknown length stay as they are: no slower, 10 KB less of gzip, and less for V8 to
# compile before the first result (docs/decisions/0035).
cflags_wasm += -mllvm -unroll-runtime=false
# And so do loops of more than eight turns: no slower, 4 KB less.
cflags_wasm += -mllvm -unroll-full-max-count=8
# The features every runtime has, and no other: relaxed SIMD fails in Node 20, threads,
# tail calls and exceptions in wazero.
cflags_wasm += -msimd128 -mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals

cflags_native := -O2 -g
# -O1 and frame pointers: readable stacks at a bearable speed. What UBSan finds is fatal.
cflags_asan := -O1 -g -fno-omit-frame-pointer \
  -fsanitize=address,undefined -fno-sanitize-recover=undefined
# fuzzer-no-link: the counters that guide libFuzzer, without its main.
cflags_fuzz := $(cflags_asan) -fsanitize=fuzzer-no-link

# Where a flag differs only between Wasm and the rest, the rest is called native.
kind_wasm := wasm
kind_native := native
kind_asan := native
kind_fuzz := native
CC_asan := $(CC_native)
AR_asan := $(AR_native)
CC_fuzz := $(CC_native)
AR_fuzz := $(AR_native)

# What must be there before the first file is compiled.
ready_wasm := $(wasi_ready)
ready_native := build/.setup
ready_asan := build/.setup
ready_fuzz := build/.setup

# --- the core ----------------------------------------------------------------------

# CONTRIBUTING.md's warnings, all fatal: src/ is plain C11.
warnings := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes \
  -Wcast-qual -Werror
cflags_core := -std=c11 $(warnings) -Isrc

# --- third-party code ----------------------------------------------------------------

# NDEBUG: no assert, which would print. arena_malloc.h: their malloc is the job's arena.
cflags_third_party := -DNDEBUG -include wasm/third_party/arena_malloc.h

# Among them are sources of ours, kernels above all: these have CONTRIBUTING.md's warnings. Those of
# fetched sources and their headers are theirs; the versions are pinned.
foreign = $(1) -w
ours = $(patsubst -Ibuild/src/%,-isystem build/src/%,$(1)) -std=c11 $(warnings)

# Intel's intrinsics on Wasm: headers of the compiler's names that include SIMDe.
simd_shim := -Iwasm/third_party/simd_shim -isystem build/src/simde

# --- rules ---------------------------------------------------------------------------

compile = @mkdir -p $(@D) && $(CC_$(variant)) $(flags) -c $< -o $@

# objects_of VARIANT,SOURCES: build/VARIANT/PATH.o, where a fetched source's path starts
# behind build/src/.
objects_of = $(patsubst %.c,build/$(1)/%.o,$(patsubst build/src/%,%,$(2)))

# compiled VARIANT,SOURCES,FLAGS,PREREQUISITES: rules for the objects of these sources.
define compiled
$(call objects_of,$(1),$(2)): variant := $(1)
$(call objects_of,$(1),$(2)): flags := $$(cflags) $$(cflags_$(1)) $(3)
$(call objects_of,$(1),$(2)): wasm/toolchain.mk $(4) | $$(ready_$(1))
$(if $(filter build/src/%,$(2)),$(call objects_of,$(1),$(filter build/src/%,$(2))): build/$(1)/%.o: build/src/%.c ; $$(compile))
$(if $(filter-out build/src/%,$(2)),$(call objects_of,$(1),$(filter-out build/src/%,$(2))): build/$(1)/%.o: %.c ; $$(compile))
-include $(patsubst %.o,%.d,$(call objects_of,$(1),$(2)))
endef

# library NAME,ARCHIVE: rules for build/VARIANT/libARCHIVE.a from NAME_src, NAME_flags and
# NAME_include, and from NAME_src_KIND and NAME_flags_KIND, where KIND is wasm or native.
define library
$(foreach variant,$(variants),$(call library_variant,$(1),$(2),$(variant),$(kind_$(variant))))
$(sort $(filter build/src/%,$($(1)_src) $($(1)_src_native) $($(1)_src_wasm))): | build/src/$(1).stamp ;
build/src/$(1).stamp: $(wildcard wasm/third_party/patches/$(1)/*.patch)
third_party_include += $($(1)_include)
endef

define library_variant
$(call library_objects,$(1),$(3),$(4),$(filter build/src/%,$($(1)_src) $($(1)_src_$(4))),foreign)
$(call library_objects,$(1),$(3),$(4),$(filter-out build/src/%,$($(1)_src) $($(1)_src_$(4))),ours)
build/$(3)/lib$(2).a: $(call objects_of,$(3),$($(1)_src) $($(1)_src_$(4)))
	@rm -f $$@ && $$(AR_$(3)) rcs $$@ $$^ && echo "  built $$@"
libraries_$(3) += build/$(3)/lib$(2).a

endef

define library_objects
$(call compiled,$(2),$(4),$$(cflags_third_party) $(call $(5),$($(1)_flags) $($(1)_flags_$(3))),wasm/third_party/$(1).mk wasm/third_party/arena_malloc.h build/src/$(1).stamp $($(1)_needs_$(3)))
endef

# A stamp changes only when its pin or its patches do, so nothing is rebuilt in vain.
build/src/%.stamp: wasm/third_party/versions.txt scripts/fetch | build/.setup
	@scripts/fetch $*
