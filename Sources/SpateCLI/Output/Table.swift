// SPDX-License-Identifier: Apache-2.0

/// Rows of words in columns.
struct Table {
  private let rows: [[String]]

  init(_ rows: [[String]]) { self.rows = rows }

  /// One line a row, without spaces at its end. Nothing of it can steer a terminal.
  var text: String {
    let rows = rows.map { $0.map(TerminalFilter.line) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      return String(padded.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  func print() { StandardStream.output.write(text) }
}
