// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// AWS's request signature, version 4, by its documented algorithm ("Create a signed AWS API request").
///
/// The host, the content type and every field of AWS's own are signed, and the body by its hash.
struct SignatureV4 {
  let credentials: AWSCredentials
  /// `us-east-1`, ...
  let region: String
  /// `bedrock`, ...
  let service: String

  private static let algorithm = "AWS4-HMAC-SHA256"

  /// Adds the signature to `fields`. `time` is in seconds since 1970; AWS refuses what is off by five minutes. Throws
  /// where the machine has no library to sign with.
  func sign(
    _ fields: inout HTTPFields, method: String, url: String, body: [UInt8], time: Int
  ) throws(SpateError) {
    let digest = try SHA256Digest()
    let stamp = Self.stamp(time)
    fields["X-Amz-Date"] = stamp
    if let token = credentials.sessionToken { fields["X-Amz-Security-Token"] = token }
    let target = Target(url)
    let signed = self.signed(fields, host: target.host)
    let names = signed.map(\.name).joined(separator: ";")
    let canonical =
      [method, target.path, target.query]
      + signed.map { "\($0.name):\($0.value)" } + ["", names, digest.hash(body).hexadecimal]
    let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
    let text = [
      Self.algorithm, stamp, scope,
      digest.hash(Array(canonical.joined(separator: "\n").utf8)).hexadecimal,
    ].joined(separator: "\n")
    let signature = digest.hmac(
      Array(text.utf8), key: key(day: String(stamp.prefix(8)), digest)
    ).hexadecimal
    fields["Authorization"] =
      "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
  }

  /// The key of a day, a region and a service.
  func key(day: String, _ digest: SHA256Digest) -> [UInt8] {
    [day, region, service, "aws4_request"].reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) { key, word in
      digest.hmac(Array(word.utf8), key: key)
    }
  }

  /// By name; values without spaces at their ends, runs of spaces as one.
  private func signed(_ fields: HTTPFields, host: String) -> [(name: String, value: String)] {
    var values: [String: [String]] = ["host": [host]]
    for field in fields.fields {
      let name = field.name.lowercased()
      guard name == "content-type" || name.hasPrefix("x-amz-") else { continue }
      values[name, default: []].append(field.value.split(separator: " ").joined(separator: " "))
    }
    return values.map { (name: $0.key, value: $0.value.joined(separator: ",")) }.sorted { $0.name < $1.name }
  }

  /// `20150830T123600Z`
  static func stamp(_ time: Int) -> String {
    // RFC 3339 without its marks.
    CivilTime(seconds: time).rfc3339.filter { $0 != "-" && $0 != ":" }
  }

  /// The parts of a URL in their canonical form.
  private struct Target {
    let host: String
    let path: String
    let query: String

    init(_ url: String) {
      let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
      let rest = url[start...]
      let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      let queryStart = rest.firstIndex(of: "?") ?? rest.endIndex
      // A usual port is not sent, so it is not signed either.
      let authority = rest[..<pathStart].lowercased()
      let port = url.lowercased().hasPrefix("https:") ? ":443" : ":80"
      host = authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
      // What is encoded already is encoded once more: only S3 has it otherwise.
      let path = rest[pathStart..<queryStart]
      self.path = path.isEmpty ? "/" : Self.encoded(Array(path.utf8), keepsSlash: true)
      var pairs: [(name: String, value: String)] = []
      for pair in rest[queryStart...].dropFirst().split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? Self.encoded(Self.decoded(parts[1])) : ""
        pairs.append((Self.encoded(Self.decoded(parts[0])), value))
      }
      pairs.sort { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
      query = pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    private static func encoded(_ bytes: [UInt8], keepsSlash: Bool = false) -> String {
      var text = ""
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "~"):
          text.unicodeScalars.append(Unicode.Scalar(byte))
        case UInt8(ascii: "/") where keepsSlash: text += "/"
        default: text += "%" + [byte].hexadecimal.uppercased()
        }
      }
      return text
    }

    private static func decoded(_ text: Substring) -> [UInt8] {
      var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return bytes
    }
  }
}
