extension Bool: HDF5Scalar {
  public static var storedDatatype: Datatype { .boolean }

  /// Reads booleans; integers count where they are 0 or 1.
  public static func read(from transfer: borrowing Transfer) throws(HDF5Error) -> [Bool] {
    switch transfer.fileType {
    case .boolean, .enumeration, .integer: break
    default: throw transfer.mismatch("boolean")
    }
    let numbers = try Int64.read(from: transfer)
    if let odd = numbers.first(where: { $0 != 0 && $0 != 1 }) {
      throw HDF5Error(
        .wouldLoseValues, call: "H5Tconvert", on: transfer.object, "holds \(odd), which is no boolean")
    }
    return numbers.map { $0 != 0 }
  }

  public static func write(_ values: [Bool], to transfer: borrowing Transfer) throws(HDF5Error) {
    let bytes = values.map { UInt8($0 ? 1 : 0) }
    switch transfer.fileType {
    case .boolean: try transfer.put(bytes, as: .boolean)
    case .integer: try transfer.put(bytes, as: .uint8)
    default: throw transfer.mismatch("boolean")
    }
  }
}
