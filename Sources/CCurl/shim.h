// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <dlfcn.h>
#if __has_include(<curl/curl.h>)
#include <curl/curl.h>
#else
#error "Spate needs the headers of libcurl: apt install libcurl4-openssl-dev, dnf install libcurl-devel"
#endif

#if LIBCURL_VERSION_NUM < 0x075700
#error "Spate needs the headers of libcurl 7.87 or later (CURLOPT_QUICK_EXIT)"
#endif

// The functions of libcurl, which is not linked but loaded when a request needs it (docs/decisions/0017). So a function
// that is not in this table does not link.
struct spate_curl {
  __typeof__(curl_global_init) *global_init;
  __typeof__(curl_version_info) *version_info;
  __typeof__(curl_easy_init) *easy_init;
  __typeof__(curl_easy_reset) *easy_reset;
  __typeof__(curl_easy_cleanup) *easy_cleanup;
  __typeof__(curl_easy_pause) *easy_pause;
  __typeof__(curl_easy_setopt) *easy_setopt;
  __typeof__(curl_easy_getinfo) *easy_getinfo;
  __typeof__(curl_slist_append) *slist_append;
  __typeof__(curl_slist_free_all) *slist_free_all;
  __typeof__(curl_multi_init) *multi_init;
  __typeof__(curl_multi_cleanup) *multi_cleanup;
  __typeof__(curl_multi_setopt) *multi_setopt;
  __typeof__(curl_multi_add_handle) *multi_add_handle;
  __typeof__(curl_multi_remove_handle) *multi_remove_handle;
  __typeof__(curl_multi_socket_action) *multi_socket_action;
  __typeof__(curl_multi_info_read) *multi_info_read;
};

// Fills `curl` from the library of this name. Null, or what is missing in the words of the system, to be copied before
// the thread's next call. The library stays for good: its threads and its handles at exit may outlive every user.
static inline const char *spate_curl_load(const char *name, struct spate_curl *curl) {
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (!library) return dlerror();
#define SPATE_FIND(function) \
  if (!(curl->function = (__typeof__(curl->function))dlsym(library, "curl_" #function))) return dlerror()
  SPATE_FIND(global_init);
  SPATE_FIND(version_info);
  SPATE_FIND(easy_init);
  SPATE_FIND(easy_reset);
  SPATE_FIND(easy_cleanup);
  SPATE_FIND(easy_pause);
  SPATE_FIND(easy_setopt);
  SPATE_FIND(easy_getinfo);
  SPATE_FIND(slist_append);
  SPATE_FIND(slist_free_all);
  SPATE_FIND(multi_init);
  SPATE_FIND(multi_cleanup);
  SPATE_FIND(multi_setopt);
  SPATE_FIND(multi_add_handle);
  SPATE_FIND(multi_remove_handle);
  SPATE_FIND(multi_socket_action);
  SPATE_FIND(multi_info_read);
#undef SPATE_FIND
  return 0;
}

static inline CURL *spate_curl_easy_init(const struct spate_curl *curl) { return curl->easy_init(); }
static inline void spate_curl_easy_reset(const struct spate_curl *curl, CURL *easy) { curl->easy_reset(easy); }
static inline void spate_curl_easy_cleanup(const struct spate_curl *curl, CURL *easy) { curl->easy_cleanup(easy); }

// After a pause; may call back before it returns.
static inline CURLcode spate_curl_continue(const struct spate_curl *curl, CURL *easy) {
  return curl->easy_pause(easy, CURLPAUSE_CONT);
}

static inline struct curl_slist *spate_curl_append(
    const struct spate_curl *curl, struct curl_slist *list, const char *line) {
  return curl->slist_append(list, line);
}

static inline void spate_curl_free(const struct spate_curl *curl, struct curl_slist *list) {
  curl->slist_free_all(list);
}

static inline CURLM *spate_curl_multi_init(const struct spate_curl *curl) { return curl->multi_init(); }

static inline CURLMcode spate_curl_multi_cleanup(const struct spate_curl *curl, CURLM *multi) {
  return curl->multi_cleanup(multi);
}

static inline CURLMcode spate_curl_multi_add(const struct spate_curl *curl, CURLM *multi, CURL *easy) {
  return curl->multi_add_handle(multi, easy);
}

static inline CURLMcode spate_curl_multi_remove(const struct spate_curl *curl, CURLM *multi, CURL *easy) {
  return curl->multi_remove_handle(multi, easy);
}

static inline CURLMcode spate_curl_multi_act(
    const struct spate_curl *curl, CURLM *multi, curl_socket_t socket, int events, int *running) {
  return curl->multi_socket_action(multi, socket, events, running);
}

static inline CURLMsg *spate_curl_multi_read(const struct spate_curl *curl, CURLM *multi, int *left) {
  return curl->multi_info_read(multi, left);
}

// Swift imports no variadic function, so each kind of argument gets a door of its own.

static inline CURLcode spate_curl_set_long(const struct spate_curl *curl, CURL *easy, CURLoption option, long value) {
  return curl->easy_setopt(easy, option, value);
}

static inline CURLcode spate_curl_set_offset(
    const struct spate_curl *curl, CURL *easy, CURLoption option, curl_off_t value) {
  return curl->easy_setopt(easy, option, value);
}

static inline CURLcode spate_curl_set_string(
    const struct spate_curl *curl, CURL *easy, CURLoption option, const char *value) {
  return curl->easy_setopt(easy, option, value);
}

static inline CURLcode spate_curl_set_bytes(
    const struct spate_curl *curl, CURL *easy, CURLoption option, const void *value) {
  return curl->easy_setopt(easy, option, value);
}

static inline CURLcode spate_curl_set_list(
    const struct spate_curl *curl, CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl->easy_setopt(easy, option, value);
}

typedef size_t (*spate_curl_bytes_callback)(char *bytes, size_t one, size_t count, void *context);
typedef int (*spate_curl_request_callback)(void *context, char *remote, char *local, int remote_port, int local_port);

static inline CURLcode spate_curl_on_body(
    const struct spate_curl *curl, CURL *easy, spate_curl_bytes_callback callback, void *context) {
  CURLcode code = curl->easy_setopt(easy, CURLOPT_WRITEDATA, context);
  return code ? code : curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
}

static inline CURLcode spate_curl_on_header(
    const struct spate_curl *curl, CURL *easy, spate_curl_bytes_callback callback, void *context) {
  CURLcode code = curl->easy_setopt(easy, CURLOPT_HEADERDATA, context);
  return code ? code : curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
}

static inline CURLcode spate_curl_on_request(
    const struct spate_curl *curl, CURL *easy, spate_curl_request_callback callback, void *context) {
  CURLcode code = curl->easy_setopt(easy, CURLOPT_PREREQDATA, context);
  return code ? code : curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

// A program that the process starts meanwhile must not inherit the socket: it would hold the connection open after we
// closed it. libcurl itself sets close-on-exec only since 8.15.
static inline curl_socket_t spate_curl_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)context;
  (void)purpose;
#ifdef SOCK_CLOEXEC  // <sys/socket.h> comes with curl.h
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
  curl_socket_t opened = socket(address->family, address->socktype, address->protocol);
  if (opened >= 0) (void)fcntl(opened, F_SETFD, FD_CLOEXEC);
  return opened;
#endif
}

static inline CURLcode spate_curl_close_on_exec(const struct spate_curl *curl, CURL *easy) {
  return curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, spate_curl_open_socket);
}

static inline CURLcode spate_curl_on_open_socket(
    const struct spate_curl *curl, CURL *easy, curl_opensocket_callback callback, void *context) {
  CURLcode code = curl->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
  return code ? code : curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

// The bytes of an address of version 4 or 6, and their number; 0 for any other. By their places in Linux's structures:
// with <netinet/in.h> here, its types would become this module's instead of Glibc's, for everybody.
static inline int spate_curl_address(const struct curl_sockaddr *place, unsigned char *bytes) {
  const unsigned char *address = (const unsigned char *)&place->addr;
  if (place->family == AF_INET && place->addrlen >= 16) {
    __builtin_memcpy(bytes, address + 4, 4);
    return 4;
  }
  if (place->family == AF_INET6 && place->addrlen >= 28) {
    __builtin_memcpy(bytes, address + 8, 16);
    return 16;
  }
  return 0;
}

static inline CURLMcode spate_curl_multi_set_long(
    const struct spate_curl *curl, CURLM *multi, CURLMoption option, long value) {
  return curl->multi_setopt(multi, option, value);
}

static inline CURLMcode spate_curl_multi_on_socket(
    const struct spate_curl *curl, CURLM *multi, curl_socket_callback callback, void *context) {
  CURLMcode code = curl->multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  return code ? code : curl->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

static inline CURLMcode spate_curl_multi_on_timer(
    const struct spate_curl *curl, CURLM *multi, curl_multi_timer_callback callback, void *context) {
  CURLMcode code = curl->multi_setopt(multi, CURLMOPT_TIMERDATA, context);
  return code ? code : curl->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}

static inline CURLcode spate_curl_get_socket(const struct spate_curl *curl, CURL *easy, curl_socket_t *socket) {
  return curl->easy_getinfo(easy, CURLINFO_ACTIVESOCKET, socket);
}

// Bytes of the body as they came, before they are inflated.
static inline CURLcode spate_curl_get_received(const struct spate_curl *curl, CURL *easy, curl_off_t *count) {
  return curl->easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, count);
}

// The result sits in a union.
static inline CURLcode spate_curl_result(const CURLMsg *message) { return message->data.result; }

// Macros with casts, which Swift does not import.
static inline CURLcode spate_curl_global_init(const struct spate_curl *curl) {
  return curl->global_init(CURL_GLOBAL_DEFAULT);
}
static inline const curl_version_info_data *spate_curl_version(const struct spate_curl *curl) {
  return curl->version_info(CURLVERSION_NOW);
}
static const size_t spate_curl_write_pause = CURL_WRITEFUNC_PAUSE;
// Linux's POLLRDHUP, which glibc's headers hide from Swift.
static const short spate_poll_peer_closed = 0x2000;
static const curl_socket_t spate_curl_no_socket = CURL_SOCKET_TIMEOUT;
static const curl_socket_t spate_curl_bad_socket = CURL_SOCKET_BAD;
