// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

/// How deep containers may lie in each other, in each way of going through them.
@Suite struct JSONScannerDepthTests {
  enum Way: CaseIterable { case skip, value, begin, slice }

  /// Goes through nested containers in one of the ways there are.
  static func error(_ bytes: [UInt8], _ way: Way) -> WireError? {
    do throws(WireError) {
      switch way {
      case .skip: try JSONScanner.validate(bytes.span)
      case .value: _ = try JSONValue(parsing: bytes.span)
      case .slice: _ = try JSONScanner.scan(bytes.span) { $0.slice() }
      case .begin:
        try JSONScanner.scan(bytes.span) { (json) throws(WireError) in
          var areObjects: [Bool] = []
          while true {
            if json.beginArray() {
              guard json.nextElement() else { break }
              areObjects.append(false)
            } else if json.beginObject() {
              guard json.nextKey() != nil else { break }
              areObjects.append(true)
            } else {
              json.skip()
              break
            }
          }
          while let isObject = areObjects.popLast() { _ = isObject ? json.nextKey() != nil : json.nextElement() }
        }
      }
    } catch { return error }
    return nil
  }

  static func nested(_ depth: Int, _ open: String, _ close: String, _ inner: String = "") -> [UInt8] {
    Array((String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)).utf8)
  }

  @Test(arguments: Way.allCases) func S21_depthLimit(_ way: Way) {
    for (open, close, inner) in [("[", "]", ""), ("{\"a\":", "}", "1"), ("[{\"a\":", "}]", "1")] {
      let perUnit = open.hasPrefix("[{") ? 2 : 1
      #expect(Self.error(Self.nested(256 / perUnit, open, close, inner), way) == nil)
    }
    #expect(Self.error(Self.nested(255, "[", "]"), way) == nil)
    #expect(Self.error(Self.nested(257, "[", "]"), way) == .limit(.depth, 256))
    #expect(Self.error(Self.nested(257, "{\"a\":", "}", "1"), way) == .limit(.depth, 256))
    #expect(Self.error(Self.nested(256, "[", "]", "{}"), way) == .limit(.depth, 256))
  }

  @Test func S21_depthCountsWhatAReaderHasOpen() {
    func error(_ depth: Int) -> WireError? {
      let text = Array("{\"a\":".utf8) + Self.nested(depth, "[", "]") + Array("}".utf8)
      do throws(WireError) {
        try JSONScanner.scan(text.span) { json in
          guard json.beginObject() else { return }
          while json.nextKey() != nil { json.skip() }
        }
      } catch { return error }
      return nil
    }
    #expect(error(255) == nil)
    #expect(error(256) == .limit(.depth, 256))
  }

  @Test(arguments: Way.allCases) func S22_bracketsOnASmallStack(_ way: Way) throws {
    for depth in [100_000, 2_000_000] {
      for open in ["[", "{\"\":", "[{\"\":"] {
        let text = Array(String(repeating: open, count: depth).utf8)
        #expect(try onSmallStack { Self.error(text, way) } == .limit(.depth, 256))
      }
    }
  }
}
