// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of OpenAI's Responses: events to the bytes of a stream, and to the whole response.
///
/// A message or a thought ends where another item begins; calls stay open until they are whole, for their pieces may
/// come interleaved.
struct ResponsesStreamWriter: AnswerWriter {
  let request: ChatRequest
  let start: ResponseStart
  private var sequence = 0
  private var isStarted = false
  var items: [ResponsesOutput] = []
  private var usage: Usage?
  private var status = ResponsesStatus("in_progress")
  private var bytes: [UInt8] = []

  init(request: ChatRequest, start: ResponseStart) {
    self.request = request
    self.start = start
  }

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    bytes = []
    switch event {
    case .start: begin()
    case .text(let delta) where delta.choice == 0: write(delta, .text)
    case .refusal(let delta) where delta.choice == 0: write(delta, .refusal)
    case .reasoning(let delta) where delta.choice == 0: write(delta, .summary)
    case .reasoningDetail(let detail): seal(detail)
    case .textDetail(let detail): sealWords(detail)
    case .source(let source) where source.choice == 0: cite(source)
    case .logprobs(let delta) where delta.choice == 0: write(delta)
    case .toolInputStart(let call) where call.choice == 0: beginCall(call)
    case .toolInputDelta(let delta) where delta.choice == 0: write(delta)
    case .toolCall(let call) where call.choice == 0: end(call)
    case .providerToolStart(let tool): beginTool(tool)
    case .providerTool(let tool): end(tool)
    case .part(let whole) where whole.choice == 0: write(whole.part)
    case .usage(let report): usage = report
    case .finish(let finish): end(finish)
    default: break
    }
    return bytes
  }

  // MARK: Frames

  /// One event: its type twice, as OpenAI sends it, and its number.
  private mutating func send(_ type: String, _ members: JSONObject) {
    var event: JSONObject = ["type": .string(type), "sequence_number": .number(JSONNumber(sequence))]
    event.merge(members)
    sequence += 1
    bytes += Array("event: \(type)\ndata: ".utf8) + JSONValue.object(event).bytes + Array("\n\n".utf8)
  }

  /// Where an event about an item, or a part of it, belongs.
  func place(_ item: Int, _ part: Int? = nil, isSummary: Bool = false) -> JSONObject {
    var place: JSONObject = ["item_id": .string(items[item].id), "output_index": .number(JSONNumber(item))]
    if let part { place[isSummary ? "summary_index" : "content_index"] = .number(JSONNumber(part)) }
    return place
  }

  mutating func send(_ type: String, at place: JSONObject, _ members: JSONObject) {
    var event = place
    event.merge(members)
    send(type, event)
  }

  private mutating func sendResponse(_ type: String) {
    send("response.\(type)", ["response": response])
  }

  private mutating func begin() {
    guard !isStarted else { return }
    isStarted = true
    sendResponse("created")
    sendResponse("in_progress")
  }

  // MARK: Items

  mutating func open(_ kind: ResponsesOutput.Kind, prefix: String) -> Int {
    begin()
    closeText()
    let index = items.count
    items.append(ResponsesOutput(kind, index: index, id: "\(prefix)_\(start.id ?? "")_\(index)"))
    return index
  }

  mutating func announce(_ item: Int) {
    var value = items[item]
    value.parts = []
    send(
      "response.output_item.added",
      ["output_index": .number(JSONNumber(item)), "item": value.value(status: "in_progress")])
  }

  /// Messages and thoughts that are open.
  private mutating func closeText(except item: Int? = nil) {
    for place in items.indices where !items[place].isDone && place != item {
      if items[place].kind == .message || items[place].kind == .reasoning { close(place) }
    }
  }

  mutating func close(_ item: Int, status: JSONValue = "completed") {
    guard !items[item].isDone else { return }
    for part in items[item].parts.indices where part == items[item].parts.count - 1 { endPart(part, of: item) }
    if let call = items[item].call {
      let name = call.isCustom ? "custom_tool_call_input" : "function_call_arguments"
      send("response.\(name).done", at: place(item), [call.isCustom ? "input" : "arguments": .string(call.arguments)])
    }
    items[item].isDone = true
    let value = items[item].value(status: status)
    send("response.output_item.done", ["output_index": .number(JSONNumber(item)), "item": value])
  }

  // MARK: Words

  private mutating func write(_ delta: TextDelta, _ kind: ResponsesPart) {
    let item = item(for: kind, delta.block)
    let part = part(kind, delta.block, of: item)
    items[item].parts[part].text += delta.text
    var members: JSONObject = ["delta": .string(delta.text)]
    if kind == .text { members["logprobs"] = [] }
    send(kind.deltaType, at: place(item, part, isSummary: kind == .summary), members)
  }

  private mutating func item(for kind: ResponsesPart, _ block: Int32) -> Int {
    let isThought = kind == .summary
    if let last = items.indices.last, !items[last].isDone {
      if isThought, items[last].kind == .reasoning, items[last].block == block { return last }
      if !isThought, items[last].kind == .message { return last }
    }
    let item = open(isThought ? .reasoning : .message, prefix: isThought ? "rs" : "msg")
    items[item].block = block
    announce(item)
    return item
  }

  private mutating func part(_ kind: ResponsesPart, _ block: Int32, of item: Int) -> Int {
    if let last = items[item].parts.indices.last {
      if items[item].parts[last].kind == kind, items[item].parts[last].block == block { return last }
      endPart(last, of: item)
    }
    items[item].parts.append(ResponsesOutput.Part(kind: kind, block: block))
    let part = items[item].parts.count - 1
    let value = items[item].parts[part].value
    let isSummary = kind == .summary
    send(
      isSummary ? "response.reasoning_summary_part.added" : "response.content_part.added",
      at: place(item, part, isSummary: isSummary), ["part": value])
    return part
  }

  private mutating func endPart(_ part: Int, of item: Int) {
    let value = items[item].parts[part]
    let isSummary = value.kind == .summary
    let place = place(item, part, isSummary: isSummary)
    var members: JSONObject = [value.kind == .refusal ? "refusal" : "text": .string(value.text)]
    if value.kind == .text { members["logprobs"] = [] }
    send(value.kind.doneType, at: place, members)
    send(
      isSummary ? "response.reasoning_summary_part.done" : "response.content_part.done", at: place,
      ["part": value.value])
  }

  /// For the words that came last.
  private mutating func write(_ delta: LogprobsDelta) {
    guard let item = items.indices.last, items[item].kind == .message, !items[item].isDone,
      let part = items[item].parts.indices.last, items[item].parts[part].kind == .text
    else { return }
    send(
      ResponsesPart.text.deltaType, at: place(item, part),
      ["delta": "", "logprobs": delta.native["content"] ?? delta.native])
  }

  /// Words that are over have no place for it any more.
  private mutating func cite(_ source: Source) {
    guard let item = items.indices.last, items[item].kind == .message, !items[item].isDone,
      let part = items[item].parts.lastIndex(where: { $0.kind == .text && $0.block == source.block })
    else { return }
    let citation = source.responsesAnnotation
    items[item].parts[part].citations.append(citation)
    let number = items[item].parts[part].citations.count - 1
    send(
      "response.output_text.annotation.added", at: place(item, part),
      ["annotation_index": .number(JSONNumber(number)), "annotation": citation])
  }

  // MARK: Endings

  private mutating func end(_ finish: Finish) {
    begin()
    status = ResponsesStatus(finish)
    for item in items.indices { close(item, status: status.word == "completed" ? "completed" : "incomplete") }
    switch status.word {
    case "incomplete", "failed", "cancelled": sendResponse(status.word)
    default: sendResponse("completed")
    }
  }

  /// An error inside the stream, and the response that failed by it (rule C11).
  mutating func bytes(of failure: ServedFailure) -> [UInt8] {
    bytes = []
    let words = OpenAIChatServer.words(of: failure)
    var error: JSONObject = ["code": .string(words.code ?? words.type), "message": .string(words.message)]
    status = ResponsesStatus("failed")
    self.failure = .object(error)
    error["type"] = .string(words.type)
    error["param"] = .null
    send("error", ["error": .object(error)])
    sendResponse("failed")
    return bytes
  }

  private var failure = JSONValue.null

  /// The response as it stands.
  var response: JSONValue {
    func optional(_ value: JSONValue?) -> JSONValue { value ?? .null }
    let options = request.options
    var response: JSONObject = [
      "id": .string(start.id ?? ""), "object": "response", "created_at": .number(JSONNumber(start.created ?? 0)),
      "status": .string(status.word), "background": .bool(options.isBackground ?? false), "error": failure,
    ]
    response["incomplete_details"] = status.reason.map { ["reason": .string($0)] } ?? .null
    response["instructions"] = .null
    response["max_output_tokens"] = optional(options.maxTokens.map { .number(JSONNumber($0)) })
    response["model"] = .string(start.model ?? "")
    response["output"] = .array(items.filter(\.isDone).map { $0.value(status: "completed") })
    response["parallel_tool_calls"] = .bool(options.parallelTools ?? true)
    response["previous_response_id"] = optional(options.previousResponse.map(JSONValue.string))
    response["reasoning"] = ["effort": optional(options.reasoning.map { .string($0.rawValue) }), "summary": .null]
    response["store"] = .bool(options.store ?? true)
    response["temperature"] = optional(options.temperature.flatMap { JSONNumber($0) }.map(JSONValue.number))
    response["text"] = ["format": ["type": "text"]]
    response["tool_choice"] = "auto"
    response["tools"] = []
    response["top_p"] = optional(options.topP.flatMap { JSONNumber($0) }.map(JSONValue.number))
    response["truncation"] = "disabled"
    response["usage"] = usage?.responsesReport ?? .null
    response["user"] = optional(options.user.map(JSONValue.string))
    response["metadata"] = .object(
      JSONObject((options.metadata ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    return .object(response)
  }
}
