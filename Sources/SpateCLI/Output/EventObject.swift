// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The JSON object of one event: a line of `--output events` and of `spate decode --events`.
struct EventObject {
  var event: StreamEvent

  var bytes: [UInt8] {
    var json = JSONWriter()
    json.object { write(&$0) }
    return json.bytes
  }

  /// The last line of a stream that failed.
  static func bytes(of error: SpateError) -> [UInt8] {
    var json = JSONWriter()
    json.object {
      $0.member("type", "error")
      $0.member("outcome", error.outcome.rawValue)
      $0.key("error")
      error.write(to: &$0)
    }
    return json.bytes
  }

  private func write(_ json: inout JSONWriter) {
    switch event {
    case .start(let start):
      json.member("type", "start")
      json.nullable("id", start.id)
      json.nullable("model", start.model)
      json.nullable("created", start.created)
    case .text(let delta): write(delta, "text", &json)
    case .reasoning(let delta): write(delta, "reasoning", &json)
    case .refusal(let delta): write(delta, "refusal", &json)
    case .reasoningDetail(let detail):
      json.member("type", "reasoning_detail")
      write(detail, &json)
    case .textDetail(let detail):
      json.member("type", "text_detail")
      write(detail, &json)
    case .providerToolStart(let start):
      json.member("type", "provider_tool_start")
      json.member("id", start.id)
      json.member("name", start.name)
    case .providerTool(let tool):
      json.member("type", "provider_tool")
      json.member("id", tool.id)
      json.member("name", tool.name)
      json.member("input", tool.input)
      json.member("output", tool.output)
      json.member("is_error", tool.isError)
    case .part(let whole): write(whole, &json)
    case .toolInputStart(let start):
      json.member("type", "tool_input_start")
      write(index: start.index, choice: start.choice, &json)
      json.member("id", start.id)
      json.member("name", start.name)
    case .toolInputDelta(let delta):
      json.member("type", "tool_input_delta")
      write(index: delta.index, choice: delta.choice, &json)
      json.member("arguments", delta.arguments)
    case .toolCall(let call):
      json.member("type", "tool_call")
      json.member("id", call.id)
      json.member("name", call.name)
      json.member("arguments", call.arguments)
      json.member("complete", call.isComplete)
      if call.choice != 0 { json.member("choice", call.choice) }
    case .audio(let delta):
      json.member("type", "audio")
      json.member("id", delta.id)
      json.member("data", delta.data)
      json.member("transcript", delta.transcript)
    case .source(let source):
      json.member("type", "source")
      json.nullable("url", source.url)
      json.nullable("title", source.title)
      json.member("native", source.native)
    case .logprobs(let delta):
      json.member("type", "logprobs")
      if delta.choice != 0 { json.member("choice", Int(delta.choice)) }
      json.member("native", delta.native)
    case .usage(let usage):
      json.member("type", "usage")
      json.key("usage")
      usage.write(to: &json)
    case .metadata(let metadata):
      json.member("type", "metadata")
      json.member("metadata", .object(metadata))
    case .warning(let warning):
      json.member("type", "warning")
      json.member("code", warning.code.description)
      json.member("message", warning.message)
    case .retry(let retry):
      json.member("type", "retry")
      write(retry.failed, &json)
      json.member("delay", retry.delay.secondsNumber)
      json.member("next_provider", retry.provider)
      json.member("next_model", retry.model)
    case .superseded(let attempt):
      json.member("type", "superseded")
      write(attempt, &json)
    case .restarted(let restart):
      json.member("type", "restarted")
      json.member("discarded_text", restart.discardedText)
      json.member("discarded_reasoning", restart.discardedReasoning)
      json.member("discarded_tool_calls", restart.discardedToolCalls)
    case .resumed(let seam):
      json.member("type", "resumed")
      json.member("method", seam.method.rawValue)
      json.member("position", seam.position)
      json.member("overlap", seam.overlap)
    case .roundStart(let start):
      json.member("type", "round_start")
      json.member("round", start.number)
    case .roundFinish(let end):
      json.member("type", "round_finish")
      json.member("round", end.number)
      json.member("finish", end.finish.reason.rawValue)
      json.nullable("native_finish", end.finish.native)
    case .toolStart(let call):
      json.member("type", "tool_start")
      json.member("id", call.id)
      json.member("name", call.name)
      json.member("arguments", call.arguments)
    case .toolResult(let execution):
      json.member("type", "tool_result")
      json.member("id", execution.call.id)
      json.member("name", execution.call.name)
      json.member("outcome", execution.outcome.rawValue)
      json.member("text", execution.result.content.compactMap(\.words).joined())
    case .raw(let raw):
      json.member("type", "raw")
      json.member("name", raw.type)
      json.member("data", String(decoding: raw.bytes, as: UTF8.self))
    case .native(let native):
      json.member("type", "native")
      json.member("name", native.type)
      json.member("data", native.text)
    case .finish(let finish): write(finish, &json)
    }
  }

  private func write(_ attempt: FailedAttempt, _ json: inout JSONWriter) {
    json.member("attempt", attempt.number)
    json.nullable("provider", attempt.provider)
    json.nullable("model", attempt.model)
    json.member("code", attempt.code.description)
    json.member("status", attempt.status)
    json.member("message", attempt.message)
  }

  private func write(_ delta: TextDelta, _ type: String, _ json: inout JSONWriter) {
    json.member("type", type)
    json.member("text", delta.text)
    if delta.choice != 0 { json.member("choice", Int(delta.choice)) }
    if delta.block != 0 { json.member("block", Int(delta.block)) }
  }

  private func write(_ detail: BlockSeal, _ json: inout JSONWriter) {
    json.nullable("signature", detail.signature)
    json.member("details", detail.details)
    if detail.choice != 0 { json.member("choice", Int(detail.choice)) }
    if detail.block != 0 { json.member("block", Int(detail.block)) }
  }

  private func write(_ whole: WholePart, _ json: inout JSONWriter) {
    switch whole.part {
    case .image(let media), .file(let media), .audio(let media):
      json.member("type", "media")
      json.member("media_type", media.mediaType)
      switch media.source {
      case .url(let url): json.member("url", url)
      case .id(let id): json.member("id", id)
      case .bytes(let bytes): json.member("bytes", bytes.count)
      }
    case .native(let part):
      json.member("type", "native")
      json.member("dialect", part.dialect.rawValue)
      json.member("name", part.type)
      json.member("value", part.value)
    default: json.member("type", "part")
    }
  }

  private func write(index: Int32, choice: Int32, _ json: inout JSONWriter) {
    json.member("index", Int(index))
    if choice != 0 { json.member("choice", Int(choice)) }
  }

  private func write(_ finish: Finish, _ json: inout JSONWriter) {
    json.member("type", "finish")
    json.member("finish", finish.reason.rawValue)
    json.nullable("native_finish", finish.native)
    json.member("outcome", finish.outcome.rawValue)
    if !finish.choices.isEmpty {
      json.array("choices") { array in
        for choice in finish.choices {
          array.object {
            $0.member("choice", Int(choice.choice))
            $0.nullable("finish", choice.reason?.rawValue)
            $0.nullable("native_finish", choice.native)
          }
        }
      }
    }
    if let cost = finish.cost {
      json.key("cost")
      cost.write(to: &json)
    }
    if !finish.metadata.isEmpty { json.member("metadata", .object(finish.metadata)) }
  }
}
