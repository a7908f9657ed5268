import Blocks
import CCrypto
import Foundation
import Microscopy

@testable import Formats

/// What RosettaSciIO reads from the real files that `LAMELLA_TEST_DATA` names the folder of.
///
/// The folder holds `oracle.json`: for each file its signals, each with title, signal type, shape, type, axes and the
/// SHA-256 of its values in C order, little-endian.
struct Oracle {
  struct File: Decodable {
    var signals: [Signal]?
    var error: String?
  }

  struct Signal: Decodable {
    var title: String
    var signalType: String
    var shape: [Int]
    var dtype: String
    var axes: [Axis]
    var sha256: String?

    enum CodingKeys: String, CodingKey {
      case title, shape, dtype, axes, sha256
      case signalType = "signal_type"
    }
  }

  struct Axis: Decodable {
    var name: String
    var size: Int
    var scale: Double?
    var offset: Double?
    var units: String
    var navigate: Bool
  }

  let folder: String
  let files: [String: File]

  /// Nil when the variable is unset; the tests that need it are skipped then.
  static let shared: Oracle? = {
    guard let folder = ProcessInfo.processInfo.environment["LAMELLA_TEST_DATA"] else { return nil }
    let url = URL(fileURLWithPath: folder).appendingPathComponent("oracle.json")
    guard let data = try? Data(contentsOf: url) else { return nil }
    // Python writes the sums of empty and non-finite signals as bare NaN and Infinity, which JSON does not know.
    let text = String(decoding: data, as: UTF8.self)
      .replacingOccurrences(of: "-Infinity", with: "null").replacingOccurrences(of: "Infinity", with: "null")
      .replacingOccurrences(of: ": NaN", with: ": null")
    guard let files = try? JSONDecoder().decode([String: File].self, from: Data(text.utf8)) else { return nil }
    return Oracle(folder: folder, files: files)
  }()

  func path(_ file: String) -> String { "\(folder)/\(file)" }

  /// The files below a folder with one of these extensions, in order.
  func names(below folder: String, _ extensions: Set<String>) -> [String] {
    files.keys.filter { $0.hasPrefix(folder) && extensions.contains(($0 as NSString).pathExtension) }.sorted()
  }

  /// In what a map differs from a signal, in words; empty when they agree.
  ///
  /// Names and units that Python leaves undefined are empty here. Colours are a type of their own there, a last axis here.
  static func differences(_ map: ImportedMap, _ signal: Signal) throws -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ what: String, _ own: Value, _ theirs: Value) {
      if own != theirs { found.append("\(what): \(own) instead of \(theirs)") }
    }
    let isColour = signal.dtype.hasPrefix("[('R'")
    compare("title", map.metadata.title, signal.title)
    compare("signal type", map.metadata.signalType, signal.signalType)
    compare("shape", map.array.shape, signal.shape + (isColour ? [4] : []))
    compare("axes' sizes", map.metadata.shape, map.array.shape)
    compare("type", map.type.rawValue, isColour ? (signal.dtype.contains("u2") ? "uint16" : "uint8") : signal.dtype)
    for (axis, theirs) in zip(map.metadata.axes, signal.axes) {
      let defined = { (text: String) in text == "<undefined>" ? "" : text }
      compare("axis name", axis.name, defined(theirs.name))
      compare("axis scale", axis.scale, theirs.scale ?? 1)
      compare("axis offset", axis.offset, theirs.offset ?? 0)
      compare("axis units", axis.units, defined(theirs.units))
      compare("axis navigates", axis.role == .navigation, theirs.navigate)
    }
    if let digest = signal.sha256, found.isEmpty {
      compare("digest", sha256(try map.array.read(map.array.wholeBox)), digest)
    }
    return found
  }

  static func sha256(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
    return digest.map { String(format: "%02x", $0) }.joined()
  }
}
