// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCLI

@Suite struct PiecesTests {
  @Test(arguments: 0...12)
  func piecesCoverTheBodyOnce(size: Int) {
    for count in 0...11 {
      let pieces = Array(Pieces([UInt8](repeating: 0, count: count), size: size))
      #expect(pieces.flatMap { Array($0) } == Array(0..<count))
      #expect(pieces.allSatisfy { !$0.isEmpty && (size == 0 || $0.count <= size) })
    }
  }
}
