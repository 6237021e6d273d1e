// SPDX-License-Identifier: Apache-2.0
#pragma once
// First, because event2/event-config.h defines _GNU_SOURCE: seen after it, this module would get another fd_set than
// the Glibc module has, and a debug build fails. Any libc header fixes the feature macros for good.
#include <sys/types.h>
#include <event2/event.h>
#include <event2/util.h>
