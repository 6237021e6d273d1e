// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// What has no schema that can be found out: the error says where, and what to do.
@Suite struct JSONSchemaProblemTests {
  private func message(_ make: () throws -> JSONValue) -> String {
    do {
      return "no error: \(try make())"
    } catch let error as SpateError {
      return "\(error.code): \(error.message)"
    } catch { return "another error: \(error)" }
  }

  @Test func strictSchemasHaveNoDictionaries() {
    struct Counts: Decodable { var counts: [String: Int] }
    #expect(message { try JSONSchema.of(Counts.self, isStrict: true) }.contains("Counts.counts"))
  }

  enum Plain: String, Decodable { case a, b }
  enum Cases: Decodable, CaseIterable { case a, b }
  enum Payload: Decodable { case number(Int), word(String) }
  final class Loop: Decodable { var next: [Loop] }

  struct Validated: Decodable {
    init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      guard Int(text) != nil else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(text) is no number"))
      }
    }
  }

  struct Pair: Decodable {
    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      _ = try list.decode(Int.self)
      _ = try list.decode(Int.self)
    }
  }

  struct Heir: Decodable {
    enum Keys: String, CodingKey { case a }
    init(from decoder: any Decoder) throws {
      _ = try String(from: try decoder.container(keyedBy: Keys.self).superDecoder())
    }
  }

  struct Either: Decodable {
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      _ = try value.decode(Int.self)
      _ = try value.decode(String.self)
    }
  }

  struct Unsampled: Decodable, JSONSchemaProviding {
    static let jsonSchema: JSONValue = ["type": "string"]
    init(from decoder: any Decoder) throws { _ = try Validated(from: decoder) }
  }

  struct Misdescribed: Decodable, JSONSchemaDescribing {
    var a: Int
    static let schemaDescriptions = ["b": "no such key"]
  }

  struct Holder<Value: Decodable>: Decodable { var inner: [Value] }

  @Test func whatHasNoSchemaSaysWhereAndWhatToDo() {
    func problem<Value: Decodable>(_ type: Value.Type) -> String {
      let text = message { try JSONSchema.of(Holder<Value>.self) }
      #expect(text.hasPrefix("bad_request: ") && text.contains(".inner"), "\(text)")
      return text
    }
    #expect(problem(Plain.self).contains("CaseIterable"))
    #expect(problem(Cases.self).contains("Cases: String"))
    #expect(problem(Payload.self).contains("values beside its cases"))
    #expect(problem(Loop.self).contains("contains itself"))
    #expect(problem(Validated.self).contains("refuses empty values"))
    #expect(problem(Pair.self).contains("tuple"))
    #expect(problem(Heir.self).contains("superDecoder"))
    #expect(problem(Either.self).contains("several shapes"))
    #expect(problem(Unsampled.self).contains("examples"))
    #expect(problem(Misdescribed.self).contains("b, which is no key"))
    #expect(problem([Int: String].self).contains("keys of a dictionary"))
    #expect(message { try JSONSchema.of(Loop.self) }.contains("Loop.next"))
  }
}
