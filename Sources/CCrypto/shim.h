// SPDX-License-Identifier: Apache-2.0
#pragma once
// First, so that the libc types belong to Swift's module of it (see CEvent).
#include <sys/types.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

// The message may be empty; `digest` takes 32 bytes.
static inline int spate_sha256(const void *message, size_t count, unsigned char *digest) {
  return SHA256((const unsigned char *)message, count, digest) != 0;
}

static inline int spate_hmac_sha256(
    const void *key, size_t key_count, const void *message, size_t count, unsigned char *digest) {
  return HMAC(EVP_sha256(), key, (int)key_count, (const unsigned char *)message, count, digest, 0) != 0;
}
