internal import CHDF5
internal import CJournal
internal import Glibc
internal import Synchronization

extension File {
  /// Does work of several steps as one: all that they write becomes part of the file when the last is done, or nothing does.
  ///
  /// Commits within the work wait for its end, where `commit` is called once; a transaction within another is part of it. When
  /// the work or that commit throws, the file is closed and is as its last commit left it, byte for byte.
  ///
  /// - Throws: what the work or the commit throws.
  public func transaction<Result>(
    commit: (File) throws -> Void = { try $0.commit() }, _ work: () throws -> Result
  ) throws -> Result {
    openTransactions.withLock { $0 += 1 }
    let outcome = Swift.Result { try work() }
    let isOutermost = openTransactions.withLock { count in
      count -= 1
      return count == 0
    }
    guard isOutermost else { return try outcome.get() }
    do {
      let result = try outcome.get()
      try commit(self)
      return result
    } catch {
      abandonSilently()
      throw error
    }
  }

  private var isInTransaction: Bool { openTransactions.withLock { $0 > 0 } }

  /// The error that leads to it is the one to tell.
  private func abandonSilently() {
    do {
      try abandon()
    } catch {
      // A file that is not committed any more goes back with its last object, or with the process.
    }
  }

  /// Makes everything written part of the file, at once: whatever happens after, the file holds at least this. Within a
  /// transaction, when that is done.
  ///
  /// Waits while others read the file, as long as `isPatient` says so; it is told who they are, again and again.
  ///
  /// - Throws: `locked` when readers are in the way and patience is at its end: nothing has changed, and another try may
  ///   succeed. After any other error the file goes back to its last commit when it is closed.
  public func commit(isPatient: (HDF5Error) -> Bool = { _ in false }) throws(HDF5Error) {
    if isInTransaction { return }
    try flush()
    try wait("commit", isPatient) { lamella_journal_commit($0) }
  }

  /// Commits if nobody reads the file just now, and no transaction has to be done first.
  ///
  /// - Returns: whether it did; otherwise all goes with the next commit.
  @discardableResult
  public func commitIfFree() throws(HDF5Error) -> Bool {
    if isInTransaction { return false }
    do {
      try commit()
      return true
    } catch {
      if error.kind == .locked { return false }
      throw error
    }
  }

  /// Hands everything written to the operating system; under a journal it becomes part of the file by `commit`.
  ///
  /// The corresponding C function is `H5Fflush`.
  public func flush() throws(HDF5Error) {
    _ = try Library.call("H5Fflush", handle, on: path) { H5Fflush($0, H5F_SCOPE_GLOBAL) }
  }

  /// Commits what was written and closes the file with all objects open in it; a second time does nothing.
  ///
  /// A file that is not closed, since an error came before, goes back to its last commit.
  public func close(isPatient: (HDF5Error) -> Bool = { _ in false }) throws(HDF5Error) {
    if mode == .writing, isOpen {
      try flush()
      try wait("close", isPatient) { lamella_journal_commit_when_closed($0) }
    }
    try handle.close(path)
  }

  /// Closes the file as it was at its last commit; a second time does nothing.
  public func abandon() throws(HDF5Error) {
    if isOpen {
      _ = try Library.call("abandon", handle, on: path) { id -> herr_t in
        lamella_journal_abandon(id)
        return 0
      }
    }
    try handle.close(path)
  }

  private func wait(
    _ name: String, _ isPatient: (HDF5Error) -> Bool, _ commit: (hid_t) -> Int32
  ) throws(HDF5Error) {
    while true {
      var isBusy = false
      do throws(HDF5Error) {
        _ = try Library.call(name, handle, on: path) { id -> Int32 in
          let outcome = commit(id)
          isBusy = outcome == Int32(lamella_journal_busy)
          return outcome == Int32(lamella_journal_done) ? 0 : -1
        }
        return
      } catch {
        guard isBusy, isPatient(error) else { throw error }
        Waiting.pause()
      }
    }
  }

  /// What was put right in a file whose writing was cut off.
  public struct Recovery: Codable, Hashable, Sendable {
    /// Whether a journal lay beside the file.
    public var found: Bool
    /// Bytes of earlier content that were put back.
    public var restoredBytes: Int
    public var bytesBefore: Int
    public var bytesAfter: Int
    /// Whether a lock was removed that a program left which no longer runs.
    public var removedLock: Bool
  }

  /// Rolls a file back to its last commit if a journal lies beside it, as opening it does.
  ///
  /// - Throws: `locked` while another program writes the file; `unrecovered` when the journal is not this file's or damaged, or
  ///   the file cannot be written.
  ///
  /// - Parameter isCopied: whether the file was copied together with its journal, so that its identity in the file system, by which
  ///   a small file is told from one that took its place, is another one.
  public static func recover(
    _ path: String, isCopied: Bool = false, access: FileAccess = FileAccess()
  ) throws(HDF5Error) -> Recovery {
    try checkName(path, call: "recover", on: path)
    var report = lamella_journal_recovery()
    try Waiting.patiently(access.patience) { () throws(HDF5Error) in
      _ = try Library.call("recover", on: path) {
        unsafe lamella_journal_recover(Folder.absolute(path), access.nativeLocking, isCopied ? 1 : 0, &report)
      }
    }
    return Recovery(
      found: report.found != 0, restoredBytes: Int(clamping: report.restored), bytesBefore: Int(clamping: report.size_before),
      bytesAfter: Int(clamping: report.size_after), removedLock: report.lock_removed != 0)
  }

  /// Whether a journal lies beside a file: its writing was cut off, or goes on just now.
  public static func hasJournal(_ path: String) -> Bool { Library.withGate { unsafe lamella_journal_exists(path) } != 0 }

  /// Puts a whole file that was written aside in its place, at once and for good.
  ///
  /// - Parameter replacing: whether it takes the place of another; otherwise that is an error.
  public static func move(_ path: String, to target: String, replacing: Bool) throws(HDF5Error) {
    _ = try Library.call("rename", on: target) { unsafe lamella_move(path, target, replacing ? 1 : 0) }
  }

  /// Has the program end with an exit code and a word about the file, should libhdf5 crash on what a damaged file says.
  ///
  /// What was being written then is rolled back when its file is opened next.
  public static func endAtCrashes(withCode code: Int32) { Library.endAtCrashes(withCode: code) }

  /// Commits of this process that changed old parts of files, and what their journals took.
  public static var journalUse: (commits: Int, bytes: Int) {
    let counts = Library.withGate { lamella_journal_count() }
    return (Int(clamping: counts.commits), Int(clamping: counts.journal_bytes))
  }
}
