// SPDX-License-Identifier: Apache-2.0

// What providers want back is saved as JSON text inside a string: a `Decoder` hands numbers over already parsed and
// members in any order, and these must come back as they were.

extension KeyedEncodingContainer {
  fileprivate mutating func encodeText(_ value: JSONValue?, forKey key: Key) throws {
    if let value { try encode(value.description, forKey: key) }
  }
}

extension KeyedDecodingContainer {
  /// Also the value itself, for whoever writes the form by hand.
  fileprivate func decodeText(forKey key: Key) throws -> JSONValue? {
    guard contains(key), try !decodeNil(forKey: key) else { return nil }
    let value = try decode(JSONValue.self, forKey: key)
    guard let text = value.string else { return value }
    do { return try JSONValue(parsing: text) } catch {
      throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "no JSON text: \(error)")
    }
  }
}

extension Seal: Codable {
  private enum CodingKeys: String, CodingKey { case dialect, signature, details }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: CodingKeys.self)
    dialect = try form.decodeIfPresent(DialectID.self, forKey: .dialect)
    signature = try form.decodeIfPresent(String.self, forKey: .signature)
    details = try form.decodeText(forKey: .details)
  }

  /// Writes the details as JSON text: not a byte of them changes.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: CodingKeys.self)
    try form.encodeIfPresent(dialect, forKey: .dialect)
    try form.encodeIfPresent(signature, forKey: .signature)
    try form.encodeText(details, forKey: .details)
  }
}

extension NativePart: Codable {
  private enum CodingKeys: String, CodingKey { case dialect, type, value }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: CodingKeys.self)
    dialect = try form.decode(DialectID.self, forKey: .dialect)
    type = try form.decode(String.self, forKey: .type)
    value = try form.decodeText(forKey: .value) ?? .null
  }

  /// Writes the part as JSON text.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: CodingKeys.self)
    try form.encode(dialect, forKey: .dialect)
    try form.encode(type, forKey: .type)
    try form.encodeText(value, forKey: .value)
  }
}

extension AnnotatedText: Codable {
  private enum CodingKeys: String, CodingKey { case text, citations, seal }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: CodingKeys.self)
    text = try form.decode(String.self, forKey: .text)
    citations = try form.decodeText(forKey: .citations)?.array ?? []
    seal = try form.decodeIfPresent(Seal.self, forKey: .seal)
  }

  /// Writes the citations as JSON text.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: CodingKeys.self)
    try form.encode(text, forKey: .text)
    if !citations.isEmpty { try form.encodeText(.array(citations), forKey: .citations) }
    try form.encodeIfPresent(seal, forKey: .seal)
  }
}

extension ProviderTool: Codable {
  private enum CodingKeys: String, CodingKey { case id, name, input, output, isError, choice, seal }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try form.decode(String.self, forKey: .id), name: try form.decode(String.self, forKey: .name),
      input: try form.decodeIfPresent(String.self, forKey: .input), output: try form.decodeText(forKey: .output),
      isError: try form.decodeIfPresent(Bool.self, forKey: .isError) ?? false,
      choice: try form.decodeIfPresent(Int.self, forKey: .choice) ?? 0, seal: try form.decode(Seal.self, forKey: .seal))
  }

  /// Writes its output as JSON text.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: CodingKeys.self)
    try form.encode(id, forKey: .id)
    try form.encode(name, forKey: .name)
    try form.encodeIfPresent(input, forKey: .input)
    try form.encodeText(output, forKey: .output)
    if isError { try form.encode(isError, forKey: .isError) }
    if choice != 0 { try form.encode(choice, forKey: .choice) }
    try form.encode(seal, forKey: .seal)
  }
}

extension Media: Codable {
  private enum CodingKeys: String, CodingKey { case url, base64, id, mediaType, name, detail, extra, seal }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: CodingKeys.self)
    if let text = try form.decodeIfPresent(String.self, forKey: .base64) {
      guard let bytes = Base64.decode(text) else {
        throw DecodingError.dataCorruptedError(forKey: .base64, in: form, debugDescription: "no base64")
      }
      source = .bytes(bytes)
    } else if let id = try form.decodeIfPresent(String.self, forKey: .id) {
      source = .id(id)
    } else {
      source = .url(try form.decode(String.self, forKey: .url))
    }
    mediaType = try form.decodeIfPresent(String.self, forKey: .mediaType)
    name = try form.decodeIfPresent(String.self, forKey: .name)
    detail = try form.decodeIfPresent(String.self, forKey: .detail)
    extra = try form.decodeText(forKey: .extra)?.object ?? [:]
    seal = try form.decodeIfPresent(Seal.self, forKey: .seal)
  }

  /// Writes bytes as base64, and fields without a name as JSON text.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: CodingKeys.self)
    switch source {
    case .url(let url): try form.encode(url, forKey: .url)
    case .bytes(let bytes): try form.encode(Base64.encode(bytes), forKey: .base64)
    case .id(let id): try form.encode(id, forKey: .id)
    }
    try form.encodeIfPresent(mediaType, forKey: .mediaType)
    try form.encodeIfPresent(name, forKey: .name)
    try form.encodeIfPresent(detail, forKey: .detail)
    if !extra.isEmpty { try form.encodeText(.object(extra), forKey: .extra) }
    try form.encodeIfPresent(seal, forKey: .seal)
  }
}
