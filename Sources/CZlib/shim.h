// SPDX-License-Identifier: Apache-2.0
#pragma once
// First, so that the libc types belong to Swift's module of it (see CEvent).
#include <sys/types.h>
#include <zlib.h>

// A macro, which Swift does not see.
static inline int spate_inflate_init(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
