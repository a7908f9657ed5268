internal import CHDF5

/// Copies the objects of a file into another one and knows where each went: an object with several hard links stays one
/// object, and references lead to the copies.
///
/// The caller walks the source and says for each link what becomes of it; `finish()` comes last. References to what was not
/// copied become null. Links whose kind only their maker can follow are refused.
public final class FileCopy {
  private let target: File
  /// Where the object with its header at a byte of the source lies in the target.
  private(set) var addresses: [UInt64: UInt64] = [:]
  private(set) var pendingAttributes: [(source: Anchor, target: Anchor, name: [CChar])] = []
  /// Values that wait until it is known where references lead.
  private(set) var pendingValues: [(source: Anchor, target: Anchor)] = []

  /// Where named datatypes wait for their links, so that whatever is of such a type finds it.
  private static let waitingRoom = ".named-datatypes"
  private var hasWaitingRoom = false

  /// Begins with the attributes of the root and the named datatypes.
  ///
  /// - Parameter target: an empty file.
  public init(from source: File, to target: File) throws(HDF5Error) {
    self.target = target
    try Self.requireNoUserBlock(source)
    let root = try source.root
    let targetRoot = try target.root
    try record(root.anchor, targetRoot.anchor)
    var datatypes: [NamedDatatype] = []
    try root.visit { (_, node) throws(HDF5Error) in
      if case .datatype(let datatype) = node { datatypes.append(datatype) }
      return .proceed
    }
    if !datatypes.isEmpty {
      hasWaitingRoom = true
      let room = try targetRoot.createGroup(Self.waitingRoom)
      var copies: [Anchor] = []
      for (index, datatype) in datatypes.enumerated() {
        copies.append(try copy(datatype.anchor, as: Array("\(index)".utf8), in: room))
      }
      for (datatype, copy) in zip(datatypes, copies) { try copyAttributes(from: datatype.anchor, to: copy) }
    }
    try copyAttributes(from: root.anchor, to: targetRoot.anchor)
  }

  /// Makes a link in a group of the target where that is all there is to do: a soft or external one, or one more to an object
  /// that was copied before. Answers false where an object is to be copied first.
  public func relink(_ link: Link, in group: Group) throws(HDF5Error) -> Bool {
    let location = group.anchor.location(of: link.name)
    switch link.target {
    case .soft(let path): try group.createSoftLink(link.name, to: path)
    case .external(let file, let path): try group.createExternalLink(link.name, file: file, target: path)
    case .userDefined(let kind):
      throw HDF5Error(.unsupported, call: "H5Lcreate_ud", on: location, "a link of the unknown kind \(kind) cannot be copied")
    case .hard(let address):
      guard let copied = addresses[address] else { return false }
      let object = try object(at: copied, location)
      let links = try Group.linkCreation(for: location)
      let name = Self.cString(link.rawName)
      _ = try Library.call("H5Olink", group.anchor.handle, on: location) {
        unsafe H5Olink(object.id, $0, name, links.id, lamella_h5p_default())
      }
    }
    return true
  }

  /// Makes a group that keeps the same orders of creation, with the attributes of the source and nothing in it.
  public func copy(_ group: Group, as link: Link, in parent: Group) throws(HDF5Error) -> Group {
    let location = parent.anchor.location(of: link.name)
    let links = try Group.linkCreation(for: location)
    let creation = try Self.groupCreation(like: group, location)
    let name = Self.cString(link.rawName)
    let handle = try Library.make("H5Gcreate2", parent.anchor.handle, on: location) {
      unsafe H5Gcreate2($0, name, links.id, creation.id, lamella_h5p_default())
    }
    let copy = Group(Anchor(handle, path: parent.anchor.path(of: link.name), in: target))
    try record(group.anchor, copy.anchor)
    try copyAttributes(from: group.anchor, to: copy.anchor)
    return copy
  }

  /// Copies a dataset as it is, its chunks as they are stored.
  ///
  /// The corresponding C function is `H5Ocopy`.
  public func copy(_ dataset: Dataset, as link: Link, in parent: Group) throws(HDF5Error) {
    let type = try Library.make("H5Dget_type", dataset.handle, on: dataset.location) { H5Dget_type($0) }
    let copy: Anchor
    if try Library.ask("H5Tcommitted", on: dataset.location, { H5Tcommitted(type.id) }) {
      // The library would make a nameless type of its own for the copy.
      copy = try create(like: dataset, ofType: ownDatatype(type, dataset.location), as: link, in: parent)
      pendingValues.append((dataset.anchor, copy))
    } else {
      copy = try self.copy(dataset.anchor, as: link.rawName, in: parent)
      if try ReferenceLayout(type, of: dataset.location) != .none { pendingValues.append((dataset.anchor, copy)) }
    }
    try copyAttributes(from: dataset.anchor, to: copy)
  }

  /// Takes a dataset that the caller wrote for the copy of another one, and gives it the attributes that it lacks.
  public func take(_ dataset: Dataset, asCopyOf source: Dataset, without isLeftOut: (String) -> Bool) throws(HDF5Error) {
    try record(source.anchor, dataset.anchor)
    try copyAttributes(from: source.anchor, to: dataset.anchor, without: isLeftOut)
  }

  /// Writes what waited for all objects to be there: references, and values of named types.
  public func finish() throws(HDF5Error) {
    for (source, target, name) in pendingAttributes { try translateAttribute(name, from: source, to: target) }
    for (source, target) in pendingValues { try translateValues(from: source, to: target) }
    if hasWaitingRoom { try target.root.delete(Self.waitingRoom) }
  }

  /// The properties of a new group that matter: those that the library reports of an old one lead into its file.
  private static func groupCreation(like group: Group, _ location: String) throws(HDF5Error) -> Handle {
    let old = try Library.make("H5Gget_create_plist", group.anchor.handle, on: location) { H5Gget_create_plist($0) }
    let new = try Library.make("H5Pcreate", on: location) { H5Pcreate(lamella_h5p_group_create()) }
    var links: UInt32 = 0
    var attributes: UInt32 = 0
    _ = try Library.call("H5Pget_link_creation_order", on: location) {
      unsafe H5Pget_link_creation_order(old.id, &links) < 0 ? -1 : H5Pset_link_creation_order(new.id, links)
    }
    _ = try Library.call("H5Pget_attr_creation_order", on: location) {
      unsafe H5Pget_attr_creation_order(old.id, &attributes) < 0 ? -1 : H5Pset_attr_creation_order(new.id, attributes)
    }
    return new
  }

  private static func requireNoUserBlock(_ source: File) throws(HDF5Error) {
    let creation = try Library.make("H5Fget_create_plist", source.handle, on: source.path) { H5Fget_create_plist($0) }
    var bytes: hsize_t = 0
    _ = try Library.call("H5Pget_userblock", on: source.path) { unsafe H5Pget_userblock(creation.id, &bytes) }
    guard bytes == 0 else {
      throw HDF5Error(
        .unsupported, call: "H5Pget_userblock", on: source.path,
        "begins with \(bytes) bytes of another program, which a copy would lose",
        advice: "Take them off with h5unjam, and keep them.")
    }
  }

  /// Opens an object of the target by the address of its header.
  func object(at address: UInt64, _ location: String) throws(HDF5Error) -> Handle {
    let root = try target.root
    return try Library.make("H5Oopen_by_addr", root.anchor.handle, on: location) { H5Oopen_by_addr($0, haddr_t(address)) }
  }

  private func record(_ source: Anchor, _ target: Anchor) throws(HDF5Error) {
    addresses[try source.identity().address] = try target.identity().address
  }

  private func copy(_ source: Anchor, as name: [UInt8], in parent: Group) throws(HDF5Error) -> Anchor {
    let shown = String(decoding: name, as: UTF8.self)
    let location = parent.anchor.location(of: shown)
    let links = try Group.linkCreation(for: location)
    let copying = try Library.make("H5Pcreate", on: location) { H5Pcreate(lamella_h5p_object_copy()) }
    _ = try Library.call("H5Pset_copy_object", on: location) {
      H5Pset_copy_object(copying.id, UInt32(H5O_COPY_WITHOUT_ATTR_FLAG))
    }
    let key = Self.cString(name)
    do throws(HDF5Error) {
      _ = try Library.call("H5Ocopy", source.handle, on: source.location) {
        unsafe H5Ocopy($0, ".", parent.anchor.handle.id, key, copying.id, links.id)
      }
    } catch {
      guard error.kind == .cannotWrite || error.kind == .diskFull else { throw error }
      // What cannot be written is the copy.
      var failure = error
      failure.object = location
      throw failure
    }
    let copy = try parent.anchor(at: name, shown: shown)
    try record(source, copy)
    return copy
  }

  /// A dataset of the same properties without values.
  private func create(
    like dataset: Dataset, ofType type: borrowing Handle, as link: Link, in parent: Group
  ) throws(HDF5Error) -> Anchor {
    let location = parent.anchor.location(of: link.name)
    let links = try Group.linkCreation(for: location)
    let creation = try Library.make("H5Dget_create_plist", dataset.handle, on: location) { H5Dget_create_plist($0) }
    let space = try Library.make("H5Dget_space", dataset.handle, on: location) { H5Dget_space($0) }
    let name = Self.cString(link.rawName)
    let handle = try Library.make("H5Dcreate2", parent.anchor.handle, on: location) {
      unsafe H5Dcreate2($0, name, type.id, space.id, links.id, creation.id, lamella_h5p_default())
    }
    let copy = Anchor(handle, path: parent.anchor.path(of: link.name), in: target)
    try record(dataset.anchor, copy)
    return copy
  }

  /// Copies the attributes that the target lacks, in their order.
  private func copyAttributes(
    from source: Anchor, to target: Anchor, without isLeftOut: (String) -> Bool = { _ in false }
  ) throws(HDF5Error) {
    try forEachAttribute(of: source) { (attribute, name) throws(HDF5Error) in
      let shown = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let location = "\(source.location)@\(shown)"
      guard !isLeftOut(shown),
        try !Library.ask("H5Aexists", on: location, { unsafe H5Aexists(target.handle.id, name) })
      else { return }
      let type = try Library.make("H5Aget_type", on: location) { H5Aget_type(attribute.id) }
      let space = try Library.make("H5Aget_space", on: location) { H5Aget_space(attribute.id) }
      let creation = try Library.make("H5Aget_create_plist", on: location) { H5Aget_create_plist(attribute.id) }
      let ownType = try ownDatatype(type, location)
      let copy = try Library.make("H5Acreate2", target.handle, on: location) {
        unsafe H5Acreate2($0, name, ownType.id, space.id, creation.id, lamella_h5p_default())
      }
      let layout = try ReferenceLayout(type, of: location)
      guard layout == .none else { return pendingAttributes.append((source, target, name)) }
      try copyValue(attribute, to: copy, type: type, layout: layout, source: source, location)
    }
  }

  /// The type of an attribute as the target has it: a named one is that of its copy.
  private func ownDatatype(_ type: borrowing Handle, _ location: String) throws(HDF5Error) -> Handle {
    if try Library.ask("H5Tcommitted", on: location, { H5Tcommitted(type.id) }) {
      var information = H5O_info_t()
      _ = try Library.call("H5Oget_info2", on: location) {
        unsafe H5Oget_info2(type.id, &information, UInt32(H5O_INFO_BASIC))
      }
      if let address = addresses[UInt64(information.addr)] { return try object(at: address, location) }
    }
    return try Library.make("H5Tcopy", on: location) { H5Tcopy(type.id) }
  }

  /// Runs a body on each attribute of an object with its name, closed by a zero.
  private func forEachAttribute(
    of anchor: Anchor, _ body: (borrowing Handle, [CChar]) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    var information = H5O_info_t()
    _ = try Library.call("H5Oget_info2", anchor.handle, on: anchor.location) {
      unsafe H5Oget_info2($0, &information, UInt32(H5O_INFO_NUM_ATTRS))
    }
    for index in 0..<hsize_t(information.num_attrs) {
      // By creation where the object keeps that order; the library falls back to the name.
      let attribute = try Library.make("H5Aopen_by_idx", anchor.handle, on: anchor.location) {
        unsafe H5Aopen_by_idx(
          $0, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, lamella_h5p_default(), lamella_h5p_default())
      }
      let length = try Library.call("H5Aget_name", on: anchor.location) { H5Aget_name(attribute.id, 0, nil) }
      var name = [CChar](repeating: 0, count: Int(length) + 1)
      _ = try Library.call("H5Aget_name", on: anchor.location) { unsafe H5Aget_name(attribute.id, name.count, &name) }
      try body(attribute, name)
    }
  }

  private static func cString(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }
}
