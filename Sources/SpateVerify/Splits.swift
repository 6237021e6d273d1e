// SPDX-License-Identifier: Apache-2.0

/// The ways to cut a body into network reads that promises P2 and P3 name.
enum Splits {
  /// Calls `body` with the whole, each cut into two with an empty piece between, and single bytes with and without empty
  /// pieces between. Returns how many there were.
  static func forEach(of bytes: [UInt8], _ body: (_ name: String, _ pieces: [ArraySlice<UInt8>]) -> Void) -> Int {
    body("whole", [bytes[...]])
    for cut in 0...bytes.count {
      body("cut at \(cut)", [bytes[..<cut], bytes[cut...]])
      body("cut at \(cut) with an empty piece", [bytes[..<cut], [], bytes[cut...]])
    }
    let single = bytes.indices.map { bytes[$0...$0] }
    body("byte by byte", single)
    body("byte by byte with empty pieces", single.flatMap { [[], $0] })
    return 2 * bytes.count + 5
  }
}
