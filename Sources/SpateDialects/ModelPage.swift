// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

/// A page of a provider's list of models; for most providers the whole list.
public struct ModelPage: Sendable, Hashable {
  /// The models, in the provider's order.
  public var models: [ModelInfo]
  /// What the next page is asked for with, in the provider's form; nil when there is none.
  public var next: String?

  /// A page; without `next` it is the last one.
  public init(_ models: [ModelInfo], next: String? = nil) {
    self.models = models
    self.next = next
  }
}

/// Reads what lists of models have in common.
enum ModelListBody {
  static func value(_ body: [UInt8]) throws(SpateError) -> JSONValue {
    do throws(WireError) {
      return try JSONScanner.scan(body.span) { (json) throws(WireError) in json.value() }
    } catch {
      throw SpateError(.decode, "the list of models is no JSON: \(error)")
    }
  }

  /// The name of a page; a blank one is none.
  static func page(_ value: JSONValue?) -> String? { value?.string.flatMap { $0.isEmpty ? nil : $0 } }
}

/// A page as servers cut it: behind the model that the page before it ended with.
enum PageOfModels {
  /// No page is longer, whatever is asked for.
  private static let most = 1000

  /// The models behind the one with the id `last`, and whether there are more. A limit that is none counts as `usual`.
  static func after(
    _ last: String?, limit: String?, usual: Int, _ models: [ModelInfo]
  ) -> (page: [ModelInfo], rest: Bool) {
    let limit = min(max(limit.flatMap { Int($0) } ?? usual, 1), most)
    let start = last.map { last in models.firstIndex { $0.id == last }.map { $0 + 1 } ?? models.count } ?? 0
    let page = models[start...].prefix(limit)
    return (Array(page), page.endIndex < models.count)
  }
}
