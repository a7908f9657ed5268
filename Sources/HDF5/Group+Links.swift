internal import CHDF5

extension Group {
  /// The order in which links are listed.
  public enum LinkOrder: Hashable, Sendable {
    case name
    /// The order of creation, where the group keeps it, otherwise by name.
    case creation
  }

  /// The links of the group; none is followed.
  ///
  /// The corresponding C function is `H5Literate`.
  public func links(_ order: LinkOrder = .name) throws(HDF5Error) -> [Link] {
    var index = H5_INDEX_NAME
    if order == .creation, try tracksOrder() { index = H5_INDEX_CRT_ORDER }
    var found: [(name: [UInt8], information: H5L_info_t)] = []
    _ = try Library.call("H5Literate", anchor.handle, on: anchor.location) { id in
      unsafe withUnsafeMutablePointer(to: &found) { pointer in
        unsafe H5Literate(
          id, index, H5_ITER_INC, nil,
          { _, name, information, context in
            guard let name = unsafe name, let information = unsafe information, let context = unsafe context
            else {
              return 0
            }
            let found = unsafe context.assumingMemoryBound(
              to: [(name: [UInt8], information: H5L_info_t)].self)
            unsafe found.pointee.append((bytes(of: name), information.pointee))
            return 0
          }, pointer)
      }
    }
    var links: [Link] = []
    for entry in found { links.append(try link(entry.name, entry.information)) }
    return links
  }

  /// The names of the links, in alphabetical order.
  public var names: [String] { get throws(HDF5Error) { try links().map(\.name) } }

  private func tracksOrder() throws(HDF5Error) -> Bool {
    var information = H5G_info_t()
    _ = try Library.call("H5Gget_info", anchor.handle, on: anchor.location) {
      unsafe H5Gget_info($0, &information)
    }
    let list = try Library.make("H5Gget_create_plist", anchor.handle, on: anchor.location) {
      H5Gget_create_plist($0)
    }
    var flags: UInt32 = 0
    _ = try Library.call("H5Pget_link_creation_order", on: anchor.location) {
      unsafe H5Pget_link_creation_order(list.id, &flags)
    }
    return flags & UInt32(H5P_CRT_ORDER_INDEXED) != 0
  }

  private func link(_ name: [UInt8], _ information: H5L_info_t) throws(HDF5Error) -> Link {
    let order = information.corder_valid ? Int(information.corder) : nil
    let target: Link.Target
    switch information.type {
    case H5L_TYPE_HARD: target = .hard(address: UInt64(unsafe information.u.address))
    case H5L_TYPE_SOFT: target = .soft(path: String(decoding: try value(name, information), as: UTF8.self))
    case H5L_TYPE_EXTERNAL:
      let parts = try externalValue(name, information)
      target = .external(file: parts.file, path: parts.path)
    default: target = .userDefined(kind: Int(information.type.rawValue))
    }
    return Link(rawName: name, target: target, creationOrder: order)
  }

  /// The bytes of a soft or external link, without the closing zero.
  private func value(_ name: [UInt8], _ information: H5L_info_t) throws(HDF5Error) -> [UInt8] {
    let size = unsafe information.u.val_size
    guard size > 0, size <= 1 << 20 else { return [] }
    var bytes = [UInt8](repeating: 0, count: size)
    let key = name.map { CChar(bitPattern: $0) } + [0]
    _ = try Library.call("H5Lget_val", anchor.handle, on: anchor.location) {
      unsafe H5Lget_val($0, key, &bytes, size, lamella_h5p_default())
    }
    if bytes.last == 0 { bytes.removeLast() }
    return bytes
  }

  /// An external link's value: a version byte, the file and the path, each closed by a zero.
  private func externalValue(
    _ name: [UInt8], _ information: H5L_info_t
  ) throws(HDF5Error) -> (file: String, path: String) {
    let parts = try value(name, information).dropFirst().split(separator: 0, omittingEmptySubsequences: false)
    return (
      parts.first.map { String(decoding: $0, as: UTF8.self) } ?? "",
      parts.dropFirst().first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    )
  }
}
