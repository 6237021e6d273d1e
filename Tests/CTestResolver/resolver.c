// SPDX-License-Identifier: Apache-2.0
#include "resolver.h"

static spate_test_lookup hook;

void spate_test_set_lookup(spate_test_lookup lookup) { hook = lookup; }

#ifdef __linux__
#include <dlfcn.h>
#include <netdb.h>
#include <stddef.h>

typedef int (*lookup_function)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
  if (name && hook && hook(name)) return EAI_NONAME;
  lookup_function next = (lookup_function)dlsym(((void *)-1L) /* RTLD_NEXT */, "getaddrinfo");
  return next ? next(name, service, hints, result) : EAI_FAIL;
}
#endif
