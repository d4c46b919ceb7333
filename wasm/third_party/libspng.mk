# libspng: interlaced PNG, and the oracle of the tests for all other. One file.

libspng_dir := build/src/libspng/spng
libspng_src := $(libspng_dir)/spng.c
# SPNG_STATIC: who includes spng.h needs it too.
libspng_include := -DSPNG_STATIC -I$(libspng_dir)
libspng_flags := $(libspng_include) $(zlib_include)
# SPNG_SSE=4: the SSE4.1 row filters, by SIMDe (see the patch). Natively the library's
# own choice, SSE2.
libspng_flags_wasm := -DSPNG_SSE=4 -D__SSE2__ -D__SSE3__ -D__SSSE3__ -D__SSE4_1__ $(simd_shim)

libspng_needs_wasm := build/src/simde.stamp

$(eval $(call library,libspng,spng))
