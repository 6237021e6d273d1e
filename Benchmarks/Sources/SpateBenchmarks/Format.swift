// SPDX-License-Identifier: Apache-2.0

enum Format {
  /// With this many digits after the point.
  static func number(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let sign = value < 0 ? "-" : ""
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    guard digits > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % scale)
    return "\(sign)\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
