// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A tool that Spate runs when the model calls it, and whose answer it sends back.
///
/// ```swift
/// struct Place: Decodable {
///   var city: String
/// }
/// let weather = ExecutableTool("get_weather", description: "The weather of a city.") { (place: Place) in
///   "18 degrees in \(place.city)"
/// }
/// for try await text in client.stream("How is Oslo?", model: "gpt-4o", tools: [weather]).text { print(text) }
/// ```
///
/// It never runs on the transport's thread, it may run beside other tools, and its task is cancelled when nobody waits
/// for it any more. What is wrong with its name or its arguments' type is in ``problem``, and is thrown by the first read
/// of a call that it is given to.
public struct ExecutableTool: ModelTool {
  /// What the model is told: its schema is that of the arguments' type.
  public var definition: Tool
  /// How long it may run; nil: as long as ``ToolLoop/timeout`` says.
  public var timeout: Duration?
  /// Why it can not be used; nil when it can.
  public private(set) var problem: SpateError?
  let body: @Sendable (ToolCall) async throws -> ToolOutput

  /// Itself.
  public var executable: ExecutableTool? { self }

  /// A tool with arguments of a type, whose schema is ``JSONSchema/of(_:isStrict:)``, and an answer that is encoded: text
  /// and JSON as they are, content parts as parts, anything else as its JSON.
  public init<Arguments: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
    _ name: String, description: String? = nil, isStrict: Bool = false, timeout: Duration? = nil,
    _ run: @escaping @Sendable (Arguments) async throws -> Output
  ) {
    self.init(name, description: description, isStrict: isStrict, timeout: timeout) { (arguments: Arguments) in
      try await ToolOutput(encoding: run(arguments))
    }
  }

  /// A tool with arguments of a type and an answer of parts, or one that says that it is an error.
  public init<Arguments: Decodable & SendableMetatype>(
    _ name: String, description: String? = nil, isStrict: Bool = false, timeout: Duration? = nil,
    _ run: @escaping @Sendable (Arguments) async throws -> ToolOutput
  ) {
    var problem: SpateError?
    var definition = Tool(name: name, description: description, isStrict: isStrict ? true : nil)
    do throws(SpateError) {
      definition.parameters = try JSONSchema.of(Arguments.self, isStrict: isStrict)
    } catch { problem = error }
    self.init(definition, timeout: timeout) { call in try await run(ArgumentsError.decode(Arguments.self, of: call)) }
    if let problem { self.problem = problem }
  }

  /// A tool with a schema of your own, whose arguments come as JSON.
  public init(
    _ name: String, description: String? = nil, parameters: JSONValue, isStrict: Bool? = nil,
    timeout: Duration? = nil, _ run: @escaping @Sendable (JSONValue) async throws -> ToolOutput
  ) {
    let definition = Tool(name: name, description: description, parameters: parameters, isStrict: isStrict)
    self.init(definition, timeout: timeout) { call in try await run(call.value ?? [:]) }
  }

  /// What runs a tool that is described already: also a custom one, whose ``ToolCall/arguments`` are free text.
  public init(
    _ definition: Tool, timeout: Duration? = nil, _ run: @escaping @Sendable (ToolCall) async throws -> ToolOutput
  ) {
    self.definition = definition
    self.timeout = timeout
    body = run
    problem = Self.problem(with: definition)
  }

  private static func problem(with definition: Tool) -> SpateError? {
    if case .provider = definition.kind {
      return SpateError(.badRequest, "the tool \(definition.name) is run by its provider: nothing else can run it")
    }
    guard definition.hasUsualName else {
      return SpateError(
        .badRequest,
        "no tool can be named \"\(DisplayText.bounded(definition.name, limit: 100))\": providers take letters, digits, _ "
          + "and -, 1 to 64 of them")
    }
    return nil
  }

  /// Runs it. Never throws: what the tool throws is its answer.
  func answer(_ call: ToolCall) async -> (ToolOutput, ToolExecution.Outcome) {
    do {
      let output = try await body(call)
      return (output, output.isError ? .failed : .answered)
    } catch let error as ArgumentsError {
      return (.error(error.message), .malformedArguments)
    } catch {
      return (.error("the tool failed: \(DisplayText.bounded("\(error)"))"), .failed)
    }
  }
}

extension Tool {
  /// What every provider takes: `^[a-zA-Z0-9_-]{1,64}$`.
  var hasUsualName: Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

/// The arguments of a call are not what its tool takes.
private struct ArgumentsError: Error {
  var message: String

  static func decode<Arguments: Decodable>(
    _ type: Arguments.Type, of call: ToolCall
  ) throws(ArgumentsError) -> Arguments {
    let text = call.arguments.utf8.allSatisfy { $0 <= 0x20 } ? "{}" : call.arguments
    do {
      return try TypedJSON.decode(type, from: Array(text.utf8))
    } catch let error as DecodingError {
      throw ArgumentsError(message: "the arguments are not those of the tool: \(DisplayText.bounded(error.line))")
    } catch {
      throw ArgumentsError(message: "the arguments are not those of the tool: \(DisplayText.bounded("\(error)"))")
    }
  }
}
