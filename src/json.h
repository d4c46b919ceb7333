/* json.h - the answer to f=json: what the header says, as one JSON object. */
#ifndef TH_JSON_H
#define TH_JSON_H

#include "bytes.h"
#include "codec/codec.h"

/* {"width","height" as displayed,"format","orientation","hasAlpha","bytes"} */
enum th_status th_json_write(struct th_output *out, const struct th_header *header,
                             const char *format, uint64_t input_bytes);

#endif
