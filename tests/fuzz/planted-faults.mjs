// planted-faults.mjs - small faults, such as a tired author makes them, and what each fuzz target must
// say of those in its reach. `edits`: file, the text that stands there once, what is put in its place.

/** @type {{ target: string, fault: string, edits: [string, string, string][], says: RegExp }[]} */
export const faults = [
  {
    target: 'options',
    fault: 'the alpha of a translucent colour is not written',
    edits: [['src/canon.c', '(rgba & 0xff) != 0xff', '(rgba & 0xff) == 0xff']],
    says: /broken: again_bytes == out_bytes/,
  },
  {
    target: 'options',
    fault: 'a limit can be raised',
    edits: [['src/limits.c', 'least(limits->pixels_max, value[PIXELS])', 'value[PIXELS]']],
    says: /broken: limits.pixels_max <= before.pixels_max/,
  },
  {
    target: 'options',
    fault: 'a limit is refused without words',
    edits: [['src/limits.c', '*message = table[i].message;', '*message = "";']],
    says: /broken: status == TH_BAD_OPTION && message\[0\]/,
  },
  {
    target: 'options',
    fault: 'the query is read past its end',
    edits: [['src/query.c', "'&', text_bytes - at)", "'&', text_bytes - at + 1)"]],
    says: /AddressSanitizer: heap-buffer-overflow/,
  },
  {
    target: 'exif',
    fault: 'an orientation of 9',
    edits: [['src/codec/exif.c', 'value <= 8', 'value <= 9']],
    says: /broken: orientation >= 1 && orientation <= 8/,
  },
  {
    target: 'exif',
    fault: 'a cursor goes one byte too far',
    edits: [['src/bytes.c', 'bytes > c->bytes - c->at) {', 'bytes > c->bytes - c->at + 1) {']],
    says: /AddressSanitizer: heap-buffer-overflow/,
  },
  {
    target: 'icc',
    fault: 'a tag may end outside its profile',
    edits: [['src/codec/icc.c', 'at > p->bytes || bytes > p->bytes - at', 'bytes > p->bytes']],
    says: /AddressSanitizer: (heap-buffer-overflow|SEGV)/,
  },
  {
    target: 'icc',
    fault: 'the inflater is not freed',
    edits: [['src/codec/png_icc.c', 'th_free(z);', '']],
    says: /broken: arena.used_bytes == 0/,
  },
  {
    target: 'icc',
    fault: 'memory is taken for granted',
    edits: [['src/codec/png_icc.c', 'if (z == NULL) return th_fail_memory();', '']],
    says: /AddressSanitizer: SEGV|runtime error: .*null pointer/,
  },
  {
    target: 'icc',
    fault: 'a packed profile has no room for its last block',
    edits: [['src/codec/png_icc.c', 'profile_bytes / 1024 + 64;', 'profile_bytes / 1024;']],
    says: /broken: th_png_icc_pack/,
  },
  {
    target: 'sniff',
    fault: 'a WebP is known before its flags have come',
    edits: [
      ['src/codec/sniff.c', 'if (is_webp && bytes <= WEBP_FLAGS_AT) return TH_MORE_INPUT;', ''],
    ],
    says: /broken: early == status/,
  },
  {
    target: 'sniff',
    fault: 'a refusal without a name',
    edits: [['src/codec/sniff.c', 'return "json";', 'return "";']],
    says: /broken: .*what\[0\] != '\\0'/,
  },
  {
    target: 'edge',
    fault: 'a range ends outside',
    edits: [
      ['wasm/edge/conditional.c', 'else if (asked.last < length)', 'else if (asked.has_last)'],
    ],
    says: /broken: range.start <= range.end && range.end <= 100/,
  },
  {
    target: 'edge',
    fault: 'a refusal without words',
    edits: [
      [
        'wasm/edge/decision.c',
        'th_text_copy(decision->message, sizeof decision->message, message);',
        '(void)message;',
      ],
    ],
    says: /broken: decision->message\[0\]/,
  },
  {
    target: 'edge',
    fault: 'a question mark stays in an encoded path',
    edits: [['wasm/edge/path.c', "c == '_' ||", "c == '_' || c == '?' ||"]],
    says: /broken: !out.full && strpbrk/,
  },
  {
    target: 'edge',
    fault: 'a signature of the right length is good',
    edits: [['wasm/edge/signature.c', 'fits |= (difference - 1) >> 31;', 'fits |= 1;']],
    says: /broken: !decision->route->is_signed/,
  },
  {
    target: 'edge',
    fault: 'a signature lacks bits',
    edits: [['wasm/edge/signature.c', 'pair |= mac[at + 1];', 'pair |= mac[at + 1] & 0xef;']],
    says: /broken: !fault \|\| /,
  },
  {
    target: 'edge',
    fault: 'the key of a cache ends in a line of its own',
    edits: [['wasm/edge/decision.c', 'th_text_put(out, "original");', 'th_text_put(out, "raw\\n");']],
    says: /broken: line_feeds\(key/,
  },
  {
    target: 'edge',
    fault: 'an answer out of the cache may be sniffed',
    edits: [['wasm/edge/entity.c', '    edge_head_protect(head);\n', '']],
    says: /broken: strcmp\(edge_head_get/,
  },
  {
    target: 'edge',
    fault: 'a page out of the cache may run scripts',
    edits: [['wasm/edge/media.c', '"application/pdf", "text/plain"', '"application/pdf", "text/html"']],
    says: /broken: !is_page\(/,
  },
  {
    target: 'jpeg',
    fault: 'the reader waits behind the end',
    edits: [
      [
        'src/codec/jpeg_read.c',
        'if (!r->reader.in->closed) return TH_MORE_INPUT;',
        'return TH_MORE_INPUT;',
      ],
    ],
    says: /broken: !f->in.closed/,
  },
  {
    target: 'jpeg',
    fault: 'a profile is not freed',
    edits: [
      [
        'src/codec/jpeg_source.c',
        'void th_jpeg_source_close(struct th_jpeg_source *source) {\n    th_free(source->icc);',
        'void th_jpeg_source_close(struct th_jpeg_source *source) {',
      ],
    ],
    says: /broken: arena->used_bytes == 0/,
  },
  {
    target: 'jpeg',
    fault: 'what a push left to skip is forgotten',
    edits: [['src/codec/jpeg_source.c', 's->skip = bytes - now;', 's->skip = 0;']],
    says: /broken: cut.status == whole.status|broken: memcmp\(a->pixels/,
  },
  {
    target: 'jpeg',
    fault: 'work is counted per push',
    edits: [
      [
        'src/codec/jpeg_read.c',
        'TH_TRY(run(r, pixels_step));',
        'TH_TRY(th_work_add(1u << 24));\n    TH_TRY(run(r, pixels_step));',
      ],
    ],
    says: /broken: a->work == b->work/,
  },
  {
    target: 'jpeg_lockstep',
    fault: 'flat blocks are rounded down',
    edits: [['src/codec/jpeg_idct.c', 'multiplier[0] + 4) >> 3', 'multiplier[0] + 3) >> 3']],
    says: /1\/\d: /,
  },
  {
    target: 'jpeg_lockstep',
    fault: 'a coefficient that counts at half the size is dropped',
    edits: [['src/codec/jpeg_idct.c', 'row != 4 && column != 4', 'row != 3 && column != 4']],
    says: /1\/\d: /,
  },
  {
    target: 'png',
    fault: 'the Paeth predictor prefers the wrong neighbour in a draw',
    edits: [
      ['src/codec/png_filter.c', 'return b <= c ? up : corner;', 'return b < c ? up : corner;'],
    ],
    says: /broken: memcmp\(row, frame/,
  },
  {
    target: 'png',
    fault: '16-bit grey keeps its low byte',
    edits: [['src/codec/png_widen.c', 'out[x] = row[x * 2];', 'out[x] = row[x * 2 + 1];']],
    says: /broken: memcmp\(row, frame/,
  },
  {
    target: 'png',
    fault: 'the header forgets the memory of the inflated lines',
    edits: [
      [
        'src/codec/png_rows.c',
        'sizeof(struct th_png_rows) + buffer_bytes_of(info)',
        'sizeof(struct th_png_rows)',
      ],
    ],
    says: /broken: arena->used_bytes - f->in.capacity <= bound/,
  },
  {
    target: 'png',
    fault: 'the place of the next line does not slide along',
    edits: [['src/codec/png_rows.c', 'rows->taken -= from;', '']],
    says: /broken: (memcmp\(row, frame|\(a == TH_OK\))|AddressSanitizer/,
  },
  {
    target: 'webp',
    fault: 'two luma rows lie on one chroma row',
    edits: [
      [
        'src/codec/webp_vp8.c',
        'interpolate(s, top, top + s->y_stride, k, k + 1, out, out + stride);',
        'interpolate(s, top, top + s->y_stride, k, k, out, out + stride);',
      ],
    ],
    says: /broken: same_pixels/,
  },
  {
    target: 'webp',
    fault: 'a row of planes is one row off',
    edits: [['src/codec/webp_vp8.c', '.data = {s->y + s->y_stride, s->u', '.data = {s->y, s->u']],
    says: /broken: same_planes/,
  },
  {
    target: 'webp',
    fault: 'the strip is not freed',
    edits: [['src/codec/webp_vp8.c', '    th_free(s->rgba);\n    th_free(s);', '    th_free(s);']],
    says: /broken: arena->used_bytes == 0/,
  },
  {
    target: 'webp',
    fault: 'a lossless picture denies its alpha and keeps it',
    edits: [['src/codec/webp_vp8l.c', 'if (s->opaque) make_opaque(', 'if (false) make_opaque(']],
    says: /broken: same_pixels/,
  },
  {
    target: 'write',
    fault: 'a PNG is one row too high',
    edits: [
      [
        'src/codec/png_write.c',
        'put_u32be(ihdr + 4, self->height);',
        'put_u32be(ihdr + 4, self->height + 1);',
      ],
    ],
    says: /broken: reader_frame/,
  },
  {
    target: 'write',
    fault: 'the Paeth predictor prefers the wrong neighbour in a draw',
    edits: [
      ['src/codec/png_predict.c', 'return b <= c ? up : corner;', 'return b < c ? up : corner;'],
    ],
    says: /broken: memcmp\(seen->data/,
  },
  {
    target: 'write',
    fault: 'a JPEG forgets rows that were gathered early',
    edits: [
      [
        'src/codec/jpeg_write.c',
        'w->plane[i] + written * w->stride[i], w->rows[i]',
        'w->plane[i] + w->stride[i], w->rows[i]',
      ],
    ],
    says: /broken: abs\(/,
  },
  {
    target: 'write',
    fault: 'a run of alpha is one too long',
    edits: [
      [
        'src/codec/webp_alpha.c',
        'if (run < RUN_MIN) return (struct token){0, 0};',
        'if (run < RUN_MIN) return (struct token){0, 0};\n    if (run > 9) run++;',
      ],
    ],
    says: /broken: (alpha == frame|reader_frame)/,
  },
  {
    target: 'write',
    fault: 'the writer takes more memory than it said',
    edits: [['src/codec/png_write.c', '+ 3 * (row_bytes + slack_bytes)', '']],
    says: /broken: arena.peak_bytes <=/,
  },
  {
    target: 'job',
    fault: 'sniffing waits behind the end: INTERNAL',
    edits: [
      [
        'src/codec/sniff.c',
        'if (bytes < TH_SNIFF_BYTES && !closed)',
        'if (bytes < TH_SNIFF_BYTES)',
      ],
    ],
    says: /broken: o->status != TH_INTERNAL/,
  },
  {
    target: 'job',
    fault: 'the same, and the job does not see it',
    edits: [
      [
        'src/codec/sniff.c',
        'if (bytes < TH_SNIFF_BYTES && !closed)',
        'if (bytes < TH_SNIFF_BYTES)',
      ],
      ['src/job.c', 'status == TH_MORE_INPUT && job->in.closed', 'false'],
    ],
    says: /broken: !ended/,
  },
  {
    target: 'job',
    fault: 'the queue of the output is not freed',
    edits: [['src/job.c', 'th_output_free(&job->out);', '']],
    says: /broken: arena->used_bytes == 0/,
  },
  {
    target: 'job',
    fault: 'the job itself is not freed',
    edits: [
      [
        'src/job.c',
        '    th_arena_clear(&job->arena);\n    free(job);',
        '    th_arena_clear(&job->arena);',
      ],
    ],
    says: /LeakSanitizer: detected memory leaks/,
  },
  {
    target: 'job',
    fault: 'bytes that were pushed are not moved to the front',
    edits: [['src/bytes.c', 'memmove(in->base, in->base + in->start, ready);', '']],
    says: /broken: (a->status == b->status|a->out_bytes == b->out_bytes)/,
  },
  {
    target: 'job',
    fault: 'rows are lost where the output is full',
    edits: [
      [
        'src/pipeline.c',
        'TH_TRY(pipeline->sink->put(pipeline->sink, &band));',
        'if (th_output_ready(pipeline->out) < TH_OUT_WINDOW_BYTES / 2)\n            TH_TRY(pipeline->sink->put(pipeline->sink, &band));',
      ],
    ],
    says: /broken: (o->status != TH_INTERNAL|a->status == b->status)/,
  },
  {
    target: 'job',
    fault: 'a step is counted as work',
    edits: [
      [
        'src/job.c',
        'enum th_status status = run(job);',
        'enum th_status status = th_work_add(1u << 20);\n    if (status == TH_OK) status = run(job);',
      ],
    ],
    says: /broken: a->info.work == b->info.work/,
  },
  {
    target: 'job',
    fault: 'the plan forgets what the decoder takes',
    edits: [
      [
        'src/budget.c',
        'FIXED_BYTES + header->memory_bytes + writer->writer_memory(&encode)',
        'writer->writer_memory(&encode)',
      ],
    ],
    says: /broken: o->info.peak_memory_bytes <= memory_planned/,
  },
  {
    target: 'job',
    fault: 'an error without words',
    edits: [['src/job.c', 'memcpy(job->message, th_fail_message(), length + 1);', '(void)length;']],
    says: /broken: o->status == TH_DONE \|\| o->message\[0\]/,
  },
  {
    target: 'job',
    fault: 'an image wider than promised',
    edits: [
      [
        'src/codec/png_write.c',
        'put_u32be(ihdr, self->width);',
        'put_u32be(ihdr, self->width + 1);',
      ],
    ],
    says: /broken: seen.(status|out_bytes)/,
  },
  {
    target: 'job',
    fault: 'memory of a stage is taken for granted',
    edits: [
      [
        'src/stage/resample_weights.c',
        'if (!weights->start || !weights->used || !weights->weight || !exact) {',
        'if (false) {',
      ],
    ],
    says: /AddressSanitizer|runtime error/,
  },
];
