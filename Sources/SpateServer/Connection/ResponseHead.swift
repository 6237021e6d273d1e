// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The head of a response: the handler's status and fields, and our framing of the body.
struct ResponseHead {
  /// How the body's end is found.
  enum Framing {
    case length(Int)
    case chunked
    /// The body ends with the connection.
    case close
    /// The status has no body (RFC 9110, 6.4.1).
    case none
  }

  let status: Int
  let fields: HTTPFields
  let framing: Framing
  let version: HTTPVersion
  let keepsAlive: Bool

  /// Whether the head can be sent: a line end in a field would forge another one (trust.md G14).
  static func isValid(status: Int, fields: HTTPFields) -> Bool {
    (200...599).contains(status)
      && fields.fields.allSatisfy { HTTPFields.isValid(name: $0.name) && HTTPFields.isValid(value: $0.value) }
  }

  static func hasBody(status: Int) -> Bool { status != 204 && status != 304 }

  func append(to queue: inout OutputQueue) {
    queue.append("HTTP/1.1 ")
    queue.append(decimal: status)
    queue.append(" ")
    queue.append(Self.phrase(status))
    queue.append("\r\n")
    for field in fields.fields where !Self.isOurs(field.name) {
      queue.append(field.name)
      queue.append(": ")
      queue.append(field.value)
      queue.append("\r\n")
    }
    switch framing {
    case .length(let count):
      queue.append("Content-Length: ")
      queue.append(decimal: count)
      queue.append("\r\n")
    case .chunked: queue.append("Transfer-Encoding: chunked\r\n")
    case .close, .none: break
    }
    if !keepsAlive {
      queue.append("Connection: close\r\n")
    } else if version == .http10 {
      queue.append("Connection: keep-alive\r\n")
    }
    queue.append("\r\n")
  }

  /// Fields that say how the message is framed. A handler that wants to lie about them writes raw.
  private static func isOurs(_ name: String) -> Bool {
    switch name.utf8.count {
    case 10: name.lowercased() == "connection"
    case 14: name.lowercased() == "content-length"
    case 17: name.lowercased() == "transfer-encoding"
    default: false
    }
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Status"
    }
  }
}
