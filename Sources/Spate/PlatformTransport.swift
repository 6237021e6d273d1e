// SPDX-License-Identifier: Apache-2.0

internal import SpateTransport

/// The transport of this platform.
enum PlatformTransport {
  #if canImport(CCurl)
    static let shared: any Transport = CurlTransport.shared
  #else
    #error("the URLSession transport for Apple platforms is not written yet: see CHANGELOG.md")
  #endif
}
