internal import CHDF5
internal import CJournal
internal import Glibc

extension FileAccess {
  func makeHandle(for path: String) throws(HDF5Error) -> Handle {
    let list = try Library.make("H5Pcreate", on: path) { H5Pcreate(lamella_h5p_file_access()) }
    _ = try Library.call("H5Pset_fclose_degree", on: path) { H5Pset_fclose_degree(list.id, H5F_CLOSE_STRONG) }
    _ = try Library.call("H5Pset_libver_bounds", on: path) {
      H5Pset_libver_bounds(list.id, versions.lowerBound.native, versions.upperBound.native)
    }
    if isJournalled {
      _ = try Library.call("H5Pset_driver", on: path) { lamella_journal_use(list.id, nativeLocking) }
    } else if let locking {
      _ = try Library.call("H5Pset_file_locking", on: path) { H5Pset_file_locking(list.id, locking, true) }
    }
    _ = try Library.call("H5Pset_cache", on: path) {
      H5Pset_cache(list.id, 0, 521, max(0, chunkCacheBytes), 0.75)
    }
    _ = try Library.call("H5Pset_meta_block_size", on: path) {
      H5Pset_meta_block_size(list.id, hsize_t(clamping: max(0, metadataBlockBytes)))
    }
    return list
  }
}

extension FileAccess {
  var nativeLocking: Int32 {
    let choice = locking.map { $0 ? lamella_locking_on : lamella_locking_off } ?? lamella_locking_usual
    return Int32(choice)
  }

  /// The system's word for an error number.
  fileprivate static func word(for number: Int32) -> String { unsafe String(cString: strerror(number)) }
}

extension FormatVersion {
  var native: H5F_libver_t {
    switch self {
    case .earliest: H5F_LIBVER_EARLIEST
    case .v18: H5F_LIBVER_V18
    case .v110: H5F_LIBVER_V110
    }
  }
}

extension HDF5Error {
  /// What the library's stack leaves out of a failed opening.
  func explainingOpen(of path: String) -> HDF5Error {
    var error = self

    let notes = frames.map(\.note).joined(separator: "\n")
    if kind == .locked || kind == .unrecovered {
      return self
    } else if notes.contains("errno = 2,") || problem.hasSuffix(FileAccess.word(for: ENOENT)) {
      error.kind = .notFound
      error.problem = "no such file"
    } else if notes.contains("errno = 13,") || notes.contains("errno = 30,")
      || problem.hasPrefix("cannot be opened")
        && [EACCES, EPERM, EROFS].contains(where: { problem.hasSuffix(FileAccess.word(for: $0)) })
    {
      error.kind = .cannotOpen
      error.problem = "permission denied"
    } else if notes.contains("errno = 21,") || problem.hasSuffix(FileAccess.word(for: EISDIR)) {
      error.kind = .cannotOpen
      error.problem = "is a folder"
    } else {
      return self
    }
    error.advice = "Check the path and the permissions."
    return error
  }

  func explainingCreation(of path: String, replacing: Bool) -> HDF5Error {
    var error = explainingOpen(of: path)
    let notes = frames.map(\.note).joined(separator: "\n")
    if notes.contains("errno = 17,") || notes.contains("file exists") {
      error.kind = .alreadyExists
      error.problem = "exists already"
      error.advice = "Choose another name, or allow replacing it."
    } else if error.kind == .notFound {
      error.kind = .cannotCreate
      error.problem = "its folder does not exist"
      error.advice = "Create the folder first."
    }
    return error
  }
}
