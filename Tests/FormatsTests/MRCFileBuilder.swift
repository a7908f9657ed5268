import Microscopy

@testable import Formats

/// An MRC file of any mode and byte order.
struct MRCFileBuilder {
  /// Columns, rows, sections.
  var extents: [Int]
  var mode: Int
  /// In native byte order, swapped as numbers of `swapWidth` bytes.
  var values: [UInt8]
  var swapWidth = 1
  var byteOrder = ByteOrder.little
  var stamp: [UInt8] = Array("MAP ".utf8)
  /// Å
  var cell: [Float] = [40, 30, 20]
  var intervals: [Int]?
  var axes = [1, 2, 3]
  var statistics: [Float] = [0, -1, -2]
  var spaceGroup = 1
  var version = 20141
  var origin: [Float] = [0, 0, 0]
  var kind = ""
  var extended: [UInt8] = []
  /// What SerialEM writes at byte 128.
  var serial = (size: 0, flags: 0)
  var imodFlags: Int?
  var label = ""

  private func integer(_ value: Int, _ count: Int = 4) -> [UInt8] {
    let bytes = little(value & (count == 4 ? 0xFFFF_FFFF : 0xFFFF), count)
    return byteOrder == .little ? bytes : bytes.reversed()
  }

  func real(_ value: Float) -> [UInt8] { integer(Int(value.bitPattern)) }

  var bytes: [UInt8] {
    var header = extents.flatMap { integer($0) } + integer(mode) + [UInt8](repeating: 0, count: 12)
    header += (intervals ?? extents).flatMap { integer($0) } + cell.flatMap(real) + [90, 90, 90].flatMap(real)
    header += axes.flatMap { integer($0) } + statistics.flatMap(real) + integer(spaceGroup) + integer(extended.count)
    header += [UInt8](repeating: 0, count: 8) + Array(kind.utf8) + [UInt8](repeating: 0, count: 4 - kind.utf8.count)
    header += integer(version) + [UInt8](repeating: 0, count: 16) + integer(serial.size, 2) + integer(serial.flags, 2)
    header += [UInt8](repeating: 0, count: 152 - header.count)
    header += imodFlags.map { integer(1_146_047_817) + integer($0) } ?? [UInt8](repeating: 0, count: 8)
    header += [UInt8](repeating: 0, count: 196 - header.count) + origin.flatMap(real) + stamp
    header += byteOrder == .little ? [0x44, 0x44, 0, 0] : [0x11, 0x11, 0, 0]
    header += real(0) + integer(label.isEmpty ? 0 : 1) + Array(label.utf8)
    header += [UInt8](repeating: 0x20, count: 1024 - header.count)
    var values = values
    if byteOrder != .native { swapBytes(&values, width: swapWidth) }
    return header + extended + values
  }
}
