// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateServer

/// What a parser makes of bytes, in a form that compares.
enum Parsed: Hashable, CustomStringConvertible {
  case request(line: String, fields: [String], body: String, keepsAlive: Bool)
  case refused(Int, String)

  init(_ request: ServerRequest) {
    self = .request(
      line: "\(request.method) \(request.target) \(request.version)",
      fields: request.fields.fields.map { "\($0.name)=\($0.value)" },
      body: String(decoding: request.body, as: UTF8.self), keepsAlive: request.keepsAlive)
  }

  var body: String? {
    if case .request(_, _, let body, _) = self { body } else { nil }
  }

  var status: Int? {
    if case .refused(let status, _) = self { status } else { nil }
  }

  var description: String {
    switch self {
    case .request(let line, let fields, let body, let keepsAlive): "\(line) \(fields) \(body.prefix(80)) \(keepsAlive)"
    case .refused(let status, let reason): "\(status) \(reason)"
    }
  }
}

/// Feeds pieces as a connection does, until the first refusal.
func parse(_ pieces: some Sequence<[UInt8]>, limits: RequestLimits = RequestLimits()) -> [Parsed] {
  var parser = RequestParser(limits: limits)
  var parsed: [Parsed] = []
  for piece in pieces {
    var start = 0
    repeat {
      let (outcome, used) = parser.feed(piece.span.extracting(start...))
      start += used
      switch outcome {
      case .more: break
      case .request(let request): parsed.append(Parsed(request))
      case .refused(let refusal): return parsed + [.refused(refusal.status, refusal.reason)]
      }
    } while start < piece.count
  }
  return parsed
}

func parse(_ text: String, limits: RequestLimits = RequestLimits()) -> [Parsed] {
  parse([Array(text.utf8)], limits: limits)
}

func byByte(_ bytes: [UInt8], limits: RequestLimits = RequestLimits()) -> [Parsed] {
  parse(bytes.lazy.map { [$0] }, limits: limits)
}
