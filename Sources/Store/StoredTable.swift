internal import HDF5

/// A table in the file: a dataset of rows, each a compound of the columns' fields.
///
/// Numbers are float64, texts strings of variable length in UTF-8: a structured array for h5py. `@units` has a text per column,
/// empty where there is no unit. The digest is over the rows in their order, each its fields in their order: the bytes of
/// numbers, little-endian, and the UTF-8 of texts, each closed by a NUL.
enum StoredTable {
  static let unitsAttribute = "units"

  /// Whether a dataset can be read as a table.
  static func isTable(_ dataset: Dataset) -> Bool {
    guard case .compound(let fields, _) = dataset.type, !fields.isEmpty else { return false }
    return fields.allSatisfy { $0.type.isString || $0.type.isNumber }
  }

  static func put(_ name: String, _ columns: [TableColumn], in group: Group) throws {
    let count = columns.first?.values.count ?? 0
    var fields: [Datatype.Field] = []
    var size = 0
    for column in columns {
      // In memory, where types are made, a string is its pointer.
      fields.append(.init(column.name, column.numbers == nil ? .string : .float64, offset: size))
      size += 8
    }
    let dataset = try group.createDataset(name, type: .compound(fields: fields, size: size), shape: [count])
    for column in columns where count > 0 {
      switch column.values {
      case .numbers(let values): try dataset.write(values, field: column.name)
      case .texts(let values): try dataset.write(values, field: column.name)
      }
    }
    try dataset.attributes.set(unitsAttribute, to: columns.map(\.units))
    try dataset.seal(digest(columns))
  }

  static func columns(of dataset: Dataset) throws -> [TableColumn] {
    guard isTable(dataset), case .compound(let fields, _) = dataset.type else {
      throw StoreError(.damaged, file: dataset.file.path, path: dataset.path, "is no table: it holds \(dataset.type)")
    }
    let units: [String] = try dataset.attributes.readIfPresent(unitsAttribute) ?? []
    return try fields.enumerated().map { index, field in
      let unit = units.indices.contains(index) ? units[index] : ""
      return field.type.isString
        ? TableColumn(field.name, units: unit, texts: try dataset.read(field: field.name))
        : TableColumn(field.name, units: unit, numbers: try dataset.read(field: field.name, converting: .nearest))
    }
  }

  static func digest(_ columns: [TableColumn]) -> String? {
    let digest = Digest()
    for row in 0..<(columns.first?.values.count ?? 0) {
      for column in columns {
        switch column.values {
        case .numbers(let values): digest.update(bytes(of: values[row]))
        case .texts(let values): digest.update(Array(values[row].utf8) + [0])
        }
      }
    }
    return digest.finish()
  }

  private static func bytes(of value: Double) -> [UInt8] {
    let bits = value.bitPattern.littleEndian
    return unsafe withUnsafeBytes(of: bits) { unsafe Array($0) }
  }
}

extension Datatype {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .float: true
    default: false
    }
  }
}
