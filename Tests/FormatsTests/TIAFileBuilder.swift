@testable import Formats

/// Writes .ser and .emi files as TIA does.
enum TIAFileBuilder {
  struct Dimension {
    var size: Int
    var offset = 0.0
    var delta = 1.0
    var element = 0
    var units = ""
  }

  struct Element {
    /// Offset, delta and element of x, and of y for an image.
    var calibrations: [(Double, Double, Int)]
    var code: Int
    /// Of x, and of y for an image.
    var extents: [Int]
    var values: [UInt8]
    var time = 1_456_073_586
    /// Metres; a tag with a time alone when nil.
    var position: (Double, Double)?
  }

  static func series(
    version: Int = 0x0220, dimensions: [Dimension], total: Int? = nil, _ elements: [Element]
  ) -> [UInt8] {
    let width = version <= 0x0210 ? 4 : 8
    let total = total ?? elements.count
    let hasPositions = elements.first?.position != nil
    var header: [UInt8] = little(0x4949, 2) + little(0x0197, 2) + little(version, 2)
    header += little(elements.first?.calibrations.count == 1 ? 0x4120 : 0x4122, 4)
    header += little(hasPositions ? 0x4142 : 0x4152, 4) + little(total, 4) + little(elements.count, 4)
    var rest = little(dimensions.count, 4)
    for dimension in dimensions {
      rest += little(dimension.size, 4) + bytes([dimension.offset, dimension.delta]) + little(dimension.element, 4)
      for text in ["Number", dimension.units] { rest += little(text.utf8.count, 4) + Array(text.utf8) }
    }
    let table = header.count + width + rest.count
    header += little(table, width) + rest
    var place = table + 2 * width * total
    var offsets: [UInt8] = []
    var tags: [UInt8] = []
    var content: [UInt8] = []
    for element in elements {
      offsets += little(place, width)
      var block: [UInt8] = []
      for (offset, delta, index) in element.calibrations { block += bytes([offset, delta]) + little(index, 4) }
      block += little(element.code, 2) + element.extents.flatMap { little($0, 4) } + element.values
      tags += little(place + block.count, width)
      block += little(hasPositions ? 0x4142 : 0x4152, 2) + [0, 0] + little(element.time, 4)
      if let (x, y) = element.position { block += bytes([x, y]) }
      content += block
      place += block.count
    }
    let empty = [UInt8](repeating: 0, count: width * (total - elements.count))
    return header + offsets + empty + tags + empty + content
  }

  static func image(
    _ width: Int, _ height: Int, _ values: [UInt8], code: Int = 5, delta: Double = 2e-9, time: Int = 1_456_073_586
  ) -> Element {
    Element(
      calibrations: [(-1e-8, delta, 0), (-1e-8, delta, 0)], code: code, extents: [width, height], values: values,
      time: time)
  }

  static func description(_ documents: [String]) -> [UInt8] {
    [0x4A, 0x4B, 0, 2, 0, 0, 0, 0, 4, 0x4D, 1, 0] + documents.flatMap { [0, 1, 2, 3] + Array($0.utf8) + [0xFF, 0, 0x3C] }
  }

  /// An object with lines of a label, a value and a unit.
  static func object(
    _ lines: [(String, String, String)] = [], date: String? = nil, _ rest: String = ""
  ) -> String {
    let table = lines.map { "<Data><Label>\($0.0)</Label><Value>\($0.1)</Value><Unit>\($0.2)</Unit></Data>" }.joined()
    return "<ObjectInfo><Uuid>8fb81690</Uuid>"
      + (table.isEmpty ? "" : "<ExperimentalDescription><Root>\(table)</Root></ExperimentalDescription>")
      + (date.map { "<AcquireDate>\($0)</AcquireDate>" } ?? "") + rest + "</ObjectInfo>"
  }
}
