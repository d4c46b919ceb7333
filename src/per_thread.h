/* per_thread.h - the storage class of the core's few mutable statics.
 *
 * Natively jobs may run on several threads. A Wasm instance has one, and there a
 * thread-local variable would only cost a base register. */
#ifndef TH_PER_THREAD_H
#define TH_PER_THREAD_H

#ifdef __wasm__
#define TH_PER_THREAD static
#else
#define TH_PER_THREAD static _Thread_local
#endif

#endif
