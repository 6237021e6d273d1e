// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// The media of one call that its client fetches, because who is asked takes their bytes only.
final class MediaStore: Sendable {
  private let rules: MediaFetching
  private let results = Lock<[String: Result<Media, SpateError>]>([:])

  init(_ rules: MediaFetching) { self.rules = rules }

  /// The addresses that were fetched already, whether they gave something or not: none is asked twice in a call.
  var known: Set<String> { results.withLock { Set($0.keys) } }

  /// Fetches them, all at once, and says when it is done: on the transport's thread, or here where there is nothing to do.
  /// Cancelling ends what runs, and is followed by `done` too.
  func fetch(
    _ urls: Set<String>, over transport: any Transport, done: @escaping @Sendable () -> Void
  ) -> MediaFetch {
    let fetch = MediaFetch(count: urls.count, done: done)
    for url in urls.sorted() {
      let download = MediaDownload(url, rules, transport) { [results] result in
        results.withLock { $0[url] = result }
        fetch.finished()
      }
      fetch.add(download)
      download.start()
    }
    return fetch
  }

  /// `request` with bytes in place of the addresses that `dialect` can not take.
  func fill(_ request: inout ChatRequest, _ dialect: any Dialect, _ provider: Provider) throws(SpateError) {
    guard request.messages.holdsWebAddresses else { return }
    for place in request.messages.indices {
      request.messages[place].content = try filled(request.messages[place].content, dialect, provider)
    }
  }

  private func filled(
    _ parts: [ContentPart], _ dialect: any Dialect, _ provider: Provider
  ) throws(SpateError) -> [ContentPart] {
    var filled: [ContentPart] = []
    for part in parts {
      if case .toolResult(var result) = part {
        result.content = try self.filled(result.content, dialect, provider)
        filled.append(.toolResult(result))
      } else if let url = part.webAddress, dialect.wantsBytes(of: part, for: provider) {
        filled.append(try self.part(part, url, provider))
      } else {
        filled.append(part)
      }
    }
    return filled
  }

  private func part(_ part: ContentPart, _ url: String, _ provider: Provider) throws(SpateError) -> ContentPart {
    guard rules.isOn else {
      throw SpateError(
        .badRequest, "\(provider.name) takes the bytes of media only, and the client fetches none: give the bytes")
    }
    // Nobody knew that its bytes would be wanted: who encodes it says that they are missing.
    guard let result = results.withLock({ $0[url] }) else { return part }
    let host = DisplayText.bounded(URLParts(url).host, limit: 100)
    switch result {
    case .success(let media):
      let whole = part.with(media)
      guard whole.isOfItsKind else {
        throw SpateError(.contentType, "what \(host) sent is \(DisplayText.bounded(media.mediaType ?? "", limit: 100))")
      }
      return whole
    case .failure(let error):
      // Another provider may take the address; the same one would fail in the same way.
      var failure = SpateError(error.code, "media from \(host): \(error.message)")
      (failure.status, failure.phase, failure.isRetryable) = (error.status, error.phase, false)
      throw failure
    }
  }
}

/// Several downloads.
final class MediaFetch: Transfer {
  private struct State {
    var missing: Int
    var downloads: [MediaDownload] = []
  }

  private let state: Lock<State>
  private let done: @Sendable () -> Void

  init(count: Int, done: @escaping @Sendable () -> Void) {
    state = Lock(State(missing: count))
    self.done = done
  }

  func add(_ download: MediaDownload) { state.withLock { $0.downloads.append(download) } }

  func finished() {
    let isLast = state.withLock { state in
      state.missing -= 1
      return state.missing == 0
    }
    if isLast { done() }
  }

  func resume() {}

  func cancel() { for download in state.withLock({ $0.downloads }) { download.cancel() } }
}

extension ContentPart {
  /// The media in it; nil in others.
  var media: Media? {
    switch self {
    case .image(let media), .file(let media), .audio(let media): media
    default: nil
    }
  }

  /// The address of its media, where it is on the web.
  var webAddress: String? {
    guard case .url(let url)? = media?.source else { return nil }
    let start = url.prefix(8).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://") ? url : nil
  }

  /// The same part with these bytes.
  fileprivate func with(_ fetched: Media) -> ContentPart {
    guard var media else { return self }
    media.source = fetched.source
    media.mediaType = media.mediaType ?? fetched.mediaType
    return switch self {
    case .image: .image(media)
    case .audio: .audio(media)
    default: .file(media)
    }
  }

  /// Whether the bytes are what the part says.
  fileprivate var isOfItsKind: Bool {
    guard let type = media?.mediaType else { return false }
    return switch self {
    case .image: type.hasPrefix("image/")
    case .audio: type.hasPrefix("audio/") || type == "video/mp4" || type == "video/webm"
    default: true
    }
  }
}

extension [Message] {
  /// Whether any media in them are on the web: mostly none are.
  var holdsWebAddresses: Bool { contains { $0.content.holdWebAddresses } }

  /// The addresses of media that `wants` wants the bytes of.
  func webAddresses(where wants: (ContentPart) -> Bool) -> Set<String> {
    var found: Set<String> = []
    func look(_ parts: [ContentPart]) {
      for part in parts {
        if case .toolResult(let result) = part { look(result.content) }
        if let url = part.webAddress, wants(part) { found.insert(url) }
      }
    }
    for message in self { look(message.content) }
    return found
  }
}

extension [ContentPart] {
  fileprivate var holdWebAddresses: Bool {
    contains { part in
      if case .text = part { return false }
      if case .toolResult(let result) = part { return result.content.holdWebAddresses }
      return part.webAddress != nil
    }
  }
}
