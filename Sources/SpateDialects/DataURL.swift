// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Bytes inside an address: `data:image/png;base64,...` (RFC 2397).
struct DataURL {
  let bytes: [UInt8]
  let mediaType: String

  /// Nil for any other address, and for one that is not in base64 or names no type.
  init?(_ address: String) {
    guard address.hasPrefix("data:"), let comma = address.firstIndex(of: ",") else { return nil }
    let head = address[..<comma].dropFirst("data:".count)
    guard head.hasSuffix(";base64"), let bytes = Base64.decode(address[address.index(after: comma)...]) else {
      return nil
    }
    mediaType = String(head.dropLast(";base64".count))
    self.bytes = bytes
    if mediaType.isEmpty { return nil }
  }
}
