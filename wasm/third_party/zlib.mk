# zlib: what libspng inflates and deflates with. No gz files (they want a file system).

zlib_dir := build/src/zlib
zlib_src := $(patsubst %,$(zlib_dir)/%.c,adler32 compress crc32 deflate inffast inflate inftrees trees zutil)
# ZLIB_CONST: next_in is const, as our sources hand it over.
zlib_include := -DZLIB_CONST= -I$(zlib_dir)
# NO_GZIP: neither reads nor writes gzip headers, only zlib's.
# Z_SOLO is not for us: it would leave out the default allocator, which is the arena's.
# Z_TESTW: CRC-32 by words of 64 bits on Wasm too, a sixth less time than by 32.
zlib_flags := -DNO_GZIP -DZ_TESTW=8 $(zlib_include)
# Z_TESTN: two words in turn, not five. Most often it gets hundreds of bytes at most
# (src/codec/png_crc_simd128.c); 300 take 188 ns instead of 276; 8 KiB take 3.4 us instead of
# 3.1; and V8 has half the code.
zlib_flags_wasm := -DZ_TESTN=2

$(eval $(call library,zlib,z))
