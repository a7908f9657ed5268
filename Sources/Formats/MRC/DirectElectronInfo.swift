internal import Foundation
internal import Microscopy

/// What the software of Direct Electron cameras writes beside its MRC files: settings, name_info.txt, and where the beam was,
/// name_scan_coordinates.csv.
struct DirectElectronInfo: Sendable {
  let path: String
  let settings: [String: String]
  /// Of a scan that is no raster: x and y of each frame, in pixels of the scan.
  let positions: [(x: Int, y: Int)]?
  let positionsPath: String?
  let notes: [String]

  private static let sizeLimit = 64 << 20

  /// The settings that lie beside a file: those of the longest name that the file's name begins with; nil when there are none.
  init?(beside path: String) throws(FormatError) {
    let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
    let own = fileName(of: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    let beside = { (ending: String) in
      names.filter { $0.hasSuffix(ending) && own.hasPrefix($0.dropLast(ending.count) + "_") }
        .max { ($0.utf8.count, $1) < ($1.utf8.count, $0) }
    }
    guard let name = beside("_info.txt") else { return nil }
    self.path = folder + name
    let file = try FileBytes(self.path, format: MRCReader.name)
    var settings: [String: String] = [:]
    for line in TextLines(try file.read(upTo: 4 << 20)) {
      guard let sign = line.text.firstIndex(of: "=") else { continue }
      let key = line.text[..<sign].trimmingCharacters(in: .whitespaces)
      if !key.isEmpty { settings[key] = line.text[line.text.index(after: sign)...].trimmingCharacters(in: .whitespaces) }
    }
    // Any program may write an _info.txt.
    guard settings["Camera Model"] != nil || settings["Server Software Version"] != nil else { return nil }
    self.settings = settings
    var notes: [String] = []
    var positions: [(x: Int, y: Int)]?
    var positionsPath: String?
    if let name = beside("_scan_coordinates.csv") {
      do throws(FormatError) {
        positions = try Self.positions(folder + name)
        positionsPath = folder + name
      } catch {
        notes.append("\(name) was left out: \(error.problem).")
      }
    }
    self.positions = positions
    self.positionsPath = positionsPath
    self.notes = notes
  }

  private static func positions(_ path: String) throws(FormatError) -> [(x: Int, y: Int)] {
    let file = try FileBytes(path, format: MRCReader.name)
    var positions: [(x: Int, y: Int)] = []
    for line in TextLines(try file.read(upTo: sizeLimit)) where !line.text.isEmpty {
      let parts = line.text.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
      guard parts.count == 2, let x = parts[0], let y = parts[1], (0..<1 << 20).contains(x), (0..<1 << 20).contains(y) else {
        throw FormatError(
          MRCReader.name, file: path, offset: line.offset, "'\(line.text.prefix(40))' is no position in a scan",
          advice: "The file is damaged: copy it again from its source.")
      }
      positions.append((x, y))
    }
    return positions
  }

  /// A number that is known; the software writes −1 for what it was not told.
  func number(_ key: String) -> Double? {
    settings[key].flatMap(Double.init).flatMap { $0.isFinite && $0 != -1 ? $0 : nil }
  }

  func positive(_ key: String) -> Double? { number(key).flatMap { $0 > 0 ? $0 : nil } }

  func count(_ key: String) -> Int? { positive(key).flatMap { Int(exactly: $0) } }

  var isScan: Bool { settings["Scan - Enable"] == "Enable" }
  var isRaster: Bool { (settings["Scan - Type"] ?? "Raster") == "Raster" }

  /// The instrument may say its mode; a scan is STEM where it does not.
  var isSTEM: Bool {
    switch number("Instrument Project TEMorSTEM Mode") {
    case 0: false
    case nil: isScan
    default: true
    }
  }

  var isDiffracting: Bool { isSTEM || positive("Instrument Project Camera Length (centimeters)") != nil }

  /// Rows and columns of the scan.
  var scanSize: (rows: Int, columns: Int)? {
    let part = settings["Scan - ROI Enable"] == "Enable" ? "Scan - ROI Size" : "Scan - Size"
    guard let rows = count("\(part) Y"), let columns = count("\(part) X") else { return nil }
    return (rows, columns)
  }

  /// An axis of the scan, or of images of the specimen.
  func specimenAxis(_ name: String, _ size: Int, _ role: Axis.Role) -> Axis {
    let scale = positive("Specimen Pixel Size \(name.uppercased()) (nanometers)")
    return Axis(name: name, size: size, scale: scale ?? 1, units: scale == nil ? "" : "nm", role: role)
  }

  /// An axis of the camera when it takes patterns.
  func patternAxis(_ name: String, _ size: Int) -> Axis {
    let scale = positive("Diffraction Pixel Size \(name.suffix(1).uppercased())")
    return Axis(name: name, size: size, scale: scale ?? 1, units: scale == nil ? "" : "1/nm", role: .signal)
  }
}
