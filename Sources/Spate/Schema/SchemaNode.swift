// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What is known of a type's shape, before it is written as a schema in one of its two forms.
indirect enum SchemaNode: Equatable {
  /// A member of an object.
  struct Field: Equatable {
    var key: String
    var node: SchemaNode
    var isRequired: Bool
    var description: String?
  }

  /// Anything.
  case any
  /// One type and maybe a format.
  case plain(JSONObject)
  case enumeration(type: String, [JSONValue])
  case array(SchemaNode)
  /// Any keys, with such values.
  case map(SchemaNode)
  case object([Field], description: String?)
  case nullable(SchemaNode)
  /// By the type itself.
  case given(JSONValue)

  static func type(_ name: String, format: String? = nil) -> SchemaNode {
    var object: JSONObject = ["type": .string(name)]
    object["format"] = format.map(JSONValue.string)
    return .plain(object)
  }

  /// The schema. Strict: all members are required, and those that need not be there may be null.
  func json(isStrict: Bool, at path: SchemaPath) throws(SpateError) -> JSONValue {
    switch self {
    case .any:
      guard !isStrict else { throw path.error("a strict schema has no place for a value of any shape") }
      return [:]
    case .plain(let object): return .object(object)
    case .enumeration(let type, let values): return ["type": .string(type), "enum": .array(values)]
    case .array(let element):
      return ["type": "array", "items": try element.json(isStrict: isStrict, at: path.element)]
    case .map(let value):
      guard !isStrict else {
        throw path.error("a strict schema has no dictionaries: use an array of keys and values, or a type")
      }
      return ["type": "object", "additionalProperties": try value.json(isStrict: false, at: path.element)]
    case .object(let fields, let description):
      return try Self.object(fields, description, isStrict: isStrict, at: path)
    case .nullable(let node): return try Self.nullable(node.json(isStrict: isStrict, at: path))
    case .given(let schema):
      // Strict mode takes no keywords beside the shape.
      guard isStrict, var object = schema.object else { return schema }
      object["examples"] = nil
      return .object(object)
    }
  }

  private static func object(
    _ fields: [Field], _ description: String?, isStrict: Bool, at path: SchemaPath
  ) throws(SpateError) -> JSONValue {
    var properties = JSONObject()
    var required: [JSONValue] = []
    for field in fields {
      var schema = try field.node.json(isStrict: isStrict, at: path.key(field.key))
      let mayBeNull = if case .nullable = field.node { true } else { false }
      if isStrict, !field.isRequired, !mayBeNull { schema = nullable(schema) }
      if let description = field.description, var object = schema.object {
        object["description"] = .string(description)
        schema = .object(object)
      }
      properties[field.key] = schema
      if isStrict || field.isRequired { required.append(.string(field.key)) }
    }
    var object: JSONObject = ["type": "object"]
    object["description"] = description.map(JSONValue.string)
    object["properties"] = .object(properties)
    object["required"] = .array(required)
    object["additionalProperties"] = false
    return .object(object)
  }

  /// The same, or null.
  private static func nullable(_ schema: JSONValue) -> JSONValue {
    guard var object = schema.object, let type = object["type"]?.string, type != "object" else {
      return ["anyOf": [schema, ["type": "null"]]]
    }
    object["type"] = [.string(type), "null"]
    if let values = object["enum"]?.array { object["enum"] = .array(values + [.null]) }
    return .object(object)
  }
}

/// Where in a type a schema is being made, for errors; and the types around it.
struct SchemaPath {
  private let root: String
  private var steps = ""
  private(set) var types: [ObjectIdentifier] = []

  init(root: Any.Type) { self.root = "\(root)" }

  /// A member of it.
  func key(_ name: String) -> SchemaPath { adding("." + name) }

  /// An element of it.
  var element: SchemaPath { adding("[]") }

  /// Inside a type.
  func inside(_ type: Any.Type) -> SchemaPath {
    // What is said to contain itself is what somebody has written, not a list of it.
    guard !(type is any ListShape.Type) else { return self }
    var path = self
    path.types.append(ObjectIdentifier(type))
    return path
  }

  func contains(_ type: Any.Type) -> Bool { types.contains(ObjectIdentifier(type)) }

  /// What is wrong there, and what to do.
  func error(_ problem: String) -> SpateError {
    SpateError(.badRequest, "no schema can be made of \(root)\(steps): \(problem)")
  }

  private func adding(_ step: String) -> SchemaPath {
    var path = self
    path.steps += step
    return path
  }
}

/// A list, of whatever.
private protocol ListShape {}
extension Array: ListShape {}
extension ContiguousArray: ListShape {}
extension Set: ListShape {}
