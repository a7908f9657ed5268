import CDeflate
import Microscopy

@testable import Formats

/// A TIFF file of any layout, written naively.
struct TIFFFileBuilder {
  enum Value {
    case short([Int])
    case long([Int])
    case text(String)
    case bytes([UInt8])
    case rational(Int, Int)
    case double([Double])
  }

  struct Page {
    var width: Int
    var height: Int
    var type: ScalarType = .uint8
    var samples = 1
    /// Bits of a sample that fills no bytes; its values come packed.
    var bits: Int?
    /// Row by row, samples of a pixel together, in native byte order.
    var values: [UInt8]
    var compression = 1
    var predictor = 1
    var isPlanar = false
    var rowsPerStrip: Int?
    var tile: (width: Int, height: Int)?
    var photometric = 1
    var tags: [Int: Value] = [:]
    /// Follows the pixels without a tag that says so.
    var trailing: [UInt8] = []
  }

  var byteOrder = ByteOrder.little
  var isBig = false

  private func integer(_ value: Int, _ count: Int) -> [UInt8] {
    byteOrder == .little ? little(value, count) : little(value, count).reversed()
  }

  func file(_ pages: [Page]) -> [UInt8] {
    let wide = isBig ? 8 : 4
    var result = byteOrder == .little ? [0x49, 0x49] : [0x4D, 0x4D] as [UInt8]
    result += integer(isBig ? 43 : 42, 2) + (isBig ? integer(8, 2) + integer(0, 2) : [])
    var link = result.count
    result += integer(0, wide)
    for page in pages {
      let segments = segments(of: page)
      var offsets: [Int] = []
      for segment in segments {
        offsets.append(result.count)
        result += segment
      }
      result += page.trailing
      var tags = page.tags
      let bits = page.bits ?? page.type.size * 8
      let format =
        page.type.isComplex ? 6 : [.float16, .float32, .float64].contains(page.type) ? 3 : "\(page.type)".hasPrefix("i") ? 2 : 1
      tags[256] = .long([page.width])
      tags[257] = .long([page.height])
      tags[258] = .short([Int](repeating: bits, count: page.samples))
      tags[259] = .short([page.compression])
      tags[262] = .short([page.photometric])
      tags[277] = .short([page.samples])
      tags[284] = .short([page.isPlanar ? 2 : 1])
      tags[317] = .short([page.predictor])
      tags[339] = .short([Int](repeating: format, count: page.samples))
      if let tile = page.tile {
        tags[322] = .long([tile.width])
        tags[323] = .long([tile.height])
        tags[324] = .long(offsets)
        tags[325] = .long(segments.map(\.count))
      } else {
        tags[273] = .long(offsets)
        tags[278] = .long([page.rowsPerStrip ?? page.height])
        tags[279] = .long(segments.map(\.count))
      }
      let directory = result.count
      result.replaceSubrange(link..<link + wide, with: integer(directory, wide))
      result += integer(tags.count, isBig ? 8 : 2)
      var extra: [UInt8] = []
      let extraStart = result.count + tags.count * (isBig ? 20 : 12) + wide
      for (code, value) in tags.sorted(by: { $0.key < $1.key }) {
        let (type, count, bytes) = encoded(value)
        result += integer(code, 2) + integer(type, 2) + integer(count, wide)
        if bytes.count <= wide {
          result += bytes + [UInt8](repeating: 0, count: wide - bytes.count)
        } else {
          result += integer(extraStart + extra.count, wide)
          extra += bytes
        }
      }
      link = result.count
      result += integer(0, wide) + extra
    }
    return result
  }

  private func encoded(_ value: Value) -> (type: Int, count: Int, bytes: [UInt8]) {
    switch value {
    case .short(let values): (3, values.count, values.flatMap { integer($0, 2) })
    case .long(let values): (4, values.count, values.flatMap { integer($0, 4) })
    case .text(let text): (2, text.utf8.count + 1, Array(text.utf8) + [0])
    case .bytes(let bytes): (7, bytes.count, bytes)
    case .rational(let above, let below): (5, 1, integer(above, 4) + integer(below, 4))
    case .double(let values): (12, values.count, values.flatMap { integer(Int(bitPattern: UInt($0.bitPattern)), 8) })
    }
  }

  private func segments(of page: Page) -> [[UInt8]] {
    if page.bits != nil { return [compressed(page.values, page)] }
    let size = page.type.size
    let (width, height) = page.tile ?? (page.width, page.rowsPerStrip ?? page.height)
    var segments: [[UInt8]] = []
    for plane in page.isPlanar ? Array(0..<page.samples) : [0] {
      for top in stride(from: 0, to: page.height, by: height) {
        for left in stride(from: 0, to: page.width, by: width) {
          var rows: [[UInt8]] = []
          for y in top..<top + height {
            if page.tile == nil, y >= page.height { break }
            var row: [UInt8] = []
            for x in left..<left + width {
              for sample in page.isPlanar ? plane..<plane + 1 : 0..<page.samples {
                let place = ((y * page.width + x) * page.samples + sample) * size
                row +=
                  y < page.height && x < page.width ? page.values[place..<place + size] : [UInt8](repeating: 7, count: size)[...]
              }
            }
            rows.append(predicted(row, page))
          }
          segments.append(compressed(rows.flatMap { $0 }, page))
        }
      }
    }
    return segments
  }

  private func predicted(_ row: [UInt8], _ page: Page) -> [UInt8] {
    let size = page.type.size
    let step = page.isPlanar ? 1 : page.samples
    var row = row
    if page.predictor == 3 {
      let count = row.count / size
      let bytes = (0..<size).flatMap { byte in (0..<count).map { row[$0 * size + size - 1 - byte] } }
      return bytes.indices.map { $0 < step ? bytes[$0] : bytes[$0] &- bytes[$0 - step] }
    }
    if page.predictor == 2 {
      let numbers = (0..<row.count / size).map { index in
        (0..<size).reduce(UInt64(0)) { $0 | UInt64(row[index * size + $1]) << UInt64(8 * $1) }
      }
      row = numbers.indices.flatMap { index in
        let value = index < step ? numbers[index] : numbers[index] &- numbers[index - step]
        return (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
      }
    }
    return byteOrder == .native ? row : swapped(row, page.type)
  }

  private func compressed(_ bytes: [UInt8], _ page: Page) -> [UInt8] {
    switch page.compression {
    case 5: Self.lzw(bytes)
    case 8: Self.deflated(bytes)
    case 32_773: bytes.flatMap { [0, $0] } + [0x80]
    default: bytes
    }
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let compressor = unsafe libdeflate_alloc_compressor(6)
    defer { unsafe libdeflate_free_compressor(compressor) }
    let bound = unsafe libdeflate_zlib_compress_bound(compressor, bytes.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = unsafe libdeflate_zlib_compress(compressor, bytes, bytes.count, buffer.baseAddress, bound)
    }
  }

  /// Codes of the longest runs that came before.
  static func lzw(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var (bits, held, width) = (UInt64(0), 0, 9)
    func put(_ code: Int) {
      bits = bits << UInt64(width) | UInt64(code)
      held += width
      while held >= 8 {
        held -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt64(held)))
      }
    }
    var table: [[UInt8]: Int] = [:]
    var run: [UInt8] = []
    put(256)
    func code(_ run: [UInt8]) -> Int { run.count == 1 ? Int(run[0]) : table[run] ?? 0 }
    for byte in bytes {
      let longer = run + [byte]
      if longer.count == 1 || table[longer] != nil {
        run = longer
        continue
      }
      put(code(run))
      table[longer] = 258 + table.count
      let next = 258 + table.count
      if next == 4094 {
        put(256)
        table = [:]
        width = 9
      } else if next >= 1 << width {
        width += 1
      }
      run = [byte]
    }
    if !run.isEmpty {
      put(code(run))
      if 258 + table.count + 1 >= 1 << width, width < 12 { width += 1 }
    }
    put(257)
    if held > 0 { result.append(UInt8(truncatingIfNeeded: bits << UInt64(8 - held))) }
    return result
  }
}
