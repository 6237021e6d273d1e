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
  /// Milliseconds of CPU for 100,000 deltas of one character, each followed by a typed reading.
  var partial: [String: Double]

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable(path: path) }
    let value = try JSONValue(parsing: Array(data))
    guard let ratio = value["linearRatio"]?.double, let costs = value["nanosecondsPerEvent"]?.object,
      let views = value["timesTextView"]?.object, let partial = value["millisecondsFor100000Deltas"]?.object
    else { throw Unreadable(path: path) }
    linearRatio = ratio
    self.costs = Self.figures(costs)
    self.views = Self.figures(views)
    self.partial = Self.figures(partial)
  }

  private static func figures(_ object: JSONObject) -> [String: Double] {
    Dictionary(object.members.compactMap { key, value in value.double.map { (key, $0) } }) { $1 }
  }

  struct Unreadable: Error {
    var path: String
  }
}
