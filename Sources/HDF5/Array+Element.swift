internal import CHDF5

/// A list of numbers of any length as one element: HDF5's variable-length type.
extension Array: HDF5Element where Element: HDF5Number {
  public static var storedDatatype: Datatype { .variableLength(Element.storedDatatype) }

  public static func read(from transfer: borrowing Transfer) throws(HDF5Error) -> [[Element]] {
    guard case .variableLength(let stored) = transfer.fileType, let number = stored.numericType else {
      throw transfer.mismatch("list of numbers")
    }
    guard transfer.conversion == .nearest || Element.storedDatatype.holdsAll(of: number) else {
      throw HDF5Error(
        .wouldLoseValues, call: "H5Tconvert", on: transfer.object,
        "holds lists of \(number), which may not fit \(Element.self)")
    }
    let type = try storedDatatype.makeHandle(for: transfer.object)
    let lists = try unsafe array(of: VariableList.self, transfer.count) { (buffer) throws(HDF5Error) in
      try unsafe transfer.read(type, into: buffer)
    }
    defer {
      Library.withGate { for index in unsafe lists.indices { unsafe H5free_memory(lists[index].start) } }
    }
    return unsafe lists.map { list in
      guard let start = unsafe list.start, unsafe list.count > 0 else { return [] }
      return unsafe [Element](
        UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: list.count))
    }
  }

  public static func write(_ values: [[Element]], to transfer: borrowing Transfer) throws(HDF5Error) {
    guard case .variableLength(let stored) = transfer.fileType, let number = stored.numericType else {
      throw transfer.mismatch("list of numbers")
    }
    guard transfer.conversion == .nearest || number.holdsAll(of: Element.storedDatatype) else {
      throw HDF5Error(
        .wouldLoseValues, call: "H5Dwrite", on: transfer.object,
        "lists of \(number) may not hold \(Element.self)")
    }
    let type = try storedDatatype.makeHandle(for: transfer.object)
    var flat = values.flatMap { $0 }
    var failure: HDF5Error?
    unsafe flat.withUnsafeMutableBufferPointer { elements in
      var next = 0
      let lists = unsafe values.map { list in
        defer { next += list.count }
        return unsafe VariableList(
          count: list.count,
          start: list.isEmpty ? nil : elements.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + next) })
      }
      do throws(HDF5Error) {
        try unsafe withBytes(of: lists) { (pointer) throws(HDF5Error) in
          try unsafe transfer.write(type, from: pointer)
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

/// The library's `hvl_t`.
@unsafe private struct VariableList: BitwiseCopyable {
  var count: Int
  var start: UnsafeMutableRawPointer?
}
