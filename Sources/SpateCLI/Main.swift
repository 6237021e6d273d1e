// SPDX-License-Identifier: Apache-2.0

import SpateCore

@main struct Main {
  static func main() {
    var framer = SSEFramer()
    var cursor = SSEFramer.Cursor()
    let sample = Array("data: Spate frames\ndata: this.\n\n".utf8)
    do {
      while let item = try framer.next(sample.span, &cursor) {
        if case .event = item { print(String(decoding: framer.data, as: UTF8.self)) }
      }
    } catch { print(error) }
  }
}
