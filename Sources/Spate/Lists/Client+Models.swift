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
  /// A request for each page, of which there are at most a hundred; nothing is kept. Without `provider`, the client's own
  /// is asked. What the list does not say about a model is in ``ModelInfo/assumedCapabilities``, by its profile.
  public func models(
    of provider: Provider? = nil, timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) async throws -> [ModelInfo] {
    guard let provider = provider ?? self.provider else {
      throw SpateError(.badRequest, "whose models? Name the provider: client.models(of: .openAI)")
    }
    var models: [ModelInfo] = []
    var pages: Set<String> = []
    var next: String?
    repeat {
      let page = try await modelPage(next, of: provider, timeouts, recovery)
      models += page.models
      next = page.next
      guard let next else { break }
      guard pages.insert(next).inserted, pages.count < Self.pageLimit else {
        let what = pages.count < Self.pageLimit ? "names a page twice" : "has more than \(Self.pageLimit) pages"
        var error = SpateError(.protocol, "the list of models of \(provider.name) \(what)")
        error.provider = provider.id
        throw error
      }
    } while true
    return models.map { described($0, at: provider) }
  }

  private static let pageLimit = 100

  private func modelPage(
    _ page: String?, of provider: Provider, _ timeouts: Timeouts, _ recovery: Recovery
  ) async throws -> ModelPage {
    let dialect = try dialect(of: provider)
    let timeouts = timeouts.over(self.timeouts).over(.standard(isStream: false))
    let call = try PreparedCall(
      dialect.encodeModelList(for: provider, page: page), at: provider, dialect: WholeBodyDialect(base: dialect),
      isStream: false, client: self, timeouts: timeouts)
    let plan = CallPlan(
      targets: [Candidate("", provider: provider)], recovery: recovery.over(self.recovery), timeouts: timeouts,
      client: self, asking: .call(call))
    var body: [UInt8] = []
    for try await event in ResponseStream(StreamRun(plan)) {
      if case .raw(let raw) = event { body += raw.bytes }
    }
    do throws(SpateError) { return try dialect.decodeModelList(body) } catch { throw call.named(error) }
  }

  private func described(_ model: ModelInfo, at provider: Provider) -> ModelInfo {
    let profile = profile(of: model.id, at: provider)
    var model = model
    model.assumedCapabilities = profile.capabilities.beyond(model.capabilities)
    return model
  }
}
