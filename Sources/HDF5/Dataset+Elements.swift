internal import CHDF5

extension Dataset {
  /// The selected elements in C order, converted where nothing is lost.
  ///
  /// The corresponding C function is `H5Dread`.
  public func read<Element: HDF5Element>(
    as _: Element.Type = Element.self, _ selection: Selection = .all, converting conversion: Conversion = .exact
  ) throws(HDF5Error) -> [Element] {
    let transfer = try transfer(selection, conversion, forWriting: false, elementSize: MemoryLayout<Element>.stride)
    return try Element.read(from: transfer)
  }

  /// Replaces the selected elements.
  ///
  /// The corresponding C function is `H5Dwrite`.
  public func write<Element: HDF5Element>(
    _ values: [Element], _ selection: Selection = .all, converting conversion: Conversion = .exact
  ) throws(HDF5Error) {
    let transfer = try transfer(selection, conversion, forWriting: true, elementSize: MemoryLayout<Element>.stride)
    guard values.count == transfer.count else {
      throw HDF5Error(
        .invalidArgument, call: "H5Dwrite", on: location, "needs \(transfer.count) values, not \(values.count)")
    }
    try Element.write(values, to: transfer)
  }

  /// The selected elements' bytes in a memory type, by default the file's own.
  ///
  /// Types with heap references (variable-length ones, references) have no such bytes and throw.
  public func readRaw(_ selection: Selection = .all, as memoryType: Datatype? = nil) throws(HDF5Error) -> [UInt8] {
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

  private func transfer(
    _ selection: Selection, _ conversion: Conversion, forWriting: Bool, elementSize: Int
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
    guard let count = selected.checkedCount, !count.multipliedReportingOverflow(by: max(1, elementSize)).overflow
    else {
      throw HDF5Error(.tooLarge, call: "H5Dread", on: location, "the elements of \(selected.shape) do not fit in memory")
    }
    return Transfer(
      subject: .dataset(self), fileType: type, count: count, conversion: conversion, fileSpace: fileSpace,
      memorySpace: try selected.makeHandle(for: location))
  }
}
