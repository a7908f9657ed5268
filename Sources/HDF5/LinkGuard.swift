internal import CHDF5
internal import Synchronization

/// Keeps a file's links, virtual datasets and external storage inside the folder of the file.
///
/// Its property lists carry a callback that the library asks before it follows an external link.
final class LinkGuard: Sendable {
  let folder: Folder
  let allowsOutside: Bool
  /// Access properties for opening anything, and for creating groups, datasets and datatypes.
  let datasets: Handle
  let groups: Handle
  let datatypes: Handle
  private let refusal = Mutex<String?>(nil)

  init(folder: Folder, allowingOutside: Bool, on path: String) throws(HDF5Error) {
    self.folder = folder
    allowsOutside = allowingOutside
    datasets = try Library.make("H5Pcreate", on: path) { H5Pcreate(lamella_h5p_dataset_access()) }
    groups = try Library.make("H5Pcreate", on: path) { H5Pcreate(lamella_h5p_group_access()) }
    datatypes = try Library.make("H5Pcreate", on: path) { H5Pcreate(lamella_h5p_datatype_access()) }
    if allowingOutside { return }
    for list in [datasets.id, groups.id, datatypes.id] {
      let context = unsafe Unmanaged.passUnretained(self).toOpaque()
      _ = try Library.call("H5Pset_elink_cb", on: path) { unsafe H5Pset_elink_cb(list, Self.judge, context) }
    }
  }

  /// What the guard refused last; asked after a failure.
  func takeRefusal() -> String? {
    refusal.withLock { last in
      defer { last = nil }
      return last
    }
  }

  private static let judge: H5L_elink_traverse_t = { parent, _, child, _, flags, _, context in
    guard let parent = unsafe parent, let child = unsafe child, let context = unsafe context else {
      return -1
    }
    let this = unsafe Unmanaged<LinkGuard>.fromOpaque(context).takeUnretainedValue()
    let name = unsafe String(cString: child)
    // Linked files are read only: one that is written has its own lock and its own commits.
    if let flags = unsafe flags { unsafe flags.pointee = lamella_h5f_acc_rdonly() }
    if this.folder.allows(name, beside: unsafe String(cString: parent)) { return 0 }
    this.refusal.withLock { $0 = name }
    return -1
  }
}

extension HDF5Error {
  /// Names the external link that failed, where one did.
  func explainingLinks(_ guardian: LinkGuard) -> HDF5Error {
    guard
      let frame = frames.last(where: {
        $0.function == "H5L_extern_traverse" || $0.function == "H5L__extern_traverse"
      })
    else { return self }
    var error = self
    if frame.note.contains("traversal operator failed") {
      error.kind = .outsideFolder
      let name = guardian.takeRefusal().map { " (\($0))" } ?? ""
      error.problem = "an external link leads out of the file's folder\(name)"
      error.advice = Kind.outsideFolder.usualAdvice
    } else if let name = frame.note.split(separator: "'").dropFirst().first.map(String.init) {
      let isThere = Folder.resolve(name.hasPrefix("/") ? name : "\(guardian.folder.path)/\(name)") != nil
      error.kind = isThere ? .cannotOpen : .notFound
      error.problem =
        "an external link leads to \(name), which \(isThere ? "cannot be opened" : "is missing")"
      error.advice = "Bring the linked file back beside this one."
    }
    return error
  }
}
