// SPDX-License-Identifier: Apache-2.0

import SpateCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The figures of `Thresholds/wire.json` that a run must not exceed.
struct Thresholds {
  /// The largest ratio per doubling of the input.
  var linearRatio: Double
  /// Nanoseconds of CPU an event, by the name of the measurement.
  var costs: [String: Double]
  /// What a view may cost, as a multiple of `stream.text` over the same answer.
  var views: [String: Double]

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable(path: path) }
    let value = try JSONValue(parsing: Array(data))
    guard let ratio = value["linearRatio"]?.double, let costs = value["nanosecondsPerEvent"]?.object,
      let views = value["timesTextView"]?.object
    else { throw Unreadable(path: path) }
    linearRatio = ratio
    self.costs = Self.figures(costs)
    self.views = Self.figures(views)
  }

  private static func figures(_ object: JSONObject) -> [String: Double] {
    Dictionary(object.members.compactMap { key, value in value.double.map { (key, $0) } }) { $1 }
  }

  struct Unreadable: Error {
    var path: String
  }
}
