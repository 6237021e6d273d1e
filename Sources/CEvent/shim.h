// SPDX-License-Identifier: Apache-2.0
#pragma once
// First, because event2/event-config.h defines _GNU_SOURCE: seen after it, this module would get another fd_set than
// the Glibc module has, and a debug build fails. Any libc header fixes the feature macros for good.
#include <sys/types.h>
#include <event2/event.h>
#include <event2/util.h>

#ifdef __linux__
// Declared by hand: <sys/socket.h> shows it only under _GNU_SOURCE, and included here its types would become this
// module's instead of Glibc's.
struct sockaddr;
int accept4(int listener, struct sockaddr *address, unsigned int *length, int flags);

// The next client's socket, close-on-exec from the start, so that no program started meanwhile inherits it.
static inline int spate_accept(int listener) { return accept4(listener, 0, 0, 02000000 /* SOCK_CLOEXEC */); }
#endif
