// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The paths of Bedrock's runtime: `/model/MODEL/converse`.
///
/// The model is percent-encoded, its colon and slashes too, as AWS's own tools do it: the signature is over this form.
struct BedrockPath {
  var model: String
  /// What is asked of the model: `converse`, `invoke`, ...
  var operation: String

  init(model: String, operation: String) {
    self.model = model
    self.operation = operation
  }

  /// The path of a request; nil for any other path.
  init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard parts.count >= 3, parts[parts.count - 3] == "model", let model = Self.decoded(parts[parts.count - 2]) else {
      return nil
    }
    self.init(model: model, operation: String(parts[parts.count - 1]))
  }

  /// Throws for names that a URL can not hold.
  func text() throws(SpateError) -> String {
    guard !model.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    // A path with dots only would be another path.
    guard model != ".", model != ".." else { throw SpateError(.badRequest, "\(model) is no model") }
    return "/model/\(Self.encoded(model))/\(operation)"
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
