/// The header of a pixel in a hypermap; its spectrum follows.
///
/// 22 bytes: the column (32 bits), two numbers of channels (16), a constant (32), the packing (16), a size (16), the number
/// of pulses (16), and the size of what follows (32). The spectrum is a list of pulses, the channel of each in 16 or 12
/// bits; or it is *instructed*: runs of channels whose counts share a width and an offset, and behind them further pulses.
struct PixelRecord {
  enum Packing { case pulses16, pulses12, runs }

  var column: Int
  var packing: Packing
  /// Pulses of a list, or those behind runs.
  var pulseCount: Int
  /// Bytes of the pulses of a list, or of the runs.
  var bodySize: Int

  static let headerSize = 22
  /// Pulses have 16 bits for their channel.
  private static let greatestChannelCount = 1 << 16
  /// So many channels take no more than this, however they are packed.
  private static let greatestBodySize = 1 << 20

  /// Bytes behind the header.
  var size: Int { packing == .runs ? bodySize + 4 + 2 * pulseCount : bodySize }

  /// Reads the header and goes on to what follows it.
  ///
  /// - Parameter width: columns of the map.
  @inline(__always)
  static func next(_ cursor: SFSCursor, width: Int) throws(FormatError) -> PixelRecord {
    let header = unsafe try cursor.require(headerSize)
    let column = unsafe Int(littleEndian(header, UInt32.self))
    let flag = unsafe littleEndian(header + 12, UInt16.self)
    let pulseCount = unsafe Int(littleEndian(header + 16, UInt16.self))
    let size = unsafe Int(littleEndian(header + 18, UInt32.self))
    guard column < width else { throw cursor.error("column \(column) is not in a row of \(width)", field: "pixel") }
    let packing: Packing = flag == 0 ? .pulses16 : flag == 1 ? .pulses12 : .runs
    let least =
      switch packing {
      case .pulses16: 2 * pulseCount
      // Words of 16 bits, each full but the last.
      case .pulses12: (3 * pulseCount + 3) / 4 * 2
      case .runs: 4
      }
    guard size >= least, size <= greatestBodySize else {
      throw cursor.error("\(size) bytes do not hold \(pulseCount) pulses", field: "pixel")
    }
    cursor.advance(headerSize)
    return PixelRecord(
      column: column, packing: packing, pulseCount: pulseCount, bodySize: packing == .runs ? size - 4 : size)
  }

  /// Calls `visit` with the channel of each pulse of a list, or behind the runs.
  ///
  /// - Parameter source: what follows the header, `size` bytes.
  @inline(__always)
  func forEachPulse(_ source: UnsafeRawPointer, _ visit: (_ channel: Int) -> Void) {
    switch packing {
    case .pulses12:
      // Four pulses are 48 bits, the first highest, in three words.
      var index = 0
      var words = unsafe source
      while index + 4 <= pulseCount {
        let first = unsafe Int(littleEndian(words, UInt16.self))
        let second = unsafe Int(littleEndian(words + 2, UInt16.self))
        let third = unsafe Int(littleEndian(words + 4, UInt16.self))
        visit(first >> 4)
        visit((first & 0xF) << 8 | second >> 8)
        visit((second & 0xFF) << 4 | third >> 12)
        visit(third & 0xFFF)
        unsafe words += 6
        index += 4
      }
      let rest = pulseCount - index
      if rest > 0 {
        let first = unsafe Int(littleEndian(words, UInt16.self))
        visit(first >> 4)
        if rest > 1 {
          let second = unsafe Int(littleEndian(words + 2, UInt16.self))
          visit((first & 0xF) << 8 | second >> 8)
          if rest > 2 {
            let third = unsafe Int(littleEndian(words + 4, UInt16.self))
            visit((second & 0xFF) << 4 | third >> 12)
          }
        }
      }
    case .pulses16, .runs:
      let pulses = unsafe packing == .runs ? source + bodySize + 4 : source
      for index in 0..<pulseCount { unsafe visit(Int(littleEndian(pulses + 2 * index, UInt16.self))) }
    }
  }

  /// Calls `visit` with each run of channels that has counts, until it answers false.
  ///
  /// - Returns: whether the runs are sound: of a known width, and no longer than the body.
  @inline(__always)
  func forEachRun(_ source: UnsafeRawPointer, _ visit: (_ run: Run) -> Void) -> Bool {
    var place = 0
    var channel = 0
    while place < bodySize {
      guard bodySize - place >= 2 else { return false }
      let width = unsafe Int(source.load(fromByteOffset: place, as: UInt8.self))
      let count = unsafe Int(source.load(fromByteOffset: place + 1, as: UInt8.self))
      place += 2
      if width != 0 {
        let length = width + (width == 1 ? (count + 1) / 2 : count * (width / 2))
        guard length <= bodySize - place else { return false }
        let base: UInt64
        switch width {
        case 1: base = unsafe UInt64(source.load(fromByteOffset: place, as: UInt8.self))
        case 2: base = unsafe UInt64(littleEndian(source + place, UInt16.self))
        case 4: base = unsafe UInt64(littleEndian(source + place, UInt32.self))
        case 8: base = unsafe littleEndian(source + place, UInt64.self)
        default: return false
        }
        guard channel + count <= Self.greatestChannelCount else { return false }
        unsafe visit(Run(channel: channel, count: count, width: width, base: base, values: source + place + width))
        place += length
      }
      channel += count
    }
    return true
  }

  /// Channels whose counts are a common base and, added to it, a value of 4, 8, 16 or 32 bits each.
  @unsafe struct Run {
    var channel: Int
    var count: Int
    /// Bytes of the base; values have half of them.
    var width: Int
    var base: UInt64
    var values: UnsafeRawPointer

    /// The greatest value that the width allows.
    var limit: UInt64 { unsafe 1 << UInt64(width * 4) - 1 }

    /// Calls `visit` with the place within the run and the count of each channel in a part of the run.
    @inline(__always)
    func forEachCount(in part: Range<Int>, _ visit: (_ index: Int, _ count: UInt64) -> Void) {
      switch unsafe width {
      case 1:
        for index in part {
          let pair = unsafe values.load(fromByteOffset: index >> 1, as: UInt8.self)
          unsafe visit(index, base &+ UInt64(index & 1 == 0 ? pair & 0xF : pair >> 4))
        }
      case 2:
        for index in part { unsafe visit(index, base &+ UInt64(values.load(fromByteOffset: index, as: UInt8.self))) }
      case 4:
        for index in part { unsafe visit(index, base &+ UInt64(littleEndian(values + 2 * index, UInt16.self))) }
      default:
        for index in part { unsafe visit(index, base &+ UInt64(littleEndian(values + 4 * index, UInt32.self))) }
      }
    }
  }
}

/// The little-endian number at a place, which need not be aligned.
@inline(__always)
func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(_ place: UnsafeRawPointer, _ type: Number.Type) -> Number {
  Number(littleEndian: unsafe place.loadUnaligned(as: Number.self))
}
