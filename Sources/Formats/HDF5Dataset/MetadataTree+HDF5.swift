internal import HDF5
internal import Microscopy

/// Where values of an HDF5 file are read from for metadata.
private enum ValueHolder {
  case attribute(Attribute)
  case dataset(Dataset)

  var type: Datatype {
    switch self {
    case .attribute(let attribute): attribute.type
    case .dataset(let dataset): dataset.type
    }
  }

  var space: Dataspace {
    get throws(HDF5Error) {
      switch self {
      case .attribute(let attribute): attribute.space
      case .dataset(let dataset): try dataset.space
      }
    }
  }

  func read<Element: HDF5Element>(_ type: Element.Type) throws(HDF5Error) -> [Element] {
    switch self {
    case .attribute(let attribute): try attribute.read(as: type)
    case .dataset(let dataset): try dataset.read(as: type)
    }
  }

  func readRaw() throws(HDF5Error) -> [UInt8] {
    switch self {
    case .attribute(let attribute): try attribute.readRaw()
    case .dataset(let dataset): try dataset.readRaw()
    }
  }
}

extension MetadataTree {
  /// Values of a dataset or an attribute that are kept as metadata; larger ones are described.
  static let maximalValueCount = 1 << 17

  /// The value of an attribute: a number, a text, or lists of them, nested as its shape is.
  ///
  /// Records become dictionaries. What has no such form (references) is named as left out, so that one odd attribute does not hide a file.
  static func value(of attribute: Attribute) throws(HDF5Error) -> MetadataTree { try value(.attribute(attribute)) }

  static func value(of dataset: Dataset) throws(HDF5Error) -> MetadataTree {
    // As a tree values take many times their bytes.
    try dataset.checkClaims(beyond: 1 << 16)
    return try value(.dataset(dataset))
  }

  private static func value(_ holder: ValueHolder) throws(HDF5Error) -> MetadataTree {
    let space = try holder.space
    if space == .null { return .null }
    guard let count = space.checkedCount, count <= maximalValueCount else {
      return [
        "left out": .text("an array of type \(holder.type)"), "shape": .list(space.shape.map { .integer(Int64($0)) }),
      ]
    }
    let values: [MetadataTree]?
    do {
      values = try elements(holder)
    } catch  where error.kind == .typeMismatch || error.kind == .unsupported || error.kind == .wouldLoseValues {
      values = nil
    }
    guard let values else { return ["left out": .text("a value of type \(holder.type)")] }
    if space == .scalar { return values.first ?? .null }
    return nested(values[...], space.shape[...])
  }

  private static func elements(_ holder: ValueHolder) throws(HDF5Error) -> [MetadataTree]? {
    switch holder.type {
    case .integer(_, signed: true, _): return try holder.read(Int64.self).map { .integer($0) }
    case .integer: return try holder.read(UInt64.self).map { $0 <= Int64.max ? .integer(Int64($0)) : .unsigned($0) }
    case .float: return try holder.read(Double.self).map { .real($0) }
    case .boolean: return try holder.read(Bool.self).map { .boolean($0) }
    case .fixedString, .variableString: return try holder.read(String.self).map { .text($0) }
    case .complex:
      return try holder.read(Complex<Double>.self).map { ["real": .real($0.real), "imaginary": .real($0.imaginary)] }
    case .enumeration(_, let members):
      return try holder.read(Int64.self).map { value in
        members.first { $0.value == value }.map { .text($0.name) } ?? .integer(value)
      }
    case .opaque(let size, _):
      guard size > 0 else { return nil }
      let bytes = try holder.readRaw()
      return stride(from: 0, to: bytes.count, by: size).map { start in
        .text(bytes[start..<min(start + size, bytes.count)].map(hexadecimal).joined())
      }
    case .compound(_, let size):
      let count = try holder.space.checkedCount ?? .max
      guard size > 0, count <= maximalValueCount / size else { return nil }
      return holder.type.isSelfContained ? records(try holder.readRaw(), holder.type) : nil
    default: return nil
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func nested(_ values: ArraySlice<MetadataTree>, _ shape: ArraySlice<Int>) -> MetadataTree {
    guard shape.count > 1, let first = shape.first, first > 0 else { return .list(Array(values)) }
    let rest = shape.dropFirst()
    let size = values.count / first
    return .list(
      (0..<first).map { index in
        let start = values.startIndex + index * size
        return nested(values[start..<start + size], rest)
      })
  }
}

extension FormatError {
  /// What the HDF5 layer says, as an error of a format.
  init(_ format: String, file: String, _ error: HDF5Error) {
    let object = error.object.hasPrefix(file + ":") ? String(error.object.dropFirst(file.count + 1)) : error.object
    let inside = object.isEmpty || object == file ? nil : object
    self.init(format, file: file, field: inside, error.problem, advice: error.advice)
  }
}

/// Runs work on an HDF5 file with the errors of a format.
func readingHDF5<Value>(
  _ format: String, _ file: String, _ body: () throws(HDF5Error) -> Value
) throws(FormatError) -> Value {
  do {
    return try body()
  } catch {
    throw FormatError(format, file: file, error)
  }
}

extension File {
  /// Opens a file for import: chunks that are cut by several boxes are kept, unless they are very large.
  static func openForImport(_ path: String, _ options: ImportOptions) throws(HDF5Error) -> File {
    var access = FileAccess()
    access.chunkCacheBytes = 8 << 20
    access.allowsOutsideFiles = options.followsForeignLinks
    return try File.open(path, .reading, access: access)
  }
}
