# thimble - `make help` lists what can be made. Each CI step is one of these targets.

# -j: one job per processor unless the caller says otherwise.
MAKEFLAGS += --no-builtin-rules --no-print-directory -j$(shell nproc)
.DELETE_ON_ERROR:
.SECONDARY:

all: wasm native ## the module and the native command line tool

# --- what is built ---------------------------------------------------------------

include wasm/toolchain.mk
include wasm/third_party/libjpeg-turbo.mk
include wasm/third_party/libwebp.mk
include wasm/third_party/zlib.mk
include wasm/third_party/libspng.mk
include wasm/third_party/libdeflate.mk

libraries: $(libraries_wasm) $(libraries_native)

# scripts/setup says what is missing and why; with nothing missing it is instant.
build/.setup: scripts/setup
	@scripts/setup && mkdir -p build && touch $@
build/wasi-libc/usr/lib/wasm32-wasi/libc.a: | build/.setup ;

.PHONY: all libraries
