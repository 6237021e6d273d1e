// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "Spate needs the headers of libcurl 7.87 or later (CURLOPT_QUICK_EXIT)"
#endif

// Swift imports no variadic function, so each kind of argument gets a door of its own. The parentheses round the name
// step past curl's type-checking macros, which do not see through a parameter.

static inline CURLcode spate_curl_set_long(CURL *easy, CURLoption option, long value) {
  return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode spate_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode spate_curl_set_string(CURL *easy, CURLoption option, const char *value) {
  return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode spate_curl_set_bytes(CURL *easy, CURLoption option, const void *value) {
  return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode spate_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return (curl_easy_setopt)(easy, option, value);
}

typedef size_t (*spate_curl_bytes_callback)(char *bytes, size_t one, size_t count, void *context);
typedef int (*spate_curl_request_callback)(void *context, char *remote, char *local, int remote_port, int local_port);

static inline CURLcode spate_curl_on_body(CURL *easy, spate_curl_bytes_callback callback, void *context) {
  CURLcode code = (curl_easy_setopt)(easy, CURLOPT_WRITEDATA, context);
  return code ? code : (curl_easy_setopt)(easy, CURLOPT_WRITEFUNCTION, callback);
}

static inline CURLcode spate_curl_on_header(CURL *easy, spate_curl_bytes_callback callback, void *context) {
  CURLcode code = (curl_easy_setopt)(easy, CURLOPT_HEADERDATA, context);
  return code ? code : (curl_easy_setopt)(easy, CURLOPT_HEADERFUNCTION, callback);
}

static inline CURLcode spate_curl_on_request(CURL *easy, spate_curl_request_callback callback, void *context) {
  CURLcode code = (curl_easy_setopt)(easy, CURLOPT_PREREQDATA, context);
  return code ? code : (curl_easy_setopt)(easy, CURLOPT_PREREQFUNCTION, callback);
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

static inline CURLcode spate_curl_close_on_exec(CURL *easy) {
  return (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETFUNCTION, spate_curl_open_socket);
}

static inline CURLcode spate_curl_on_open_socket(CURL *easy, curl_opensocket_callback callback, void *context) {
  CURLcode code = (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETDATA, context);
  return code ? code : (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
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

static inline CURLMcode spate_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}

static inline CURLMcode spate_curl_multi_on_socket(CURLM *multi, curl_socket_callback callback, void *context) {
  CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, context);
  return code ? code : (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

static inline CURLMcode spate_curl_multi_on_timer(CURLM *multi, curl_multi_timer_callback callback, void *context) {
  CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, context);
  return code ? code : (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, callback);
}

static inline CURLcode spate_curl_get_socket(CURL *easy, curl_socket_t *socket) {
  return (curl_easy_getinfo)(easy, CURLINFO_ACTIVESOCKET, socket);
}

// Bytes of the body as they came, before they are inflated.
static inline CURLcode spate_curl_get_received(CURL *easy, curl_off_t *count) {
  return (curl_easy_getinfo)(easy, CURLINFO_SIZE_DOWNLOAD_T, count);
}

// The result sits in a union.
static inline CURLcode spate_curl_result(const CURLMsg *message) { return message->data.result; }

// Macros with casts, which Swift does not import.
static inline CURLcode spate_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
static inline const curl_version_info_data *spate_curl_version(void) { return curl_version_info(CURLVERSION_NOW); }
static const size_t spate_curl_write_pause = CURL_WRITEFUNC_PAUSE;
static const int spate_curl_continue = CURLPAUSE_CONT;
// Linux's POLLRDHUP, which glibc's headers hide from Swift.
static const short spate_poll_peer_closed = 0x2000;
static const curl_socket_t spate_curl_no_socket = CURL_SOCKET_TIMEOUT;
static const curl_socket_t spate_curl_bad_socket = CURL_SOCKET_BAD;
