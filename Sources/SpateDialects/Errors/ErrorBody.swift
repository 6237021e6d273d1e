// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What a provider says when it fails, in any of the shapes that providers use: an object `error` with `message`,
/// `type` and `code`, a string or a list in its place, `message` or `detail` at the top, all of it wrapped in an
/// array, a web page, or plain text.
struct ErrorBody {
  /// The provider's words.
  var message: String?
  /// Its code, else its type.
  var code: String?
  var type: String?
  /// The provider's id of the request, where the body has it (Anthropic).
  var requestID: String?
  /// The status that the body names, if it names one.
  var namedStatus: Int?
  /// Whether the body says of itself that it is an error.
  private(set) var isNamed = false
  /// Google's finer reason, and its hint when to try again.
  private var reason: String?
  private var retryAfter: Duration?
  private let bytes: [UInt8]
  private let context: ResponseContext

  init(_ bytes: [UInt8], context: ResponseContext) {
    self.bytes = bytes
    self.context = context
    do throws(WireError) {
      let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
      read(try JSONScanner.scan(text.span) { (json) throws(WireError) in json.value() })
    } catch { readText() }
    if type == nil, let name = context.errorType {
      // `ns#ThrottlingException:http://internal.amazon.com/...`
      type = name.prefix { $0 != ":" }.split(separator: "#").last.map(String.init)
    }
  }

  /// From a value that was found inside an event.
  init(_ value: JSONValue, context: ResponseContext) {
    bytes = value.bytes
    self.context = context
    read(value)
  }

  /// The error of a response whose status says that it is one.
  var error: SpateError { make(status: context.status, isInStream: false) }

  /// The error inside a 200: its type or code stand for the status (rule C5).
  var inStream: SpateError { make(status: namedStatus, isInStream: true) }

  // MARK: Shapes

  private mutating func read(_ value: JSONValue) {
    if case .array(let list) = value {
      if let first = list.first { read(first) }
      return
    }
    if let text = value.string { message = text }
    guard let object = value.object else { return }
    requestID = object["request_id"]?.string
    takeNames(object)
    isNamed = object["error"].map { !$0.isNull } ?? false
    switch object["error"] {
    case .object(let inner)?:
      takeNames(inner)
      takeDetails(inner["details"])
    case .string(let text)?: message = text
    case .array(let list)?: message = list.compactMap { $0.string ?? $0["message"]?.string }.joined(separator: "; ")
    default: break
    }
    if message == nil { message = Self.words(object["detail"]) }
  }

  private mutating func takeNames(_ object: JSONObject) {
    if let words = Self.words(object["message"] ?? object["Message"]) { message = words }
    if let raw = object["metadata"]?["raw"]?.string, let message, !raw.isEmpty, message.utf8.count < 64 {
      // OpenRouter: "Provider returned error", and the provider's own words beside it.
      self.message = "\(message): \(raw)"
    }
    if let type = object["type"]?.string ?? object["error_type"]?.string ?? object["status"]?.string {
      self.type = type
    }
    if let code = object["code"] {
      self.code = code.string ?? code.int.map(String.init) ?? self.code
    }
    let status = object["status_code"]?.int ?? object["raw_status_code"]?.int ?? object["status"]?.int
    if let status = status ?? object["code"]?.int ?? object["code"]?.string.flatMap({ Int($0) }),
      (400..<600).contains(status)
    {
      namedStatus = status
    }
  }

  /// Google's `details`: a list of messages that name their type.
  private mutating func takeDetails(_ details: JSONValue?) {
    for detail in details?.array ?? [] {
      let type = detail["@type"]?.string ?? ""
      if type.hasSuffix("google.rpc.ErrorInfo"), let word = detail["reason"]?.string { reason = word }
      if type.hasSuffix("google.rpc.RetryInfo"), let text = detail["retryDelay"]?.string, text.hasSuffix("s"),
        let seconds = Double(text.dropLast()), seconds > 0, seconds < 31_536_000
      {
        retryAfter = .milliseconds(Int64((seconds * 1000).rounded(.up)))
      }
    }
  }

  /// `detail` and `message` are text, an object with text, or FastAPI's list of objects with `msg`.
  private static func words(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let text)?: text
    case .object(let object)?: words(object["message"] ?? object["detail"] ?? object["error"]) ?? value?.description
    case .array(let list)?:
      list.compactMap { $0.string ?? $0["msg"]?.string ?? $0["message"]?.string }.joined(separator: "; ")
    default: nil
    }
  }

  private mutating func readText() {
    let text = bytes.span.decodedString()
    guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return }
    message = first == "<" ? Self.title(of: bytes) ?? text : text
  }

  /// The title of a web page.
  static func title(of page: [UInt8]) -> String? {
    let text = page.span.decodedString()
    guard let open = text.range(ofASCII: "<title"), let start = text[open.upperBound...].firstIndex(of: ">"),
      let close = text[start...].range(ofASCII: "</title")
    else { return nil }
    let title = text[text.index(after: start)..<close.lowerBound]
    let words = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? nil : words
  }

  // MARK: The error

  private func make(status: Int?, isInStream: Bool) -> SpateError {
    let names = [reason, code, type].compactMap { $0?.lowercased() }
    let named = names.lazy.compactMap(ErrorClass.init(name:)).first
    let byStatus = status.flatMap(ErrorClass.init(status:))
    let byWords = ErrorClass(words: message ?? "")
    let code = ErrorClass.resolve(status: byStatus, name: named, words: byWords).code
    let words = DisplayText.bounded(message ?? "")
    var error = SpateError(code, words.isEmpty ? Self.fallback(status) : words)
    error.status = status ?? (isInStream ? named?.status : nil)
    error.providerCode = (self.code ?? type).map { DisplayText.bounded($0, limit: 200) }
    error.provider = context.provider
    error.retryAfter = retryAfter
    error.requestID = requestID.map { DisplayText.bounded($0, limit: 200) }
    error.body = Array(bytes.prefix(64 << 10))
    // Trust.md 1.3: 408, 409, 425, 429 and every 5xx; 451 and other 4xx never.
    if let status, !isInStream {
      error.isRetryable = code != .quota && ([408, 409, 425, 429].contains(status) || (500..<600).contains(status))
    }
    return error
  }

  private static func fallback(_ status: Int?) -> String {
    status.map { "the provider answered with status \($0) and no words" } ?? "the provider reported an error"
  }
}

extension StringProtocol {
  /// The first place of `text`, in any case of its letters.
  fileprivate func range(ofASCII text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      var place = start
      var matches = true
      for character in text {
        guard place < endIndex, self[place].lowercased() == String(character) else {
          matches = false
          break
        }
        place = index(after: place)
      }
      if matches { return start..<place }
      start = index(after: start)
    }
    return nil
  }
}
