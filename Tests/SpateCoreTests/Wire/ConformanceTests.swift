// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

/// The shared corpora (../shared/conformance). Nothing of them is part of this repository.
@Suite(.enabled(if: Shared.hasConformance, "the folder \(Shared.folder)/conformance is absent"))
struct ConformanceTests {
  @Test func P2_SSECases() throws {
    let lines = try Shared.bytes("conformance/sse/cases.jsonl").split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 96)
    for line in lines {
      let test = try JSONValue(parsing: Array(line))
      let name = try #require(test["name"]?.string)
      let body = try Shared.base64(#require(test["input_base64"]?.string))
      let run = Splits.sameForAll(body) { SSERun($0) }
      let events = run.items.filter { if case .event = $0 { true } else { false } }
      let expected = try #require(test["expect"]?.array).map { event in
        SSERun.Item.event(
          event["data"]?.string ?? "", type: event["event"]?.string ?? "", id: event["id"]?.string ?? "")
      }
      #expect(events.map(Self.repaired) == expected, "\(name)")
      #expect(String(decoding: run.lastEventID, as: UTF8.self) == test["last_event_id"]?.string, "\(name)")
      #expect(run.retry == test["retry"]?.int, "\(name)")
      #expect(SSEReference.run(body) == run, "\(name)")
    }
  }

  /// The cases expect text: ill-formed bytes as U+FFFD.
  private static func repaired(_ item: SSERun.Item) -> SSERun.Item {
    guard case .event(let type, let data, let id) = item else { return item }
    func text(_ bytes: [UInt8]) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }
    return .event(type: text(type), data: text(data), id: text(id))
  }

  @Test func P1_JSONTestSuite() throws {
    let names = try Shared.names(in: "conformance/json").filter { $0.hasSuffix(".json") }
    var counts: [Substring: Int] = [:]
    for name in names {
      let bytes = try Shared.bytes("conformance/json/\(name)")
      let accepts = JSONScannerTests.accepts(bytes)
      switch name.prefix(2) {
      case "y_": #expect(accepts, "\(name)")
      case "n_": #expect(!accepts, "\(name)")
      default: #expect(accepts == Self.accepted[String(name.dropLast(5))], "\(name)")
      }
      counts[name.prefix(2), default: 0] += 1
    }
    #expect(counts == ["y_": 95, "n_": 188, "i_": 35])
    #expect(Self.accepted.count == 35)
  }

  /// Our answers where RFC 8259 leaves the choice: lone surrogate escapes and numbers of any size are taken; UTF-16, a
  /// byte order mark, ill-formed UTF-8 and too deep nesting are not.
  private static let accepted = [
    "i_number_double_huge_neg_exp": true,
    "i_number_huge_exp": true,
    "i_number_neg_int_huge_exp": true,
    "i_number_pos_double_huge_exp": true,
    "i_number_real_neg_overflow": true,
    "i_number_real_pos_overflow": true,
    "i_number_real_underflow": true,
    "i_number_too_big_neg_int": true,
    "i_number_too_big_pos_int": true,
    "i_number_very_big_negative_int": true,
    "i_object_key_lone_2nd_surrogate": true,
    "i_string_1st_surrogate_but_2nd_missing": true,
    "i_string_1st_valid_surrogate_2nd_invalid": true,
    "i_string_UTF-16LE_with_BOM": false,
    "i_string_UTF-8_invalid_sequence": false,
    "i_string_UTF8_surrogate_U+D800": false,
    "i_string_incomplete_surrogate_and_escape_valid": true,
    "i_string_incomplete_surrogate_pair": true,
    "i_string_incomplete_surrogates_escape_valid": true,
    "i_string_invalid_lonely_surrogate": true,
    "i_string_invalid_surrogate": true,
    "i_string_invalid_utf-8": false,
    "i_string_inverted_surrogates_U+1D11E": true,
    "i_string_iso_latin_1": false,
    "i_string_lone_second_surrogate": true,
    "i_string_lone_utf8_continuation_byte": false,
    "i_string_not_in_unicode_range": false,
    "i_string_overlong_sequence_2_bytes": false,
    "i_string_overlong_sequence_6_bytes": false,
    "i_string_overlong_sequence_6_bytes_null": false,
    "i_string_truncated-utf-8": false,
    "i_string_utf16BE_no_BOM": false,
    "i_string_utf16LE_no_BOM": false,
    "i_structure_500_nested_arrays": false,
    "i_structure_UTF-8_BOM_empty_object": false,
  ]
}
