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
  /// Nothing is kept. Without `provider`, the client's own is asked.
  public func models(
    of provider: Provider? = nil, timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) async throws -> [ModelInfo] {
    guard let provider = provider ?? self.provider else {
      throw SpateError(.badRequest, "whose models? Name the provider: client.models(of: .openAI)")
    }
    let dialect = try dialect(of: provider)
    let timeouts = timeouts.over(self.timeouts).over(.standard(isStream: false))
    let call = try PreparedCall(
      dialect.encodeModelList(for: provider), at: provider, dialect: WholeBodyDialect(base: dialect), isStream: false,
      client: self, timeouts: timeouts)
    let plan = CallPlan(
      targets: [Candidate("", provider: provider)], recovery: recovery.over(self.recovery), timeouts: timeouts,
      client: self, prepare: { (_, _) throws(SpateError) in call })
    var body: [UInt8] = []
    for try await event in ResponseStream(StreamRun(plan)) {
      if case .raw(let raw) = event { body += raw.bytes }
    }
    do throws(SpateError) { return try dialect.decodeModelList(body) } catch { throw call.named(error) }
  }
}
