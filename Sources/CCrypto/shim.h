// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <dlfcn.h>
#include <stddef.h>

// The functions of OpenSSL's libcrypto, loaded when a request is signed (docs/decisions/0017). Declared here as its manual
// does, SHA256_Init(3), EVP_sha256(3) and HMAC(3), which has not changed since 1.1: so no header of it is needed to build.
struct spate_crypto {
  unsigned char *(*sha256)(const unsigned char *message, size_t count, unsigned char *digest);
  const void *(*kind)(void);
  unsigned char *(*hmac)(
      const void *kind, const void *key, int key_count, const unsigned char *message, size_t count,
      unsigned char *digest, unsigned int *digest_count);
};

// Fills `crypto` from the library of this name. Null, or what is missing in the words of the system, to be copied before
// the thread's next call. The library stays for good: it frees what is its own when the process ends.
static inline const char *spate_crypto_load(const char *name, struct spate_crypto *crypto) {
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (!library) return dlerror();
  *(void **)&crypto->sha256 = dlsym(library, "SHA256");
  if (!crypto->sha256) return dlerror();
  *(void **)&crypto->kind = dlsym(library, "EVP_sha256");
  if (!crypto->kind) return dlerror();
  *(void **)&crypto->hmac = dlsym(library, "HMAC");
  return crypto->hmac ? 0 : dlerror();
}

// The message may be empty; `digest` takes 32 bytes. 0 where memory has run out.
static inline int spate_crypto_sha256(
    const struct spate_crypto *crypto, const void *message, size_t count, unsigned char *digest) {
  return crypto->sha256((const unsigned char *)message, count, digest) != 0;
}

static inline int spate_crypto_hmac(
    const struct spate_crypto *crypto, const void *key, size_t key_count, const void *message, size_t count,
    unsigned char *digest) {
  return crypto->hmac(
             crypto->kind(), key, (int)key_count, (const unsigned char *)message, count, digest, 0) != 0;
}
