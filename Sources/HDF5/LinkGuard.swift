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
    _ = try Library.call("H5Pset_efile_prefix", on: path) { unsafe H5Pset_efile_prefix(datasets.id, "${ORIGIN}") }
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

  private static let judge: H5L_elink_traverse_t = { parent, _, child, _, _, _, context in
    guard let parent = unsafe parent, let child = unsafe child, let context = unsafe context else { return -1 }
    let this = unsafe Unmanaged<LinkGuard>.fromOpaque(context).takeUnretainedValue()
    let name = unsafe String(cString: child)
    if this.folder.allows(name, beside: unsafe String(cString: parent)) { return 0 }
    this.refusal.withLock { $0 = name }
    return -1
  }
}

extension HDF5Error {
  /// Names the external link that failed, where one did.
  func explainingLinks(_ guardian: LinkGuard) -> HDF5Error {
    guard let frame = frames.last(where: { $0.function == "H5L_extern_traverse" || $0.function == "H5L__extern_traverse" })
    else { return self }
    var error = self
    if frame.note.contains("callback") {
      error.kind = .outsideFolder
      let name = guardian.takeRefusal().map { " (\($0))" } ?? ""
      error.problem = "an external link leads out of the file's folder\(name)"
      error.advice = Kind.outsideFolder.usualAdvice
    } else if frame.note.contains("external file") {
      error.kind = frames.contains { $0.note.contains("errno = 2,") } ? .notFound : kind
      error.problem = frame.note
      error.advice = "Bring the linked file back beside this one."
    }
    return error
  }
}
