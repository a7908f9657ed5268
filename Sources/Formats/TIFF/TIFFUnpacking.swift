internal import CDeflate
internal import Microscopy

extension TIFFPage {
  /// The samples of a segment in native byte order, all of its rows.
  ///
  /// - Parameter packed: the bytes of the file.
  func unpack(_ packed: [UInt8], rows: Int, in file: FileBytes, segment: Int) throws(FormatError) -> [UInt8] {
    var packed = packed
    if hasReversedBits { for index in packed.indices { packed[index] = Self.reversed(packed[index]) } }
    let size = rows * rowBytes
    let unpacked =
      switch compression {
      case .plain: packed
      case .lzw: TIFFCodec.lzw(packed, size)
      case .packBits: TIFFCodec.packBits(packed, size)
      case .deflate: TIFFCodec.deflate(packed, size)
      }
    guard var bytes = unpacked, bytes.count >= size else {
      throw FormatError(
        TIFFReader.name, file: file.path, offset: offsets[segment], field: "part \(segment) of the image",
        "its compressed bytes are damaged", advice: "The file is damaged: copy it again from its source.")
    }
    if predictor == 3 {
      TIFFCodec.undoFloatingPredictor(&bytes, rows: rows, width: segmentWidth, samples: segmentSamples, size: form.type.size)
      return bytes
    }
    guard isAligned else {
      return TIFFCodec.widened(
        bytes, bits: form.bits, rows: rows, rowBytes: rowBytes, count: segmentWidth * segmentSamples, size: form.type.size)
    }
    if byteOrder != .native { swapBytes(&bytes, width: form.type.swapWidth) }
    if predictor == 2 {
      TIFFCodec.undoDifferences(&bytes, rows: rows, width: segmentWidth, samples: segmentSamples, size: form.type.size)
    }
    return bytes
  }

  private static func reversed(_ byte: UInt8) -> UInt8 {
    var value = byte
    value = value >> 4 | value << 4
    value = (value & 0xCC) >> 2 | (value & 0x33) << 2
    return (value & 0xAA) >> 1 | (value & 0x55) << 1
  }
}

/// The compressions and predictors of TIFF; nil for bytes that none of them wrote. No result is longer than what is asked for.
enum TIFFCodec {
  static func deflate(_ packed: [UInt8], _ size: Int) -> [UInt8]? {
    guard let decompressor = unsafe libdeflate_alloc_decompressor() else { return nil }
    defer { unsafe libdeflate_free_decompressor(decompressor) }
    var isSound = false
    let result = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      var actual = 0
      let outcome = unsafe libdeflate_zlib_decompress(
        decompressor, packed, packed.count, buffer.baseAddress, size, &actual)
      isSound = outcome == LIBDEFLATE_SUCCESS
      initialized = isSound ? actual : 0
    }
    return isSound ? result : nil
  }

  /// Runs of bytes (Apple's PackBits).
  static func packBits(_ packed: [UInt8], _ size: Int) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(size)
    var place = 0
    while result.count < size, place < packed.count {
      let head = Int(Int8(bitPattern: packed[place]))
      place += 1
      if head >= 0 {
        guard place + head < packed.count else { return nil }
        result += packed[place...place + head].prefix(size - result.count)
        place += head + 1
      } else if head != -128 {
        guard place < packed.count else { return nil }
        result += repeatElement(packed[place], count: min(1 - head, size - result.count))
        place += 1
      }
    }
    return result
  }

  /// Codes of 9 to 12 bits, the highest bit first, as TIFF 6.0 has them; each stands for a run that came before.
  static func lzw(_ packed: [UInt8], _ size: Int) -> [UInt8]? {
    // Each code is the run of another one and a byte more: where it was written last, and how long it is.
    var starts = [Int](repeating: 0, count: 4096)
    var lengths = [Int](repeating: 0, count: 4096)
    var isSound = true
    let result = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      guard let target = buffer.baseAddress else { return }
      var written = 0
      var next = 258
      var width = 9
      var bits: UInt32 = 0
      var held = 0
      // The run of the code before: where it begins in the result, and its length.
      var last: (start: Int, length: Int)?
      var place = 0
      while written < size {
        while held < width, place < packed.count {
          bits = bits << 8 | UInt32(packed[place])
          place += 1
          held += 8
        }
        guard held >= width else { break }
        let code = Int(bits >> UInt32(held - width)) & (1 << width - 1)
        held -= width
        if code == 257 { break }
        if code == 256 {
          next = 258
          width = 9
          last = nil
          continue
        }
        let start = written
        if code < 256 {
          unsafe target[written] = UInt8(code)
          written += 1
        } else {
          guard let before = last, code <= next, code >= 258 else {
            isSound = false
            break
          }
          // The code that is just being made is the run before and its own first byte.
          let from = code < next ? starts[code] : before.start
          let length = min(code < next ? lengths[code] : before.length + 1, size - written)
          for index in 0..<length { unsafe target[written + index] = target[from + index] }
          written += length
        }
        if let before = last, next < 4096 {
          // The run before is followed in the result by the first byte of this one.
          starts[next] = before.start
          lengths[next] = before.length + 1
          next += 1
          if next >= 1 << width - 1, width < 12 { width += 1 }
        }
        last = (start, written - start)
      }
      initialized = written
    }
    return isSound ? result : nil
  }

  /// Samples were stored as differences from the pixel before.
  static func undoDifferences(_ bytes: inout [UInt8], rows: Int, width: Int, samples: Int, size: Int) {
    switch size {
    case 1: add(&bytes, UInt8.self, rows, width * samples, samples)
    case 2: add(&bytes, UInt16.self, rows, width * samples, samples)
    case 4: add(&bytes, UInt32.self, rows, width * samples, samples)
    default: add(&bytes, UInt64.self, rows, width * samples, samples)
    }
  }

  private static func add<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: inout [UInt8], _ type: Number.Type, _ rows: Int, _ count: Int, _ step: Int
  ) {
    let size = MemoryLayout<Number>.size
    unsafe bytes.withUnsafeMutableBytes { buffer in
      for row in 0..<rows {
        let start = row * count * size
        for index in stride(from: step, to: count, by: 1) {
          let place = start + index * size
          let before = unsafe buffer.loadUnaligned(fromByteOffset: place - step * size, as: Number.self)
          let own = unsafe buffer.loadUnaligned(fromByteOffset: place, as: Number.self)
          unsafe buffer.storeBytes(of: before &+ own, toByteOffset: place, as: Number.self)
        }
      }
    }
  }

  /// The highest bytes of a row came first, then the next ones, all as differences (Adobe's third technical note).
  static func undoFloatingPredictor(_ bytes: inout [UInt8], rows: Int, width: Int, samples: Int, size: Int) {
    let count = width * samples
    var line = [UInt8](repeating: 0, count: count * size)
    for row in 0..<rows {
      let start = row * count * size
      for index in stride(from: samples, to: count * size, by: 1) { bytes[start + index] &+= bytes[start + index - samples] }
      for index in 0..<count {
        for byte in 0..<size {
          line[index * size + (ByteOrder.native == .little ? size - 1 - byte : byte)] = bytes[start + byte * count + index]
        }
      }
      bytes.replaceSubrange(start..<start + line.count, with: line)
    }
  }

  /// Samples of a number of bits that fills no bytes, the highest bit first, every row on a new byte.
  static func widened(_ bytes: [UInt8], bits: Int, rows: Int, rowBytes: Int, count: Int, size: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: rows * count * size)
    for row in 0..<rows {
      var place = row * rowBytes
      var held = 0
      var value: UInt64 = 0
      for index in 0..<count {
        while held < bits {
          value = value << 8 | UInt64(bytes[place])
          place += 1
          held += 8
        }
        let sample = value >> UInt64(held - bits) & (1 << UInt64(bits) - 1)
        held -= bits
        for byte in 0..<size {
          let shift = ByteOrder.native == .little ? byte : size - 1 - byte
          result[(row * count + index) * size + byte] = UInt8(truncatingIfNeeded: sample >> UInt64(8 * shift))
        }
      }
    }
    return result
  }
}
