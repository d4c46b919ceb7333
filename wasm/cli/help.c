/* help.c - see help.h. The same as thimble.1, which tests/cli holds against this. */
#include "help.h"

#define USAGE                                                                                      \
    "usage: thimble OPTIONS < image > image\n"                                                     \
    "       thimble OPTIONS FILE|FOLDER.. -o FILE|FOLDER\n"                                        \
    "       thimble -r OPTIONS -r OPTIONS .. FILE|FOLDER.. -o FOLDER\n"                            \
    "       thimble sign PATH?OPTIONS [--expires SECONDS] [--keys FILE]\n"                         \
    "       thimble --canon QUERY [ACCEPT] | --describe | --help | --version\n"

const char cli_usage[] = USAGE;

const char cli_help[] = USAGE
    "\n"
    "Resizes images: JPEG, PNG and WebP in and out, in a few megabytes of memory.\n"
    "\n"
    "OPTIONS are those of the URL, for example 'w=200&h=150&f=webp&q=90'; '' encodes anew.\n"
    "--describe lists them. Without FILE the image comes from stdin, without -o it goes to\n"
    "stdout. A FOLDER stands for the .jpg, .jpeg, .png and .webp files in it and below,\n"
    "hidden ones left out; its folders are made again below that of -o.\n"
    "\n"
    "  -r, --result OPTIONS  one result of every image by these options; up to 32 times\n"
    "  -o, --output PLACE    the result's file; or a folder, when it is one, ends in a slash,\n"
    "                        or there are several results\n"
    "  -n, --name PATTERN    names in that folder: {name} is the image's without its ending,\n"
    "                        {w} and {h} the size, {n} which -r, {ext} the ending; usually\n"
    "                        {name}.{ext}, with several -r {name}-{w}x{h}.{ext}\n"
    "  -f, --force           overwrite what exists\n"
    "      --json            a line of JSON on stdout for every result; with f=json it holds\n"
    "                        the metadata, and no file is written\n"
    "      --limits LIMITS   lower limits, for example 'pixels=50000000&memory=33554432';\n"
    "                        also input, side and work\n"
    "      --progress        say on stderr what is being done, also where that is no terminal\n"
    "      --stats           say on stderr what each result took\n"
    "\n"
    "sign prints a URL's path with its signature. The key is the first of SIGNING_KEYS in the\n"
    "environment, never an argument.\n"
    "\n"
    "      --expires SECONDS the signature is good for so long\n"
    "      --keys FILE       read the keys from a file instead\n"
    "\n"
    "      --canon QUERY     the canonical text of a query, as caches use it; ACCEPT is an\n"
    "                        Accept header, for f=auto\n"
    "      --describe        the options as JSON\n"
    "  -h, --help            this text\n"
    "      --version         the version\n"
    "\n"
    "A file appears only when it is complete. What fails is said on stderr, and the run goes\n"
    "on. Exit code: 0 when all went well, else that of the first failure: 1 bad option,\n"
    "2 unsupported, 3 corrupt, 4 truncated, 5 over a limit, 6 no memory, 7 misuse,\n"
    "8 internal error, 9 a file that cannot be read or written.\n";
