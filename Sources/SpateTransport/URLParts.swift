// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a transport has to know about a URL, read strictly: what two parsers could read in two ways is a problem.
package struct URLParts: Sendable {
  /// Why the URL must not be used, as the end of a sentence that starts with "the URL", or nil.
  package let problem: String?
  /// Without brackets and port, in lower case. Empty when there is a problem.
  package let host: String
  /// Nil where the URL names none.
  package let port: UInt16?

  package init(_ url: String) {
    do throws(Problem) {
      (host, port) = try Self.authority(of: url)
      problem = nil
    } catch {
      (host, port) = ("", nil)
      problem = error.text
    }
  }

  /// Whether the host is this machine by its name or address alone: such requests never go to a proxy (trust.md S13).
  package var isLoopback: Bool {
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    if name == "localhost" || name.hasSuffix(".localhost") { return true }
    var four = in_addr()
    // Not inet_pton: resolvers also read the short forms, such as 127.1.
    if inet_aton(name, &four) != 0 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    var six = in6_addr()
    guard inet_pton(AF_INET6, name, &six) == 1 else { return false }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return bytes == [UInt8](repeating: 0, count: 15) + [1] || isMapped && bytes[12] == 127
  }

  private struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  private static func authority(of url: String) throws(Problem) -> (host: String, port: UInt16?) {
    let bytes = Array(url.utf8)
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
      throw Problem("holds a space, a control character, a backslash or text that is not percent-encoded")
    }
    let start = bytes.span.startsIgnoringCase(with: "http://") ? 7 : 8
    guard start == 7 || bytes.span.startsIgnoringCase(with: "https://") else {
      throw Problem("is not an absolute http or https URL")
    }
    guard !bytes.contains(UInt8(ascii: "#")) else { throw Problem("has a fragment") }
    let authority = bytes[start...].prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    guard !authority.contains(UInt8(ascii: "@")) else { throw Problem("holds user information") }
    // A percent-encoded host would be decoded later, behind the back of every check made here.
    guard !authority.contains(UInt8(ascii: "%")) else { throw Problem("has an encoded host") }

    let host: ArraySlice<UInt8>
    var rest: ArraySlice<UInt8>
    if authority.first == UInt8(ascii: "[") {
      guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { throw Problem("has a broken address") }
      host = authority[(authority.startIndex + 1)..<close]
      rest = authority[(close + 1)...]
    } else {
      host = authority.prefix { $0 != UInt8(ascii: ":") }
      rest = authority[host.endIndex...]
    }
    guard !host.isEmpty else { throw Problem("has no host") }
    var port: UInt16?
    if let separator = rest.popFirst() {
      guard separator == UInt8(ascii: ":"), rest.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let number = UInt16(String(decoding: rest, as: UTF8.self)), number > 0
      else { throw Problem("has a port that is not one") }
      port = number
    }
    return (String(decoding: host, as: UTF8.self).lowercased(), port)
  }
}
