import Foundation
import Microscopy
import Store

/// A folder's `ro-crate-metadata.json`: what lies in it, as repositories read it.
///
/// Source: RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1; its context lacks schema.org's `sha256`.
struct ResearchCrate {
  static let fileName = "ro-crate-metadata.json"
  private static let specification = "https://w3id.org/ro/crate/1.1"
  private static let rootID = "./"
  private static let noLicense = "No license is stated; ask the authors before using the data."

  /// The entities by their ids, each with its own id in it.
  private(set) var entities: [String: [String: MetadataTree]] = [:]

  /// A crate without files.
  ///
  /// - Parameters:
  ///   - date: ISO 8601.
  ///   - license: nil where none was stated.
  init(folderName: String, date: String, license: String?) {
    add(
      Self.fileName, "CreativeWork",
      ["conformsTo": Self.link(Self.specification), "about": Self.link(Self.rootID)])
    add(
      Self.rootID, "Dataset",
      [
        "name": .text(folderName), "description": "Electron-microscopy data, archived with Lamella",
        "datePublished": .text(date), "hasPart": [],
      ])
    state(license: license ?? Self.noLicense)
  }

  /// The crate of a folder that has archives already.
  ///
  /// - Throws: `StoreError` when another program wrote it, or when it cannot be read.
  init(reading path: String) throws {
    let advice = "Move it away, or archive into another folder; nothing was written."
    let tree: MetadataTree
    do {
      tree = try JSONDecoder().decode(MetadataTree.self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw StoreError(.foreign, file: path, "is there already and cannot be read as JSON", advice: advice)
    }
    guard case .list(let graph)? = tree["@graph"] else {
      throw StoreError(.foreign, file: path, "is there already and is no RO-Crate: it has no @graph", advice: advice)
    }
    for case .dictionary(let entity) in graph {
      guard let id = entity["@id"]?.text else { continue }
      entities[id] = entity
    }
    let isOurs = entities.values.contains {
      $0["@type"]?.text == "SoftwareApplication" && $0["name"]?.text == Program.current.name
    }
    guard isOurs, entities[Self.rootID] != nil, entities[Self.fileName] != nil else {
      throw StoreError(.foreign, file: path, "is there already, and another program wrote it", advice: advice)
    }
  }

  /// A file of the folder.
  ///
  /// - Parameter facts: further properties.
  mutating func addFile(_ name: String, bytes: Int, sha256: String, _ facts: [String: MetadataTree]) {
    let id = Self.encoded(name)
    add(
      id, "File",
      ["name": .text(name), "contentSize": .text("\(bytes)"), "sha256": .text(sha256)].merging(facts) { $1 })
    append(Self.link(id), to: "hasPart", of: Self.rootID)
  }

  /// The date of the newest archive, and the license where none was stated before.
  ///
  /// - Throws: `StoreError` when another license was: it holds for all that lies in the folder.
  mutating func update(date: String, license: String?, at path: String) throws {
    entities[Self.rootID]?["datePublished"] = .text(date)
    guard let license else { return }
    let stated = entities[Self.rootID]?["license"]
    if let stated = stated?["@id"]?.text ?? stated?.text, stated != license, stated != Self.noLicense {
      throw StoreError(
        .exists, file: path, "states the license \(stated) for all that lies in the folder",
        advice: "Leave --license out, or archive into another folder.")
    }
    state(license: license)
  }

  /// - Returns: a link to it.
  @discardableResult
  mutating func add(_ id: String, _ type: String, _ properties: [String: MetadataTree]) -> MetadataTree {
    entities[id] = properties.filter { !$0.value.isEmpty || $0.key == "hasPart" }
    entities[id]?["@id"] = .text(id)
    entities[id]?["@type"] = .text(type)
    return Self.link(id)
  }

  /// Adds a link to a list of the root, once.
  mutating func mention(_ link: MetadataTree, as property: String) { append(link, to: property, of: Self.rootID) }

  /// As JSON, entities in the order of their ids behind the two that the specification wants first.
  func json() throws -> Data {
    let first = [Self.fileName, Self.rootID]
    let order = first + entities.keys.filter { !first.contains($0) }.sorted()
    let document: MetadataTree = [
      "@context": [.text("\(Self.specification)/context"), ["sha256": "https://schema.org/sha256"]],
      "@graph": .list(order.compactMap { entities[$0].map { .dictionary($0.mapValues(Self.compacted)) } }),
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(document) + Data("\n".utf8)
  }

  /// A list of one as that one, as compacted JSON-LD has it.
  private static func compacted(_ value: MetadataTree) -> MetadataTree {
    if case .list(let values) = value, values.count == 1 { values[0] } else { value }
  }

  static func link(_ id: String) -> MetadataTree { ["@id": .text(id)] }

  /// A text as part of an id.
  static func encoded(_ text: String) -> String {
    let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
      .union(CharacterSet(charactersIn: "-._~"))
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
  }

  private mutating func append(_ link: MetadataTree, to property: String, of id: String) {
    var links: [MetadataTree] = []
    switch entities[id]?[property] {
    case .list(let several)?: links = several
    case let one?: links = [one]
    case nil: break
    }
    if !links.contains(link) { links.append(link) }
    entities[id]?[property] = .list(links)
  }

  /// An address becomes an entity of its own, as the specification wants it; other words stay words.
  private mutating func state(license: String) {
    guard license.hasPrefix("https://") || license.hasPrefix("http://") else {
      entities[Self.rootID]?["license"] = .text(license)
      return
    }
    let name = license.split(separator: "/").suffix(2).joined(separator: " ")
    let entity = add(
      license, "CreativeWork", ["name": .text(name), "description": .text("The license at \(license)")])
    entities[Self.rootID]?["license"] = entity
  }
}
