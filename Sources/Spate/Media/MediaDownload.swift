// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport

/// One download: an address, the redirects behind it, and the bytes at their end.
///
/// Each hop is a request of its own, with the checks of the first: nothing is followed inside the transport.
final class MediaDownload: ByteSink, Transfer {
  private struct State {
    var url: String
    var hops = 0
    var head: HTTPHead?
    var bytes: [UInt8] = []
    var failure: SpateError?
    var transfer: (any Transfer)?
    var clock: (any Transfer)?
    var isOver = false
  }

  private let rules: MediaFetching
  private let transport: any Transport
  private let state: Lock<State>
  private let done: @Sendable (Result<Media, SpateError>) -> Void

  init(
    _ url: String, _ rules: MediaFetching, _ transport: any Transport,
    done: @escaping @Sendable (Result<Media, SpateError>) -> Void
  ) {
    self.rules = rules
    self.transport = transport
    self.done = done
    state = Lock(State(url: url))
  }

  func start() {
    let clock = transport.schedule(after: rules.timeout) { [weak self] in
      self?.stop(SpateError(timeout: .total, after: self?.rules.timeout ?? .zero))
    }
    state.withLock { $0.clock = clock }
    next()
  }

  // MARK: Hops

  private func next() {
    let url = state.withLock { $0.url }
    let parts = URLParts(url)
    if let problem = parts.problem { return stop(SpateError(.badRequest, "the address of media \(problem)")) }
    if let hosts = rules.hosts, !hosts.contains(parts.host) {
      return stop(SpateError(.badRequest, "media are not fetched from \(shown(parts.host)): it is not among the hosts"))
    }
    guard transport.guardsAddresses else {
      let message = "this transport can not tell whom it connects to, so that nothing is fetched: give the bytes"
      return stop(SpateError(.badRequest, message))
    }
    // No key, no cookie, no referrer; and not compressed.
    var request = HTTPRequest(method: "GET", url: url, fields: ["Accept": "*/*", "User-Agent": "spate"])
    request.addresses = rules.addresses
    let transfer = transport.start(request, sink: self)
    let isOver = state.withLock { state in
      if !state.isOver, state.url == url { state.transfer = transfer }
      return state.isOver
    }
    if isOver { transfer.cancel() }
  }

  private func stop(_ error: SpateError) {
    let transfer = state.withLock { state -> (any Transfer)? in
      if state.failure == nil { state.failure = error }
      return state.transfer
    }
    if let transfer { transfer.cancel() } else { conclude(.failure(error)) }
  }

  private func conclude(_ result: Result<Media, SpateError>) {
    let (isFirst, clock) = state.withLock { state in
      defer { state.isOver = true }
      return (!state.isOver, state.clock.take())
    }
    clock?.cancel()
    if isFirst { done(result) }
  }

  private func shown(_ host: String) -> String { DisplayText.bounded(host, limit: 100) }

  // MARK: Transfer

  func resume() {}

  func cancel() { stop(SpateError(.cancelled, "the call was cancelled")) }

  // MARK: ByteSink, on the transport's thread

  func head(_ head: HTTPHead) { state.withLock { $0.head = head } }

  func body(_ bytes: Span<UInt8>) -> Demand {
    let limit = rules.limit
    var piece: [UInt8] = []
    piece.append(bytes)
    let isTooLarge = state.withLock { state in
      guard let status = state.head?.status, (200..<300).contains(status) else { return false }
      let isTooLarge = state.bytes.count + piece.count > limit
      if isTooLarge { state.bytes = [] } else { state.bytes += piece }
      return isTooLarge
    }
    if isTooLarge { stop(SpateError(.tooLarge, "media of more than \(limit) bytes")) }
    return .more
  }

  func turnEnded() {}

  func end(_ result: Result<Void, TransportError>) {
    let (url, head, bytes, failure) = state.withLock { state in
      state.transfer = nil
      return (state.url, state.head, state.bytes, state.failure)
    }
    if let failure { return conclude(.failure(failure)) }
    if case .failure(let error) = result { return conclude(.failure(SpateError(transport: error))) }
    guard let head else { return conclude(.failure(SpateError(.connect, "there was no answer"))) }
    if [301, 302, 303, 307, 308].contains(head.status), let place = head.fields["Location"] {
      return follow(place, from: url)
    }
    guard (200..<300).contains(head.status) else {
      var error = SpateError(head.status == 404 ? .notFound : .badRequest, "the answer is status \(head.status)")
      error.status = head.status
      return conclude(.failure(error))
    }
    conclude(Self.media(bytes, declared: head.fields["Content-Type"], url: url))
  }

  private func follow(_ place: String, from url: String) {
    let next = Self.resolved(place, from: url)
    if url.lowercased().hasPrefix("https:"), !next.lowercased().hasPrefix("https:") {
      return conclude(.failure(SpateError(.redirect, "an https address leads to one that is not")))
    }
    let mayFollow = state.withLock { state in
      state.hops += 1
      (state.url, state.head, state.bytes) = (next, nil, [])
      return state.hops <= rules.redirects
    }
    guard mayFollow else { return conclude(.failure(SpateError(.redirect, "more than \(rules.redirects) redirects"))) }
    self.next()
  }

  /// Where a redirect leads. What is no plain form of an address is found out by the checks of the next hop.
  static func resolved(_ place: String, from url: String) -> String {
    let place = String(place.prefix { $0 != "#" })
    if place.contains("://") { return place }
    guard let scheme = url.firstRange(of: "://") else { return place }
    if place.hasPrefix("//") { return "\(url[..<scheme.lowerBound]):\(place)" }
    let rest = url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    let origin = "\(url[..<scheme.upperBound])\(host)"
    if place.hasPrefix("/") { return origin + place }
    let path = rest[host.endIndex...].prefix { $0 != "?" }
    if place.hasPrefix("?") { return "\(origin)\(path)\(place)" }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
    return origin + folder + place
  }

  /// The type is what the bytes say, else what the server says.
  static func media(_ bytes: [UInt8], declared: String?, url: String) -> Result<Media, SpateError> {
    guard !bytes.isEmpty else { return .failure(SpateError(.badRequest, "the answer is empty")) }
    let declared = declared.map { String($0.prefix { $0 != ";" && $0 != " " }).lowercased() }
    guard let type = MediaType.detected(in: bytes) ?? declared ?? MediaType.named(url), !type.isEmpty else {
      return .failure(SpateError(.contentType, "nothing says what kind of media it is"))
    }
    return .success(.bytes(bytes, mediaType: type))
  }
}
