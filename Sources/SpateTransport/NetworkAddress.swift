// SPDX-License-Identifier: Apache-2.0

/// The address of a machine, and what can be said of it without asking anybody.
package struct NetworkAddress: Sendable, Hashable {
  /// Four or sixteen bytes, in the order of the network.
  package let bytes: [UInt8]

  /// An address of version 4 or 6; nil for any other number of bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Whether it is one of the public internet, by the registries of special addresses (IANA). What another network stands
  /// behind is not, even where the address inside would be: mapped and compatible ones, 6to4, Teredo, NAT64.
  package var isPublic: Bool { bytes.count == 4 ? isPublicFour : isPublicSix }

  private var isPublicFour: Bool {
    let number = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return !Self.special.contains { number >> (32 - $0.bits) == $0.prefix >> (32 - $0.bits) }
  }

  private static func range(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ bits: UInt32) -> (
    prefix: UInt32, bits: UInt32
  ) { (a << 24 | b << 16 | c << 8 | d, bits) }

  private static let special: [(prefix: UInt32, bits: UInt32)] = [
    range(0, 0, 0, 0, 8), range(10, 0, 0, 0, 8), range(100, 64, 0, 0, 10), range(127, 0, 0, 0, 8),
    // Link-local: the metadata of most clouds.
    range(169, 254, 0, 0, 16), range(172, 16, 0, 0, 12), range(192, 0, 0, 0, 24), range(192, 0, 2, 0, 24),
    range(192, 88, 99, 0, 24), range(192, 168, 0, 0, 16), range(198, 18, 0, 0, 15), range(198, 51, 100, 0, 24),
    range(203, 0, 113, 0, 24), range(224, 0, 0, 0, 4), range(240, 0, 0, 0, 4),
    // Azure's agent of the machine, at an address that looks public.
    range(168, 63, 129, 16, 32),
  ]

  /// Of all of version 6 only 2000::/3 is given out for the internet, and of that not all.
  private var isPublicSix: Bool {
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    let first = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    let second = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    // Protocols (Teredo, ORCHID, ...), documentation twice, 6to4.
    if first == 0x2001 && second < 0x0200 || first == 0x2001 && second == 0x0DB8 { return false }
    return first != 0x2002 && !(first == 0x3FFF && second < 0x1000)
  }
}

/// Which machines a request may be sent to, asked for each address when its socket is opened: no name that resolves to
/// something else a moment later gets round it (trust.md S20).
package struct AddressPolicy: Sendable {
  package let allows: @Sendable (NetworkAddress) -> Bool

  /// As `allows` says.
  package init(_ allows: @escaping @Sendable (NetworkAddress) -> Bool) { self.allows = allows }

  /// The public internet only.
  package static let publicOnly = AddressPolicy { $0.isPublic }
}
