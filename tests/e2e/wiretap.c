/* Preloaded into a node by canary.py: writes down what the node hands to TLS and gets from it, and what it
 * compresses into a package and gets out of one. WIRETAP is the file that it appends to; WIRETAP_STOPS
 * ("w1,c2,d*") names calls at which the process stops itself, so that the test can look at it at that very
 * moment.
 *
 * A record: kind (1 byte), stream (8), bytes (4), then the bytes; numbers in the machine's order. Kinds: r
 * and w, read and written through TLS; c, to be compressed; d, decompressed; h, to be hashed with a key, as
 * pathways are; s, stops, with the call's name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zstd.h>

static int tap = -1;
static char stops[256];
static atomic_int calls[128];

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("WIRETAP");
  const char* wanted = getenv("WIRETAP_STOPS");
  if (path) tap = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  snprintf(stops, sizeof stops, ",%s,", wanted ? wanted : "");
}

static void put(char kind, const void* stream, const void* bytes, size_t size) {
  uint64_t name = (uint64_t)(uintptr_t)stream;
  uint32_t length = (uint32_t)size;
  struct iovec parts[] = {{&kind, 1}, {&name, sizeof name}, {&length, sizeof length}, {(void*)bytes, size}};
  if (tap >= 0 && writev(tap, parts, 4) < 0) abort(); /* a tap that misses something would find nothing */
}

static void note(char kind, const void* stream, const void* bytes, size_t size) {
  char call[32], every[] = {',', kind, '*', ',', 0};
  if (size == 0) return;
  put(kind, stream, bytes, size);
  snprintf(call, sizeof call, ",%c%d,", kind, atomic_fetch_add(&calls[(int)kind], 1) + 1);
  if (!strstr(stops, call) && !strstr(stops, every)) return;
  put('s', NULL, call + 1, strlen(call) - 2);
  raise(SIGSTOP);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int SSL_read(void* session, void* bytes, int size) {
  int got = REAL(SSL_read)(session, bytes, size);
  if (got > 0) note('r', session, bytes, (size_t)got);
  return got;
}

int SSL_read_ex(void* session, void* bytes, size_t size, size_t* got) {
  int good = REAL(SSL_read_ex)(session, bytes, size, got);
  if (good > 0) note('r', session, bytes, *got);
  return good;
}

int SSL_write(void* session, const void* bytes, int size) {
  int put_bytes = REAL(SSL_write)(session, bytes, size);
  if (put_bytes > 0) note('w', session, bytes, (size_t)put_bytes);
  return put_bytes;
}

int SSL_write_ex(void* session, const void* bytes, size_t size, size_t* put_bytes) {
  int good = REAL(SSL_write_ex)(session, bytes, size, put_bytes);
  if (good > 0) note('w', session, bytes, *put_bytes);
  return good;
}

size_t ZSTD_compressStream2(ZSTD_CCtx* context, ZSTD_outBuffer* out, ZSTD_inBuffer* in,
                            ZSTD_EndDirective how) {
  size_t from = in->pos;
  size_t left = REAL(ZSTD_compressStream2)(context, out, in, how);
  note('c', context, (const char*)in->src + from, in->pos - from);
  return left;
}

size_t ZSTD_decompressStream(ZSTD_DCtx* context, ZSTD_outBuffer* out, ZSTD_inBuffer* in) {
  size_t from = out->pos;
  size_t hint = REAL(ZSTD_decompressStream)(context, out, in);
  note('d', context, (const char*)out->dst + from, out->pos - from);
  return hint;
}

int crypto_auth_hmacsha256_update(void* state, const unsigned char* bytes, unsigned long long size) {
  note('h', state, bytes, size);
  return REAL(crypto_auth_hmacsha256_update)(state, bytes, size);
}
