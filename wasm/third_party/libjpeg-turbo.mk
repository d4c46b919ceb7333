# libjpeg-turbo: JPEG in and out. Upstream compiles most files once per sample depth
# through src/wrapper/NAME-{8,12,16}.c; we take the 8-bit ones only. Left out besides:
# jdatasrc/jdatadst (stdio), TurboJPEG, and jerror.c, which ours replaces.

libjpeg-turbo_dir := build/src/libjpeg-turbo/src

libjpeg-turbo_src := \
  $(addprefix $(libjpeg-turbo_dir)/, \
    jcapimin.c jchuff.c jcicc.c jcinit.c jcmarker.c jcmaster.c jcomapi.c jcparam.c \
    jdapimin.c jdhuff.c jdicc.c jdinput.c jdmarker.c jdmaster.c jdphuff.c \
    jmemmgr.c jmemnobs.c jpeg_nbits.c) \
  $(patsubst %,$(libjpeg-turbo_dir)/wrapper/%-8.c, \
    jcapistd jccoefct jccolor jcdctmgr jcmainct jcprepct jcsample \
    jdapistd jdcoefct jdcolor jddctmgr jdmainct jdmerge jdpostct jdsample \
    jfdctint jidctint jidctred jutils) \
  wasm/third_party/libjpeg-turbo/jerror.c \
  wasm/third_party/libjpeg-turbo/not_built.c

# Our configuration headers; they must be found before the library's own folder.
libjpeg-turbo_include := -Iwasm/third_party/libjpeg-turbo -I$(libjpeg-turbo_dir)

# NO_GETENV: the memory manager would ask the environment for JPEGMEM.
# USE_CLZ_INTRINSIC: counts bits by an instruction, not by a 64 KiB table.
libjpeg-turbo_flags := -DNO_GETENV -DUSE_CLZ_INTRINSIC $(libjpeg-turbo_include)

# Our Wasm kernels, as soon as there are any. JPEG_SIMD=0 builds without them, which
# is how they are measured and how their output is compared.
jpeg_simd_src := $(wildcard wasm/jpeg_simd/*.c)
JPEG_SIMD ?= $(if $(jpeg_simd_src),1,0)
ifeq ($(JPEG_SIMD),1)
libjpeg-turbo_flags_wasm := -DTH_JPEG_SIMD -Iwasm/jpeg_simd
libjpeg-turbo_src_wasm := $(jpeg_simd_src)
endif

$(eval $(call library,libjpeg-turbo,jpeg))

# Small rather than fast: headers, once per image.
$(patsubst %,build/wasm/libjpeg-turbo/src/%.o,jdmarker jcmarker jcparam jcmaster \
  jcapimin jdapimin jcinit jcicc jcomapi jdicc jdinput jdmaster jmemmgr): flags += -Os
