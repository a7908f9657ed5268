internal import Foundation
internal import Microscopy

/// The objects of an .emi file, in its order.
struct ObjectList: Sendable {
  let path: String
  private(set) var objects: [ObjectInfo] = []
  /// What was left out.
  private(set) var notes: [String] = []

  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x4A, 0x4B, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00])
  }

  private static let start = Array("<ObjectInfo>".utf8)
  private static let end = Array("</ObjectInfo>".utf8)
  private static let window = 4 << 20
  /// Documents have some 15 kB each; a file has a few tens of them.
  private static let documentLimit = 1 << 20
  private static let countLimit = 1000

  init(_ path: String) throws(FormatError) {
    self.path = path
    let file = try FileBytes(path, format: TIAReader.name)
    var place = 0
    var damaged = 0
    while objects.count < Self.countLimit, let start = try Self.find(Self.start, in: file, from: place, to: file.size) {
      let last = min(file.size, start + Self.documentLimit)
      guard let end = try Self.find(Self.end, in: file, from: start, to: last) else {
        damaged += 1
        place = start + Self.start.count
        continue
      }
      place = end + Self.end.count
      do throws(FormatError) {
        objects.append(try ObjectInfo(try file.read(start, place - start), at: start, file: path))
      } catch {
        damaged += 1
      }
      guard damaged < 100 else { break }
    }
    if damaged > 0 {
      notes.append("The conditions of \(damaged) objects in \(fileName(of: path)) cannot be read and were left out.")
    }
  }

  /// Where a mark begins, between two places.
  private static func find(
    _ mark: [UInt8], in file: FileBytes, from start: Int, to end: Int
  ) throws(FormatError) -> Int? {
    var place = start
    while place + mark.count <= end {
      let bytes = try file.read(place, min(window, end - place))
      let found = unsafe bytes.withUnsafeBytes { unsafe index(of: mark, in: $0) }
      if let found { return place + found }
      place += max(1, bytes.count - mark.count + 1)
    }
    return nil
  }

  private static func index(of mark: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress else { return nil }
    var place = 0
    while place + mark.count <= bytes.count,
      let next = unsafe memchr(start + place, Int32(mark[0]), bytes.count - mark.count + 1 - place)
    {
      place = unsafe UnsafeRawPointer(next) - start
      if unsafe bytes[place..<place + mark.count].elementsEqual(mark) { return place }
      place += 1
    }
    return nil
  }
}
