import Blocks
import Foundation
import Microscopy

@testable import Formats

/// The folder of real files, where the environment variable LAMELLA_TEST_DATA names one.
enum TestData {
  static let folder = ProcessInfo.processInfo.environment["LAMELLA_TEST_DATA"]

  static func path(_ name: String) -> String { "\(folder ?? "")/\(name)" }

  /// What RosettaSciIO reads from a file.
  struct Signal: Decodable {
    struct Axis: Decodable {
      var name: String
      var size: Int
      var scale: Double?
      var offset: Double?
      var units: String
      var navigate: Bool
    }

    var title: String
    var signal_type: String
    var shape: [Int]
    var dtype: String
    var axes: [Axis]
    var sha256: String?
    var sum: Double?
  }

  private struct Entry: Decodable {
    var signals: [Signal]?
  }

  /// The signals of all files whose name has one of the extensions, by the name within the folder.
  static func oracle(_ extensions: String...) throws -> [(name: String, signals: [Signal])] {
    guard let folder else { return [] }
    // Python writes NaN and Infinity, which are no JSON.
    let text = try String(contentsOfFile: "\(folder)/oracle.json", encoding: .utf8)
      .replacingOccurrences(of: ": NaN", with: ": null").replacingOccurrences(of: "-Infinity", with: "null")
      .replacingOccurrences(of: ": Infinity", with: ": null")
    let entries = try JSONDecoder().decode([String: Entry].self, from: Data(text.utf8))
    return entries.keys.sorted().compactMap { name in
      guard extensions.contains(where: { name.lowercased().hasSuffix(".\($0)") }), let signals = entries[name]?.signals
      else { return nil }
      return (name, signals)
    }
  }
}

extension ImportedMap {
  func allBytes() throws -> [UInt8] { try array.read(array.wholeBox) }
}
