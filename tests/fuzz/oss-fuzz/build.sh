#!/bin/bash -eu
# build.sh - what OSS-Fuzz runs: the fuzz targets with its compiler and flags, and their seeds.
#
# $CC, $CFLAGS, $LIB_FUZZING_ENGINE, $OUT, $SRC and $WORK come from its image.
cd "$SRC/thimble"
mkdir -p build
touch build/.setup # its image has the compiler; nothing is installed
scripts/fetch libjpeg-turbo libwebp libspng zlib # all but what Wasm needs
# shellcheck disable=SC2016 # a variable of make's
make -j"$(nproc)" fuzz-build \
    CC_native="$CC" AR_native="${AR:-llvm-ar}" cflags_fuzz="$CFLAGS" \
    fuzz_libraries='$(libraries_fuzz)' link_fuzz="$LIB_FUZZING_ENGINE"
# Draws the sample images; of the lock file nothing else is needed.
sharp=$(node -p 'require("./package-lock.json").packages["node_modules/sharp"].version')
npm install --no-save --no-package-lock --prefix "$WORK/sharp" "sharp@$sharp"
ln -sfn "$WORK/sharp/node_modules" node_modules
npx --yes node@20 tests/fuzz/seeds.mjs # sharp and we want a later Node than Ubuntu has
for program in build/fuzz/fuzz_*; do
    if [ ! -x "$program" ] || [ ! -f "$program" ]; then continue; fi
    name=$(basename "$program")
    cp "$program" "$OUT/"
    seeds=build/fuzz/seeds/${name#fuzz_}
    [ ! -d "$seeds" ] || (cd "$seeds" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
    case $name in
        fuzz_options | fuzz_edge) words=text ;;
        *) words=image ;;
    esac
    cp "tests/fuzz/$words.dict" "$OUT/$name.dict"
done
