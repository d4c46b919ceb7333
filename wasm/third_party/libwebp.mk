# libwebp: WebP in and out. On Wasm the SSE2 and SSE4.1 files are compiled through
# SIMDe (wasm/third_party/simd_shim); natively each file decides by the compiler's
# own macros whether it has anything to say, so all x86 and Arm files may be listed.
# Never listed: AVX2 (run-time detection), MIPS and MSA, which are empty here.

libwebp_dir := build/src/libwebp

libwebp_dsp := alpha_processing cost cpu dec dec_clip_tables enc filters lossless \
  rescaler ssim upsampling yuv
libwebp_dsp_sse := alpha_processing_sse2 alpha_processing_sse41 cost_sse2 dec_sse2 \
  dec_sse41 enc_sse2 enc_sse41 filters_sse2 lossless_sse2 lossless_sse41 rescaler_sse2 ssim_sse2 upsampling_sse2 \
  upsampling_sse41 yuv_sse2 yuv_sse41
libwebp_dsp_neon := alpha_processing_neon cost_neon dec_neon enc_neon filters_neon \
  lossless_neon rescaler_neon upsampling_neon yuv_neon

libwebp_src := \
  $(patsubst %,$(libwebp_dir)/src/dec/%.c, \
    alpha_dec buffer_dec frame_dec quant_dec tree_dec vp8_dec vp8l_dec webp_dec) \
  $(patsubst %,$(libwebp_dir)/src/enc/%.c, \
    analysis_enc config_enc cost_enc filter_enc frame_enc iterator_enc picture_enc \
    picture_tools_enc quant_enc syntax_enc token_enc tree_enc webp_enc) \
  $(patsubst %,$(libwebp_dir)/src/utils/%.c, \
    bit_reader_utils bit_writer_utils color_cache_utils filters_utils huffman_utils \
    quant_levels_dec_utils random_utils rescaler_utils thread_utils utils) \
  $(patsubst %,$(libwebp_dir)/src/dsp/%.c,$(libwebp_dsp) $(libwebp_dsp_sse)) \
  wasm/third_party/libwebp/no_sharpyuv.c \
  wasm/third_party/libwebp/exact_math.c

# Our Wasm kernels, and what not_built.c stands in for on Wasm.
webp_simd_src := $(wildcard wasm/webp_simd/*.c)
libwebp_src_wasm := $(webp_simd_src) wasm/third_party/libwebp/not_built.c
libwebp_only_native := \
  $(patsubst %,$(libwebp_dir)/src/enc/%.c, \
    alpha_enc backward_references_cost_enc backward_references_enc histogram_enc \
    near_lossless_enc picture_csp_enc picture_psnr_enc picture_rescale_enc predictor_enc vp8l_enc) \
  $(patsubst %,$(libwebp_dir)/src/utils/%.c,huffman_encode_utils palette quant_levels_utils) \
  $(patsubst %,$(libwebp_dir)/src/dsp/%.c, \
    lossless_enc lossless_enc_sse2 lossless_enc_sse41 lossless_enc_neon) \
  $(patsubst %,$(libwebp_dir)/src/dec/%.c,idec_dec io_dec)

libwebp_src_native := $(libwebp_only_native) $(patsubst %,$(libwebp_dir)/src/dsp/%.c,$(libwebp_dsp_neon))

# The second path lets codec/webp_read.c include the decoder's private headers.
libwebp_include := -Iwasm/third_party/libwebp -I$(libwebp_dir) -I$(libwebp_dir)/src

# exact_math.h: log and pow with the same bits natively and in Wasm.
libwebp_flags := $(libwebp_include) -include wasm/third_party/libwebp/exact_math.h

# Out of memory, the encoder adds to a null pointer before it looks: harmless, but
# UBSan would end our out-of-memory tests there.
libwebp_flags_native := -fno-sanitize=pointer-overflow

# The macros name what SIMDe emulates; EMSCRIPTEN makes libwebp's cpu.c answer that
# SSE2 and SSE4.1 are there, which it otherwise asks the cpuid instruction.
# WEBP_REDUCE_SIZE, WEBP_REDUCE_CSP, WEBP_DISABLE_STATS: no scaling while decoding, no colour
# layouts but RGBA, no distortion figures.
libwebp_flags_wasm := -DWEBP_REDUCE_SIZE -DWEBP_REDUCE_CSP -DWEBP_DISABLE_STATS -D__SSE2__ -D__SSE4_1__ -DEMSCRIPTEN $(simd_shim) \
  -DTH_WEBP_SIMD -Iwasm/webp_simd

libwebp_needs_wasm := build/src/simde.stamp

$(eval $(call library,libwebp,webp))

# Small rather than fast: plain C that the SSE files replace at run time, and what runs
# once per image. With the like in libjpeg-turbo.mk 284 -> 268 KB of gzip.
libwebp_small := dsp/yuv dsp/upsampling dsp/lossless dsp/alpha_processing \
  enc/picture_tools_enc enc/config_enc
$(patsubst %,build/wasm/libwebp/src/%.o,$(libwebp_small)): flags += -Os
