// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateCLI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The built `spate decode`, run as its users run it.
@Suite(.timeLimit(.minutes(10))) struct DecodeRunTests {
  @Test(arguments: ["0", "1", "7", "100000"])
  func decodePrintsOneObject(split: String) async throws {
    let run = await withFile(Sample.answer) {
      await Child.run("decode", "--dialect", "openai-chat", "--split", split, $0)
    }
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(
      run.output == #"{"text":"Hello","reasoning":"","refusal":null,"tool_calls":[],"finish":"stop","#
        + #""native_finish":"stop","outcome":"complete","usage":{"input":3,"output":2,"cached_input":null,"#
        + #""cache_write":null,"reasoning":null},"error":null,"model":"m-1","id":"c1","events":5,"choices":null,"#
        + #""warnings":[]}"# + "\n")
  }

  @Test func decodeReadsStandardInput() async {
    let run = await Child.run("decode", "--dialect=openai-chat", "-", input: Array(Sample.answer.utf8))
    #expect(run.status == 0)
    #expect(run.output.hasPrefix(#"{"text":"Hello""#))
  }

  @Test func decodePrintsEventsAndLastHowItEnded() async {
    let whole = await Child.run(
      "decode", "--dialect", "openai-chat", "--events", "-", input: Array(Sample.answer.utf8))
    let lines = whole.output.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.first?.hasPrefix(#"{"type":"start""#) == true)
    #expect(lines.last?.hasPrefix(#"{"type":"finish""#) == true)

    let cut = await Child.run("decode", "--dialect", "openai-chat", "--events", "-", input: Array(Sample.cut.utf8))
    #expect(cut.status == 3)
    #expect(cut.output.split(separator: "\n").last?.hasPrefix(#"{"type":"error","outcome":"cut""#) == true)
  }

  @Test func C1_decodeOfACutStreamEndsWith3() async throws {
    let run = await Child.run("decode", "--dialect", "openai-chat", "-", input: Array(Sample.cut.utf8))
    #expect(run.status == 3)
    let object = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
    #expect(object["text"]?.string == "Hello")
    #expect(object["outcome"]?.string == "cut")
    #expect(object["error"]?["code"]?.string == "truncated")
    let empty = await Child.run("decode", "--dialect", "openai-chat", "-")
    #expect(empty.status == 1)
  }

  @Test func decodeOfAnErrorBodyEndsWith1() async throws {
    let run = await Child.run(
      "decode", "--dialect", "openai-chat", "--status", "429", "-", input: Array(#"{"error":{"message":"slow"}}"#.utf8))
    #expect(run.status == 1)
    let object = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
    #expect(object["error"]?["code"]?.string == "rate_limit")
    #expect(object["error"]?["status"]?.int == 429)
    #expect(object["outcome"]?.string == "failed")
  }

  @Test func decodePrintsTheFramesOfEachFraming() async {
    for split in ["0", "1", "3"] {
      func frames(_ framing: String, _ body: String) async -> Child.Result {
        await Child.run("decode", "--framing", framing, "--split", split, "-", input: Array(body.utf8))
      }
      let sse = await frames(
        "sse", "id: 7\nevent: ping\nretry: 5\ndata: a\ndata: b\n\n: c\n\ndata: é\n\ndata: unfinished")
      #expect(
        sse.output == #"{"event":"ping","data":"a\nb","id":"7","retry":5}"# + "\n"
          + #"{"event":"message","data":"é","id":"7","retry":5}"# + "\n")
      #expect(sse.status == 0)
      let ndjson = await frames("ndjson", "{\"a\":1}\r\n\n{\"b\":2}")
      #expect(ndjson.output == #"{"data":"{\"a\":1}"}"# + "\n" + #"{"data":"{\"b\":2}"}"# + "\n")
      #expect(ndjson.status == 0)
      let array = await frames("json-array", #"[{"a":1}, {"b":[2]} ]"#)
      #expect(array.output == #"{"data":"{\"a\":1}"}"# + "\n" + #"{"data":"{\"b\":[2]}"}"# + "\n")
      #expect(array.status == 0)
      let broken = await frames("json-array", #"[{"a":1}, {"b""#)
      #expect(broken.output == #"{"data":"{\"a\":1}"}"# + "\n")
      #expect(broken.status == 1)
    }
  }

  @Test func decodeValidatesJSON() async {
    for (body, status) in [("{}", 0), (" [1, 2.5e3] ", 0), ("", 1), ("{", 1), ("[1,]", 1), ("nul", 1)]
      as [(String, Int32)]
    {
      let run = await Child.run("decode", "--framing", "json", "-", input: Array(body.utf8))
      #expect(run.status == status, "\(body)")
      #expect(run.output.isEmpty)
      #expect(run.errors.isEmpty == (status == 0))
    }
  }

  @Test func decodeReadsALargeFileInLinearTime() async {
    let line = #"data: {"choices":[{"index":0,"delta":{"content":"0123456789"}}]}"# + "\n\n"
    let body = Array(String(repeating: line, count: 1 << 18).utf8)
    let run = await Child.run("decode", "--framing", "json", "-", input: body)
    #expect(run.status == 1)
  }
}
