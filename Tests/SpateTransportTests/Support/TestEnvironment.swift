// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The resolver and the environment variables of the test process, set once before libcurl uses any.
enum TestEnvironment {
  /// What `https_proxy` names. It refuses every tunnel.
  static let proxy: LoopbackServer = {
    Resolver.install()
    let proxy = LoopbackServer(bytes: Answer.whole(status: "403 Forbidden"))
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "HTTPS_PROXY"] {
      unsetenv(name)
    }
    setenv("https_proxy", proxy.url(), 1)
    return proxy
  }()
}
