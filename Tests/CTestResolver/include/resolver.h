// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tests' own getaddrinfo, which libcurl finds before the C library's. Written in C because Swift gives its symbols
// a visibility with which the linker does not let them replace a library's.

/// Called with each name before it is looked up. When it returns non-zero, the name is unknown.
typedef int (*spate_test_lookup)(const char *name);

/// Set it before the first lookup.
void spate_test_set_lookup(spate_test_lookup lookup);
