internal import CHDF5

extension Dataset {
  /// The bytes of the element that stands for those never written, in the file's type; `nil` where none was set.
  ///
  /// The corresponding C function is `H5Pget_fill_value`.
  public var fillValue: [UInt8]? {
    get throws(HDF5Error) {
      let list = try Library.make("H5Dget_create_plist", handle, on: location) { H5Dget_create_plist($0) }
      var status = H5D_FILL_VALUE_UNDEFINED
      _ = try Library.call("H5Pfill_value_defined", on: location) {
        unsafe H5Pfill_value_defined(list.id, &status)
      }
      guard status == H5D_FILL_VALUE_USER_DEFINED, type.isSelfContained else { return nil }
      let memoryType = try type.makeHandle(for: location)
      return try unsafe array(of: UInt8.self, type.size) { (buffer) throws(HDF5Error) in
        _ = try Library.call("H5Pget_fill_value", on: location) {
          unsafe H5Pget_fill_value(list.id, memoryType.id, buffer)
        }
      }
    }
  }
}
