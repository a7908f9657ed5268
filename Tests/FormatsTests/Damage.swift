import Blocks
import Foundation
import HDF5
import Microscopy

@testable import Formats

/// A small file that is damaged in many ways, each of which must be read well or refused by an error that says where.
///
/// With LAMELLA_SEEDS naming a folder, the whole file is put there as a seed for Tools/Fuzz.
struct Damage: Sendable, CustomStringConvertible {
  /// The name in Tools/Fuzz of the reader.
  var reader: String
  /// With the extension; the file that is damaged.
  var name: String
  var bytes: [UInt8]
  /// A file beside it that stays as it is.
  var companion: (name: String, bytes: [UInt8])?
  /// Which file is given to the reader; `name` unless it is the companion.
  var opened: String?
  /// How many bytes at the end may be missing without an error.
  var spare = 0
  /// Whether the library beneath names no places within its files.
  var isHDF5 = false

  var description: String { name }

  /// A file that was refused, or read in spite of what happened to it.
  struct Outcome {
    var what: String
    var error: FormatError?
  }

  /// Cuts the file at every 64th byte, and at more places when it is small.
  func cut() throws -> [(length: Int, outcome: Outcome)] {
    let scratch = try prepare()
    var step = 64
    while step > 1, bytes.count / step < 100 { step /= 2 }
    return try stride(from: 0, to: bytes.count, by: step).map { length in
      (length, try outcome(Array(bytes[..<length]), "cut at \(length)", in: scratch))
    }
  }

  /// Changes one to four bytes at places that the seed chooses.
  func flipped(count: Int, seed: UInt64 = 1) throws -> [Outcome] {
    let scratch = try prepare()
    var noise = Noise(state: seed)
    return try (0..<count).map { _ in
      var damaged = bytes
      var places: [Int] = []
      for _ in 0..<Int.random(in: 1...4, using: &noise) {
        let place = Int.random(in: bytes.indices, using: &noise)
        // Ends of ranges and single bits are what breaks arithmetic.
        damaged[place] =
          Bool.random(using: &noise)
          ? damaged[place] ^ 1 << UInt8.random(in: 0..<8, using: &noise)
          : [0, 0x7F, 0x80, 0xFF, UInt8(ascii: "9"), UInt8(ascii: "-")].randomElement(using: &noise) ?? 0
        places.append(place)
      }
      return try outcome(damaged, "bytes \(places) changed", in: scratch)
    }
  }

  private func prepare() throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    if let companion { _ = try scratch.write(companion.name, companion.bytes) }
    if let folder = ProcessInfo.processInfo.environment["LAMELLA_SEEDS"] {
      // The header comes first, then, behind a NUL, the values.
      let isHeader = !name.hasSuffix(".raw")
      let parts = [bytes] + (companion.map { [$0.bytes] } ?? [])
      let seed = Array((isHeader ? parts : parts.reversed()).joined(separator: [0]))
      try FileManager.default.createDirectory(atPath: "\(folder)/\(reader)", withIntermediateDirectories: true)
      try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/\(reader)/\(name)"))
    }
    return scratch
  }

  /// Reads all that can be read.
  private func outcome(_ damaged: [UInt8], _ what: String, in scratch: ScratchFolder) throws -> Outcome {
    let written = try scratch.write(name, damaged)
    let path = opened.map(scratch.file) ?? written
    do {
      for map in try FormatCatalogue.read(path) {
        guard map.metadata.shape == map.array.shape else { throw Uncontrolled("\(what): the axes do not fit") }
        // An array that takes no space in the file may have any size.
        guard map.array.byteCount < 1 << 24 else { continue }
        let count = try map.array.read(map.array.wholeBox).count
        guard count == map.array.byteCount else { throw Uncontrolled("\(what): values are missing") }
      }
      return Outcome(what: what)
    } catch let error as FormatError {
      if !isHDF5 {
        guard let offset = error.offset else { throw Uncontrolled("\(what): no place is named: \(error)") }
        let size = max(bytes.count, companion?.bytes.count ?? 0)
        guard (0...size).contains(offset) else { throw Uncontrolled("\(what): byte \(offset) is not in the file") }
        guard error.description.contains("at byte \(offset)") else { throw Uncontrolled("\(what): \(error)") }
      }
      return Outcome(what: what, error: error)
    } catch let error as HDF5Error where isHDF5 {
      return Outcome(what: what, error: FormatError("HDF5", file: path, error.problem, advice: error.advice))
    }
  }

  /// An outcome that no damage may have.
  struct Uncontrolled: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
  }
}

/// Numbers that look random and are the same every time: splitmix64 (G. Steele et al., 2014).
struct Noise: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
