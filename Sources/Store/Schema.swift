internal import Foundation

/// What an object of one kind must and may hold; `Schemas/README.md` explains the words.
struct Schema: Decodable, Hashable, Sendable {
  var kind: String
  var version: Int
  var summary: String
  var node: Node

  struct Node: Decodable, Hashable, Sendable {
    enum Object: String, Decodable { case group, dataset }

    var object: Object?
    var optional: Bool?
    var summary: String?
    /// Another schema that stands here in place of this node.
    var schema: String?
    /// Another schema whose demands are added to this node's.
    var includes: String?
    var attributes: [String: Attribute]?
    var children: [String: Node]?
    /// What every child that is not named must be.
    var others: Indirect?
    /// Of a dataset: "integer", "float", "boolean", "complex", "string".
    var type: [String]?
    var rank: Int?
    var chunked: Bool?
    /// Whether a dataset carries its SHA-256; true unless said otherwise.
    var digest: Bool?
    /// Demands that the words above cannot express, by name.
    var rules: [String]?
  }

  struct Attribute: Decodable, Hashable, Sendable {
    /// "string", "strings", "integer", "float" or "boolean".
    var type: String
    var optional: Bool?
    var summary: String?
    /// The values allowed.
    var values: [Value]?
    /// Whether a string has variable length.
    var variable: Bool?
  }

  enum Value: Decodable, Hashable, Sendable, CustomStringConvertible {
    case boolean(Bool)
    case integer(Int64)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      do {
        self = .boolean(try container.decode(Bool.self))
      } catch is DecodingError {
        do {
          self = .integer(try container.decode(Int64.self))
        } catch is DecodingError {
          self = .text(try container.decode(String.self))
        }
      }
    }

    var description: String {
      switch self {
      case .boolean(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .text(let value): "\"\(value)\""
      }
    }
  }

  /// A node within a node.
  final class Indirect: Decodable, Hashable, Sendable {
    let node: Node
    init(from decoder: any Decoder) throws { node = try Node(from: decoder) }
    static func == (a: Indirect, b: Indirect) -> Bool { a.node == b.node }
    func hash(into hasher: inout Hasher) { hasher.combine(node) }
  }

  /// All schemas by their kind.
  static func all() throws -> [String: Schema] {
    try EmbeddedSchemas.texts.mapValues { try JSONDecoder().decode(Schema.self, from: Data($0.utf8)) }
  }
}
