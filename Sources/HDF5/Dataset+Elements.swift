internal import CHDF5

extension Dataset {
  /// The selected elements in C order, converted where nothing is lost.
  ///
  /// - Parameter field: the field of a compound to take alone.
  ///
  /// The corresponding C function is `H5Dread`.
  public func read<Element: HDF5Element>(
    as _: Element.Type = Element.self, _ selection: Selection = .all, field: String? = nil,
    converting conversion: Conversion = .exact
  ) throws(HDF5Error) -> [Element] {
    let transfer = try transfer(
      selection, conversion, forWriting: false, elementSize: MemoryLayout<Element>.stride, field: field)
    return try Element.read(from: transfer)
  }

  /// Replaces the selected elements.
  ///
  /// The corresponding C function is `H5Dwrite`.
  public func write<Element: HDF5Element>(
    _ values: [Element], _ selection: Selection = .all, field: String? = nil,
    converting conversion: Conversion = .exact
  ) throws(HDF5Error) {
    let transfer = try transfer(
      selection, conversion, forWriting: true, elementSize: MemoryLayout<Element>.stride, field: field)
    guard values.count == transfer.count else {
      throw HDF5Error(
        .invalidArgument, call: "H5Dwrite", on: location,
        "needs \(transfer.count) values, not \(values.count)")
    }
    try Element.write(values, to: transfer)
  }

  /// The selected elements' bytes in a memory type, by default the file's own.
  ///
  /// Types with heap references (variable-length ones, references) have no such bytes and throw.
  public func readRaw(_ selection: Selection = .all, as memoryType: Datatype? = nil) throws(HDF5Error)
    -> [UInt8]
  {
    let size = max(type.size, memoryType?.size ?? 0)
    return try transfer(selection, .nearest, forWriting: false, elementSize: size).readRaw(as: memoryType)
  }

  /// Replaces the selected elements by bytes in a memory type, by default the file's own.
  public func writeRaw(
    _ bytes: [UInt8], _ selection: Selection = .all, as memoryType: Datatype? = nil
  ) throws(HDF5Error) {
    let size = max(type.size, memoryType?.size ?? 0)
    try transfer(selection, .nearest, forWriting: true, elementSize: size).writeRaw(bytes, as: memoryType)
  }

  func transfer(
    _ selection: Selection, _ conversion: Conversion, forWriting: Bool, elementSize: Int, field: String? = nil
  ) throws(HDF5Error) -> Transfer {
    for filter in filters { try filter.check(forWriting: forWriting, on: location) }
    let fileSpace = try Library.make("H5Dget_space", anchor.handle, on: location) { H5Dget_space($0) }
    let space = try Dataspace(reading: fileSpace, of: location)
    var selected = space
    if selection != .all {
      guard case .simple(let shape, _) = space else {
        throw HDF5Error(.outOfBounds, call: "H5Sselect", on: location, "has no shape to select from")
      }
      try selection.check(against: shape, on: location)
      try selection.apply(to: fileSpace, on: location)
      selected = .array(selection.shape(in: shape))
    }
    let fileType = try fileType(of: field)
    guard let count = selected.checkedCount else { throw tooLarge(selected.shape) }
    try checkRoom(count, max(elementSize, fileType.size, 1), selected.shape)
    if selection == .all { try checkStored(count) }
    if !forWriting {
      if selection == .all { try checkClaims() }
      try checkChunkClaim()
    }
    return Transfer(
      subject: .dataset(self), fileType: fileType, count: count, conversion: conversion, field: field,
      fileSpace: fileSpace,
      memorySpace: try selected.makeHandle(for: location))
  }

  private func fileType(of field: String?) throws(HDF5Error) -> Datatype {
    guard let field else { return type }
    guard case .compound(let fields, _) = type, let found = fields.first(where: { $0.name == field }) else {
      throw HDF5Error(
        .notFound, call: "H5Tget_member_index", on: location, "has no field named \(field)",
        advice: "Its type is \(type).")
    }
    return found.type
  }

  /// Throws where elements would need more memory than the machine has.
  private func checkRoom(_ count: Int, _ size: Int, _ shape: [Int]) throws(HDF5Error) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow || bytes > Library.memoryLimit { throw tooLarge(shape) }
  }

  /// Throws where unfiltered elements would lie beyond the end of the file.
  private func checkStored(_ count: Int) throws(HDF5Error) {
    guard layout == .contiguous || layout == .compact, try storageSize > 0 else { return }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
    let available = bytes > 1 << 20 ? try file.byteCount() : Int.max
    if overflow || bytes > available {
      throw HDF5Error(.damaged, call: "H5Dread", on: location, "claims more bytes than the file has")
    }
  }

  private func tooLarge(_ shape: [Int]) -> HDF5Error {
    HDF5Error(.tooLarge, call: "H5Dread", on: location, "the elements of \(shape) do not fit in memory")
  }
}
