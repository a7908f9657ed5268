internal import CHDF5

/// A group: a folder of the file.
///
/// Paths are relative to the group, or absolute where they begin with a slash.
public final class Group: HDF5Object {
  let anchor: Anchor

  init(_ anchor: Anchor) { self.anchor = anchor }

  public var file: File { anchor.file }
  public var path: String { anchor.path }
  public var attributes: Attributes { Attributes(anchor) }
  public var identity: ObjectIdentity { get throws(HDF5Error) { try anchor.identity() } }
  public func close() throws(HDF5Error) { try anchor.handle.close(anchor.location) }

  /// Opens whatever a path leads to.
  ///
  /// The corresponding C function is `H5Oopen`.
  public func open(_ path: String) throws(HDF5Error) -> Node {
    try Node(try anchor(at: path))
  }

  /// Opens what a link of this group leads to, also where its name is no UTF-8.
  public func open(_ link: Link) throws(HDF5Error) -> Node {
    try Node(try anchor(at: link.rawName, shown: link.name))
  }

  public func group(_ path: String) throws(HDF5Error) -> Group {
    guard case .group(let group) = try open(path) else { throw wrongKind(path, "a group") }
    return group
  }

  public func dataset(_ path: String) throws(HDF5Error) -> Dataset {
    guard case .dataset(let dataset) = try open(path) else { throw wrongKind(path, "a dataset") }
    return dataset
  }

  public func datatype(_ path: String) throws(HDF5Error) -> NamedDatatype {
    guard case .datatype(let datatype) = try open(path) else { throw wrongKind(path, "a named datatype") }
    return datatype
  }

  /// Creates a group, and the groups on the way to it.
  ///
  /// - Parameter tracksOrder: whether the group remembers in which order its links were made.
  ///
  /// The corresponding C function is `H5Gcreate2`.
  @discardableResult
  public func createGroup(_ path: String, tracksOrder: Bool = false) throws(HDF5Error) -> Group {
    try checkName(path, call: "H5Gcreate2", on: anchor.location)
    let location = anchor.location(of: path)
    let links = try Self.linkCreation(for: location)
    let creation = try Library.make("H5Pcreate", on: location) { H5Pcreate(lamella_h5p_group_create()) }
    // The same content makes the same file.
    _ = try Library.call("H5Pset_obj_track_times", on: location) { H5Pset_obj_track_times(creation.id, false) }
    if tracksOrder {
      _ = try Library.call("H5Pset_link_creation_order", on: location) {
        H5Pset_link_creation_order(creation.id, UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED))
      }
    }
    let handle = try Library.make("H5Gcreate2", anchor.handle, on: location) {
      unsafe H5Gcreate2($0, path, links.id, creation.id, file.guardian.groups.id)
    }
    return Group(Anchor(handle, path: anchor.path(of: path), in: file))
  }

  /// Opens a group, or creates it where there is none.
  public func requireGroup(_ path: String) throws(HDF5Error) -> Group {
    try exists(path) ? try group(path) : try createGroup(path)
  }

  /// Gives a datatype a name in the file.
  ///
  /// The corresponding C function is `H5Tcommit2`.
  @discardableResult
  public func createDatatype(_ path: String, _ type: Datatype) throws(HDF5Error) -> NamedDatatype {
    try checkName(path, call: "H5Tcommit2", on: anchor.location)
    let location = anchor.location(of: path)
    let links = try Self.linkCreation(for: location)
    let handle = try type.makeHandle(for: location)
    _ = try Library.call("H5Tcommit2", anchor.handle, on: location) {
      unsafe H5Tcommit2($0, path, handle.id, links.id, lamella_h5p_default(), file.guardian.datatypes.id)
    }
    return try datatype(path)
  }

  /// Whether a path leads to an object; a dangling link does not.
  public func exists(_ path: String) throws(HDF5Error) -> Bool { try kind(of: path) != nil }

  /// What a path leads to; `nil` where it leads nowhere.
  public func kind(of path: String) throws(HDF5Error) -> ObjectKind? {
    do throws(HDF5Error) {
      return try anchor(at: path).kind
    } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  /// Opens the object at a path, of whatever kind.
  func anchor(at path: String) throws(HDF5Error) -> Anchor {
    try checkName(path, call: "H5Oopen", on: anchor.location)
    return try anchor(at: Array(path.utf8), shown: path)
  }

  /// Opens the object at a path that need not be UTF-8.
  func anchor(at name: [UInt8], shown path: String) throws(HDF5Error) -> Anchor {
    let location = anchor.location(of: path)
    guard !name.isEmpty else {
      throw HDF5Error(.invalidArgument, call: "H5Oopen", on: location, "the path is empty")
    }
    let key = name.map { CChar(bitPattern: $0) } + [0]
    let handle: Handle
    do {
      handle = try Library.make("H5Oopen", anchor.handle, on: location) {
        unsafe H5Oopen($0, key, file.guardian.datasets.id)
      }
    } catch {
      throw error.explainingLinks(file.guardian)
    }
    let found = Anchor(handle, path: anchor.path(of: path), in: file)
    try found.requireInsideFolder()
    return found
  }

  /// Links are created with their intermediate groups and with UTF-8 names.
  static func linkCreation(for location: String) throws(HDF5Error) -> Handle {
    let links = try Library.make("H5Pcreate", on: location) { H5Pcreate(lamella_h5p_link_create()) }
    _ = try Library.call("H5Pset_create_intermediate_group", on: location) {
      H5Pset_create_intermediate_group(links.id, 1)
    }
    _ = try Library.call("H5Pset_char_encoding", on: location) {
      H5Pset_char_encoding(links.id, H5T_CSET_UTF8)
    }
    return links
  }

  private func wrongKind(_ path: String, _ wanted: String) -> HDF5Error {
    HDF5Error(.wrongKind, call: "H5Oopen", on: anchor.location(of: path), "is not \(wanted)")
  }
}
