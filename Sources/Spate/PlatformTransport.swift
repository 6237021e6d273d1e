// SPDX-License-Identifier: Apache-2.0

internal import SpateTransport

/// The transport of this platform.
enum PlatformTransport {
  #if canImport(CCurl)
    static let shared: any Transport = CurlTransport.shared
  #elseif canImport(Darwin)
    static let shared: any Transport = URLSessionTransport.shared
  #else
    #error("Spate has no transport for this platform")
  #endif
}
