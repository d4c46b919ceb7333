# libdeflate: whole-buffer inflate and deflate, faster and tighter than zlib. Its CPU
# detection files are empty on targets they do not know, such as Wasm.

libdeflate_dir := build/src/libdeflate
libdeflate_src := $(patsubst %,$(libdeflate_dir)/lib/%.c, \
  adler32 crc32 deflate_compress deflate_decompress utils zlib_compress zlib_decompress \
  arm/cpu_features x86/cpu_features)
libdeflate_include := -I$(libdeflate_dir)
libdeflate_flags := $(libdeflate_include)

$(eval $(call library,libdeflate,deflate))
