@testable import Formats

/// Writes DigitalMicrograph files for the tests.
struct GatanFileBuilder {
  indirect enum Tag {
    case group([(String, Tag)])
    /// A type's code, and its bytes in little-endian order, `width` bytes a number.
    case number(code: UInt64, bytes: [UInt8])
    case record([(code: UInt64, bytes: [UInt8])])
    case array(code: UInt64, width: Int, bytes: [UInt8])
    case recordArray(codes: [UInt64], width: Int, bytes: [UInt8])
    case string([UInt8])

    static func float(_ value: Float) -> Tag { .number(code: 6, bytes: littleEndian(value.bitPattern)) }
    static func double(_ value: Double) -> Tag { .number(code: 7, bytes: littleEndian(value.bitPattern)) }
    static func unsigned(_ value: UInt32) -> Tag { .number(code: 5, bytes: littleEndian(value)) }
    static func flag(_ value: Bool) -> Tag { .number(code: 8, bytes: [value ? 1 : 0]) }
    static func text(_ value: String) -> Tag {
      .array(code: 4, width: 2, bytes: value.utf16.flatMap { littleEndian($0) })
    }
  }

  var version = 4
  var byteOrder = ByteOrder.little
  private var bytes: [UInt8] = []

  init(version: Int, byteOrder: ByteOrder) {
    self.version = version
    self.byteOrder = byteOrder
  }

  static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
  }

  /// An image as DigitalMicrograph lists it.
  static func image(
    _ name: String, sizes: [Int], dataType: UInt32, code: UInt64, width: Int, data: [UInt8],
    dimensions: [(origin: Float, scale: Float, units: String)] = [], tags: [(String, Tag)] = []
  ) -> Tag {
    .group([
      (
        "ImageData",
        .group([
          (
            "Calibrations",
            .group([
              ("Brightness", .group([("Origin", .float(0)), ("Scale", .float(1)), ("Units", .text("e-"))])),
              (
                "Dimension",
                .group(
                  dimensions.map {
                    (
                      "",
                      .group([("Origin", .float($0.origin)), ("Scale", .float($0.scale)), ("Units", .text($0.units))])
                    )
                  })
              ),
            ])
          ), ("Data", .array(code: code, width: width, bytes: data)), ("DataType", .unsigned(dataType)),
          ("Dimensions", .group(sizes.map { ("", .unsigned(UInt32($0))) })),
        ])
      ), ("ImageTags", .group(tags)), ("Name", .text(name)),
    ])
  }

  static let thumbnail = image(
    "thumbnail", sizes: [2, 1], dataType: 23, code: 3, width: 4, data: [UInt8](repeating: 9, count: 8))

  /// A whole file: a thumbnail and the images given.
  static func file(version: Int = 4, byteOrder: ByteOrder = .little, images: [Tag], tags: [(String, Tag)] = []) -> [UInt8] {
    var builder = GatanFileBuilder(version: version, byteOrder: byteOrder)
    return builder.file(
      [
        ("ImageList", .group(([thumbnail] + images).map { ("", $0) })),
        ("Thumbnails", .group([("", .group([("ImageIndex", .unsigned(0))]))])),
      ] + tags)
  }

  mutating func file(_ tags: [(String, Tag)]) -> [UInt8] {
    bytes = []
    put(.group(tags))
    let root = bytes
    bytes = [0, 0, 0, UInt8(version)]
    word(root.count)
    bytes += [0, 0, 0, byteOrder == .little ? 1 : 0]
    return bytes + root + [UInt8](repeating: 0, count: 8)
  }

  private mutating func word(_ value: Int) {
    bytes += Self.littleEndian(UInt64(value)).prefix(version == 3 ? 4 : 8).reversed()
  }

  private mutating func put(_ tag: Tag) {
    switch tag {
    case .group(let entries):
      bytes += [1, 0]
      word(entries.count)
      for (name, tag) in entries {
        if case .group = tag { bytes.append(20) } else { bytes.append(21) }
        bytes += [UInt8(name.utf8.count >> 8), UInt8(name.utf8.count & 255)] + Array(name.utf8)
        var inner = GatanFileBuilder(version: version, byteOrder: byteOrder)
        inner.put(tag)
        if version == 4 { word(inner.bytes.count) }
        bytes += inner.bytes
      }
    case .number(let code, let value): data([code], value, width: value.count)
    case .record(let fields):
      define([15, 0, UInt64(fields.count)] + fields.flatMap { [0, $0.code] })
      for field in fields { values(field.bytes, width: field.bytes.count) }
    case .array(let code, let width, let value): data([20, code, UInt64(value.count / width)], value, width: width)
    case .recordArray(let codes, let width, let value):
      data(
        [20, 15, 0, UInt64(codes.count)] + codes.flatMap { [0, $0] } + [UInt64(value.count / width / codes.count)], value,
        width: width)
    case .string(let value): data([18, UInt64(value.count)], value, width: 1)
    }
  }

  private mutating func data(_ definition: [UInt64], _ value: [UInt8], width: Int) {
    define(definition)
    values(value, width: width)
  }

  private mutating func define(_ definition: [UInt64]) {
    bytes += Array("%%%%".utf8)
    word(definition.count)
    for number in definition { word(Int(number)) }
  }

  private mutating func values(_ value: [UInt8], width: Int) {
    guard byteOrder == .big, width > 1 else {
      bytes += value
      return
    }
    for start in stride(from: 0, to: value.count, by: width) { bytes += value[start..<start + width].reversed() }
  }
}
