internal import CHDF5

/// One frame of the HDF5 error stack with its numeric classes.
struct RawFrame {
  var major: hid_t
  var minor: hid_t
  var frame: HDF5Error.Frame

  /// Takes the calling thread's error stack; to be called inside the gate.
  static func takeStack() -> [RawFrame] {
    let stack = H5Eget_current_stack()
    guard stack >= 0 else { return [] }
    defer { H5Eclose_stack(stack) }
    var frames: [RawFrame] = []
    unsafe withUnsafeMutablePointer(to: &frames) { pointer in
      _ = unsafe H5Ewalk2(
        stack, H5E_WALK_DOWNWARD,
        { _, entry, context in
          guard let entry = unsafe entry, let context = unsafe context else { return 0 }
          let frames = unsafe context.assumingMemoryBound(to: [RawFrame].self)
          let error = unsafe entry.pointee
          unsafe frames.pointee.append(
            RawFrame(
              major: error.maj_num, minor: error.min_num,
              frame: HDF5Error.Frame(
                function: unsafe RawFrame.text(error.func_name), major: RawFrame.message(error.maj_num),
                minor: RawFrame.message(error.min_num), note: unsafe RawFrame.text(error.desc))))
          return 0
        }, pointer)
    }
    return frames
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    return unsafe String(cString: pointer)
  }

  private static func message(_ id: hid_t) -> String {
    var kind = H5E_MAJOR
    var buffer = [CChar](repeating: 0, count: 128)
    let length = unsafe H5Eget_msg(id, &kind, &buffer, buffer.count)
    guard length > 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension HDF5Error {
  /// Makes the error of a failed call from the library's stack.
  init(call: String, on object: String, stack: [RawFrame]) {
    let frames = stack.map(\.frame)
    let innermost = frames.last { !$0.note.isEmpty }
    let kind = Self.kind(of: stack)
    self.init(
      kind, call: call, on: object, Self.problem(kind, note: innermost?.note ?? "the call failed"),
      frames: frames)
  }

  /// The table from HDF5's minor codes to kinds; the innermost frame that the table knows decides.
  private static func kind(of stack: [RawFrame]) -> Kind {
    let notes = stack.map(\.frame.note).joined(separator: "\n")
    if notes.contains("errno = 28") { return .diskFull }
    if notes.contains("errno = 11") { return .locked }
    if notes.contains("no write intent") { return .cannotWrite }
    if notes.contains("corrupt") { return .damaged }
    if stack.contains(where: { $0.frame.function == "H5Z_pipeline" }) {
      return notes.contains("not registered") ? .missingFilter : .filterFailed
    }
    if stack.contains(where: { $0.frame.isAboutVersion }) { return .tooNew }
    for entry in stack.reversed() {
      if let kind = kind(major: entry.major, minor: entry.minor) { return kind }
    }
    return .other
  }

  private static func kind(major: hid_t, minor: hid_t) -> Kind? {
    switch minor {
    case lamella_h5e_nothdf5(): .notHDF5
    case lamella_h5e_notfound(): major == lamella_h5e_pline() ? .missingFilter : .notFound
    case lamella_h5e_exists(), lamella_h5e_alreadyexists(), lamella_h5e_fileexists(): .alreadyExists
    case lamella_h5e_truncated(), lamella_h5e_badfile(), lamella_h5e_badmesg(), lamella_h5e_cantload():
      .damaged
    case lamella_h5e_version(): .tooNew
    case lamella_h5e_cantlockfile(): .locked
    case lamella_h5e_fileopen(), lamella_h5e_cantopenfile(): .cannotOpen
    case lamella_h5e_nofilter(): .missingFilter
    case lamella_h5e_noencoder(): .missingFilter
    case lamella_h5e_cantfilter(): .filterFailed
    case lamella_h5e_readerror(), lamella_h5e_seekerror():
      major == lamella_h5e_pline() ? .filterFailed : .cannotRead
    case lamella_h5e_writeerror(): .cannotWrite
    case lamella_h5e_nospace(): major == lamella_h5e_resource() ? .tooLarge : nil
    case lamella_h5e_cantconvert(): .typeMismatch
    case lamella_h5e_nlinks(): .tooManyLinks
    case lamella_h5e_unsupported(): .unsupported
    case lamella_h5e_badtype(), lamella_h5e_badvalue(), lamella_h5e_badatom(): .invalidArgument
    case lamella_h5e_badrange(): .outOfBounds
    default: nil
    }
  }

  private static func problem(_ kind: Kind, note: String) -> String {
    switch kind {
    case .notFound: "not found"
    case .alreadyExists: "exists already"
    case .notHDF5: "is not an HDF5 file"
    case .locked: "is locked by another program"
    case .tooNew: "uses a feature that is newer than this libhdf5 (\(note))"
    case .cannotWrite where note.contains("no write intent"): "was opened for reading only"
    case .diskFull: "the disk is full"
    case .tooManyLinks: "too many links to follow"
    default: note
    }
  }
}

extension HDF5Error.Frame {
  /// Whether the frame complains of a version of the format that the library does not know.
  fileprivate var isAboutVersion: Bool {
    note.contains("version") && ["bad ", "unknown ", "wrong ", "unsupported "].contains { note.contains($0) }
  }
}
