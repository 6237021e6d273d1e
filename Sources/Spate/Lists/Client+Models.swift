// SPDX-License-Identifier: Apache-2.0

public import SpateCore
public import SpateDialects

extension Client {
  /// The models that a provider has now, by its own list and in its order.
  ///
  /// ```swift
  /// for model in try await client.models(of: .openRouter) { print(model.id, model.contextLength ?? 0) }
  /// ```
  ///
  /// One request; nothing is kept. Without `provider`, the client's own is asked.
  public func models(of provider: Provider? = nil, timeouts: Timeouts = Timeouts()) async throws -> [ModelInfo] {
    guard let provider = provider ?? self.provider else {
      throw SpateError(.badRequest, "whose models? Name the provider: client.models(of: .openAI)")
    }
    let dialect = try dialect(of: provider)
    let call = try PreparedCall(
      dialect.encodeModelList(for: provider), at: provider, dialect: WholeBodyDialect(base: dialect), isStream: false,
      client: self, timeouts: timeouts.over(self.timeouts))
    var body: [UInt8] = []
    for try await event in ResponseStream(StreamRun(.success(call))) {
      if case .raw(let raw) = event { body += raw.bytes }
    }
    do throws(SpateError) { return try dialect.decodeModelList(body) } catch { throw call.named(error) }
  }
}
