import Blocks
import HDF5
import Microscopy

@testable import Formats

/// Writes DigitalMicrograph files of version 5: tags as attributes of groups, the values of images as datasets.
enum GatanHDF5Sample {
  /// All tags of an earlier file and the values of its images, which must be plain numbers.
  static func convert(_ path: String, to target: String) throws {
    let file = try FileBytes(path, format: "test")
    let (tags, byteOrder) = try GatanTagReader.read(file)
    let output = try File.create(target)
    try write(tags, to: try output.root)
    for (index, group) in (tags.group("ImageList")?.groups ?? []).enumerated() {
      let image = try GatanImage(group, in: file, byteOrder: byteOrder)
      var layout = image.layout
      layout.dimensions = image.sizes.indices.reversed()
      let (type, array) = try image.array(layout)
      let bytes = try array.read(array.wholeBox)
      // Colours are put together again.
      let stored: ScalarType = image.isColour ? .uint32 : type
      let values = image.isColour ? colours(bytes) : bytes
      let dataset = try output.root.createDataset(
        "ImageList/[\(index)]/ImageData/Data", type: datatype(stored), shape: image.sizes.reversed(),
        layout: .chunked(image.sizes.reversed().map { min($0, 16) }), filters: [.deflate(level: 1)])
      try dataset.writeRaw(values)
    }
    try output.close()
  }

  private static func colours(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for start in stride(from: 0, to: bytes.count, by: 4) { result.swapAt(start, start + 2) }
    return result
  }

  static func datatype(_ type: ScalarType) -> Datatype {
    switch type {
    case .bool: .boolean
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    case .complex64: .complex64
    case .complex128: .complex128
    }
  }

  private static func write(_ tags: GatanTagGroup, to group: Group) throws {
    // The members of a list are numbered, whether they are tags or directories.
    var number = 0
    for entry in tags.entries {
      var name = entry.name
      if name.isEmpty {
        name = "[\(number)]"
        number += 1
      }
      switch entry.tag {
      case .group(let inner):
        // In the names of groups "/" has a meaning, and none may be there twice.
        name = name.replacing("/", with: "|")
        if try !group.exists(name) { try write(inner, to: try group.createGroup(name)) }
      // The values of images become datasets.
      case .array where name == "Data": break
      case .value(let value): try write(value, name, group)
      case .array(_, let values?): try write(values, name, group)
      case .array: break
      }
    }
  }

  private static func write(_ value: MetadataTree, _ name: String, _ group: Group) throws {
    switch value {
    case .boolean(let value): try group.attributes.set(name, to: value)
    case .integer(let value): try group.attributes.set(name, to: value)
    case .unsigned(let value): try group.attributes.set(name, to: value)
    case .real(let value): try group.attributes.set(name, to: value)
    case .text(let value): try group.attributes.set(name, to: value.filter { $0 != "\0" })
    case .list(let values):
      guard !values.isEmpty else { return }
      let integers = values.compactMap { if case .integer(let value) = $0 { value } else { nil } }
      let numbers = values.compactMap(\.number)
      if numbers.count == values.count, values.count > 500 {
        // Larger attributes do not fit into the header of a group.
        try group.createDataset(name, numbers.map(Float.init))
      } else if integers.count == values.count {
        try group.attributes.set(name, to: integers)
      } else if numbers.count == values.count {
        try group.attributes.set(name, to: numbers)
      }
    case .null, .dictionary: break
    }
  }
}
