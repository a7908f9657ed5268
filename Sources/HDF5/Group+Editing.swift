internal import CHDF5

extension Group {
  /// Gives an object of this file a further name.
  ///
  /// The corresponding C function is `H5Olink`.
  public func createHardLink(_ path: String, to object: any HDF5Object) throws(HDF5Error) {
    guard object.file === file else {
      throw HDF5Error(
        .invalidArgument, call: "H5Olink", on: anchor.location(of: path),
        "a hard link cannot lead to another file",
        advice: "Make an external link.")
    }
    let target = try file.root.anchor(at: object.path)
    try checkName(path, call: "H5Olink", on: anchor.location)
    let links = try Self.linkCreation(for: anchor.location(of: path))
    _ = try Library.call("H5Olink", anchor.handle, on: anchor.location(of: path)) {
      unsafe H5Olink(target.handle.id, $0, path, links.id, file.guardian.datasets.id)
    }
  }

  /// Makes a link that is followed by its target's path, which need not exist yet.
  ///
  /// The corresponding C function is `H5Lcreate_soft`.
  public func createSoftLink(_ path: String, to target: String) throws(HDF5Error) {
    try checkName(path, call: "H5Lcreate_soft", on: anchor.location)
    try checkName(target, call: "H5Lcreate_soft", on: anchor.location)
    let links = try Self.linkCreation(for: anchor.location(of: path))
    _ = try Library.call("H5Lcreate_soft", anchor.handle, on: anchor.location(of: path)) {
      unsafe H5Lcreate_soft(target, $0, path, links.id, file.guardian.datasets.id)
    }
  }

  /// Makes a link into another file, named relative to this file's folder.
  ///
  /// The corresponding C function is `H5Lcreate_external`.
  public func createExternalLink(_ path: String, file: String, target: String) throws(HDF5Error) {
    try checkName(path, call: "H5Lcreate_external", on: anchor.location)
    try checkName(file, call: "H5Lcreate_external", on: anchor.location)
    try checkName(target, call: "H5Lcreate_external", on: anchor.location)
    let links = try Self.linkCreation(for: anchor.location(of: path))
    _ = try Library.call("H5Lcreate_external", anchor.handle, on: anchor.location(of: path)) {
      unsafe H5Lcreate_external(file, target, $0, path, links.id, self.file.guardian.datasets.id)
    }
  }

  /// Removes a link; the object goes with its last hard link.
  ///
  /// The corresponding C function is `H5Ldelete`.
  public func delete(_ path: String) throws(HDF5Error) {
    try checkName(path, call: "H5Ldelete", on: anchor.location)
    _ = try Library.call("H5Ldelete", anchor.handle, on: anchor.location(of: path)) {
      unsafe H5Ldelete($0, path, file.guardian.datasets.id)
    }
  }

  /// Gives a link another name or place in the same file.
  ///
  /// The corresponding C function is `H5Lmove`.
  public func move(_ path: String, to newPath: String) throws(HDF5Error) {
    try checkName(path, call: "H5Lmove", on: anchor.location)
    try checkName(newPath, call: "H5Lmove", on: anchor.location)
    let links = try Self.linkCreation(for: anchor.location(of: newPath))
    _ = try Library.call("H5Lmove", anchor.handle, on: anchor.location(of: path)) {
      unsafe H5Lmove($0, path, $0, newPath, links.id, file.guardian.datasets.id)
    }
  }

  /// Copies an object with everything under it, into this file or another.
  ///
  /// The corresponding C function is `H5Ocopy`.
  public func copy(_ path: String, to destination: Group, as name: String) throws(HDF5Error) {
    try checkName(name, call: "H5Ocopy", on: destination.anchor.location)
    let source = try anchor(at: path)
    let links = try Self.linkCreation(for: destination.anchor.location(of: name))
    _ = try Library.call("H5Ocopy", source.handle, on: source.location) {
      unsafe H5Ocopy($0, ".", destination.anchor.handle.id, name, lamella_h5p_default(), links.id)
    }
  }
}
