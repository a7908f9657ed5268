internal import CHDF5
internal import CJournal
internal import Glibc
internal import Synchronization

/// The one gate to libhdf5: every C call of this module passes through here.
///
/// libhdf5 keeps one global state, and its error stack belongs to a thread: the gate is held from the call
/// until the stack has been read. It is not reentrant: a body makes C calls and nothing else.
enum Library {
  // Before its first use libhdf5 is told to leave nothing for the end of the process: its exit handler crashes where a
  // file could not be closed, as on a full disk.
  private static let gate: Mutex<Void> = {
    H5dont_atexit()
    return Mutex(())
  }()

  /// The most bytes one reading may ask for: the machine's memory.
  static let memoryLimit: Int = {
    let (bytes, overflow) = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(
      by: sysconf(Int32(_SC_PAGESIZE)))
    return overflow || bytes <= 0 ? 1 << 34 : bytes
  }()

  /// Leaves no trace of earlier failures that could be taken for the next one's.
  private static func prepare() {
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    lamella_problem_forget()
    lamella_enter()
  }

  /// Has the program end with an exit code and a word about the file, should libhdf5 crash on a damaged one.
  static func endAtCrashes(withCode code: Int32) { lamella_guard(code) }

  /// Runs a C call that answers negative on failure.
  static func call<Result: SignedInteger>(
    _ function: String, on object: @autoclosure () -> String, _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    let (result, failure) = gate.withLock { _ in
      prepare()
      defer { lamella_leave() }
      let result = body()
      return (result, result < 0 || lamella_problem_concealed() != 0 ? Failure.take() : nil)
    }
    if let failure { throw HDF5Error(call: function, on: object(), failure) }
    return result
  }

  /// Runs C calls that cannot fail, or whose answer the caller judges.
  static func withGate<Result>(_ body: () -> Result) -> Result {
    gate.withLock { _ in
      prepare()
      defer { lamella_leave() }
      let result = body()
      H5Eclear2(hid_t(H5E_DEFAULT))
      return result
    }
  }

  /// A yes-or-no question, where negative is failure.
  static func ask(
    _ function: String, on object: @autoclosure () -> String, _ body: () -> htri_t
  ) throws(HDF5Error) -> Bool {
    try call(function, on: object(), body) > 0
  }

  /// A C call whose answer is a new id.
  static func make(
    _ function: String, on object: @autoclosure () -> String, _ body: () -> hid_t
  ) throws(HDF5Error) -> Handle {
    Handle(owning: try call(function, on: object()) { kept(body()) })
  }

  /// Runs a C call on the id of an open object, and says so where the object has been closed.
  static func call<Result: SignedInteger>(
    _ function: String, _ handle: borrowing Handle, on object: @autoclosure () -> String,
    _ body: (hid_t) -> Result
  ) throws(HDF5Error) -> Result {
    let outcome: (Result, Failure?)? = gate.withLock { _ in
      prepare()
      defer { lamella_leave() }
      let id = handle.id
      guard id >= 0, H5Iis_valid(id) > 0 else { return nil }
      let result = body(id)
      return (result, result < 0 || lamella_problem_concealed() != 0 ? Failure.take() : nil)
    }
    guard let outcome else {
      throw HDF5Error(.closed, call: function, on: object(), "has been closed")
    }
    if let failure = outcome.1 { throw HDF5Error(call: function, on: object(), failure) }
    return outcome.0
  }

  static func make(
    _ function: String, _ handle: borrowing Handle, on object: @autoclosure () -> String,
    _ body: (hid_t) -> hid_t
  ) throws(HDF5Error) -> Handle {
    Handle(owning: try call(function, handle, on: object()) { kept(body($0)) })
  }

  /// A new id, unless the call is going to fail for a write that libhdf5 was told nothing of.
  private static func kept(_ id: hid_t) -> hid_t {
    guard id >= 0, lamella_problem_concealed() != 0 else { return id }
    H5Idec_ref(id)
    return -1
  }
}
