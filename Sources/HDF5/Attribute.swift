internal import CHDF5

/// An open attribute of a group, a dataset or a named datatype.
public final class Attribute: Sendable {
  public let name: String
  public let type: Datatype
  public let space: Dataspace
  let handle: Handle
  /// Path and name, for messages.
  let location: String
  private let file: File

  init(_ handle: consuming Handle, name: String, of owner: String, in file: File) throws(HDF5Error) {
    let location = "\(owner)@\(name)"
    self.handle = handle
    self.name = name
    self.location = location
    self.file = file
    let id = self.handle.id
    let type = try Library.make("H5Aget_type", on: location) { H5Aget_type(id) }
    self.type = try Datatype(reading: type, of: location)
    let space = try Library.make("H5Aget_space", on: location) { H5Aget_space(id) }
    self.space = try Dataspace(reading: space, of: location)
  }

  /// The elements in C order; none for the null space.
  public func read<Element: HDF5Element>(
    as _: Element.Type = Element.self, converting conversion: Conversion = .exact
  ) throws(HDF5Error) -> [Element] {
    let transfer = try transfer(conversion)
    return try Element.read(from: transfer)
  }

  /// Replaces all elements.
  public func write<Element: HDF5Element>(
    _ values: [Element], converting conversion: Conversion = .exact
  ) throws(HDF5Error) {
    let transfer = try transfer(conversion)
    guard values.count == transfer.count else {
      throw HDF5Error(
        .invalidArgument, call: "H5Awrite", on: location,
        "needs \(transfer.count) values, not \(values.count)")
    }
    try Element.write(values, to: transfer)
  }

  /// The elements' bytes as the file has them, one after the other.
  ///
  /// Types with heap references (variable-length ones, references) have no such bytes and throw.
  public func readRaw() throws(HDF5Error) -> [UInt8] {
    try transfer(.exact).readRaw()
  }

  public func writeRaw(_ bytes: [UInt8]) throws(HDF5Error) {
    try transfer(.exact).writeRaw(bytes)
  }

  public func close() throws(HDF5Error) { try handle.close(location) }

  func transfer(_ conversion: Conversion) throws(HDF5Error) -> Transfer {
    guard let count = space.checkedCount else {
      throw HDF5Error(.damaged, call: "H5Aget_space", on: location, "has the impossible shape \(space.shape)")
    }
    try checkRoom(count, type, in: file, on: location)
    return Transfer(
      subject: .attribute(self), fileType: type, count: count, conversion: conversion, field: nil,
      fileSpace: Handle(owning: -1), memorySpace: Handle(owning: -1))
  }

  /// An attribute lies in the file as it is: one that claims more bytes than the file has is a lie.
  private func checkRoom(_ count: Int, _ type: Datatype, in file: File, on location: String) throws(HDF5Error) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: max(1, type.size))
    let available = count > 65_536 ? try file.byteCount() : Int.max
    if overflow || bytes > available {
      throw HDF5Error(.damaged, call: "H5Aread", on: location, "claims more bytes than the file has")
    }
  }
}
