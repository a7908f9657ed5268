public import HDF5

extension Store {
  /// Does work of several steps as one: all that they write becomes part of the file when the last is done, or nothing does.
  ///
  /// Commits within the work wait for its end, where `commit` is called once; a transaction within another is part of it. When
  /// the work or that commit throws, the store is closed and the file is as its last commit left it, byte for byte.
  ///
  /// - Throws: what the work or the commit throws.
  public func transaction<Result>(
    commit: (Store) throws -> Void = { try $0.commit() }, _ work: () throws -> Result
  ) throws -> Result {
    try requireWriting()
    return try file.transaction(commit: { _ in try commit(self) }, work)
  }

  /// Makes all that was written part of the file, at once; within a transaction, when that is done.
  ///
  /// - Parameter isPatient: whether to go on waiting for other programs that read the file, who are named; some seconds when
  ///   nil.
  /// - Throws: `locked` when they kept the file too long; another try may succeed. After any other error the file goes back to
  ///   its last commit.
  public func commit(isPatient: ((StoreError) -> Bool)? = nil) throws(StoreError) {
    try guarded(path) { try file.commit(isPatient: patience(isPatient)) }
  }

  /// Commits if nobody reads the file just now, and no transaction has to be done first.
  ///
  /// - Returns: whether it did; otherwise all goes with the next commit.
  @discardableResult
  public func commitIfFree() throws(StoreError) -> Bool { try guarded(path) { try file.commitIfFree() } }

  /// Commits and closes the file; a second time does nothing.
  public func close(isPatient: ((StoreError) -> Bool)? = nil) throws(StoreError) {
    try guarded(path) { try file.close(isPatient: patience(isPatient)) }
  }

  /// Closes the file as the last commit left it.
  public func abandon() throws(StoreError) { try guarded(path) { try file.abandon() } }

  /// Rolls a file back to its last commit where its writing was cut off.
  public static func recover(_ path: String, isCopied: Bool = false) throws(StoreError) -> File.Recovery {
    try guarded(path) { try File.recover(path, isCopied: isCopied) }
  }

  private func patience(_ isPatient: ((StoreError) -> Bool)?) -> (HDF5Error) -> Bool {
    if let isPatient { return { isPatient(StoreError($0, file: self.path, path: "/")) } }
    let end = ContinuousClock.now + .seconds(file.access.patience)
    return { _ in ContinuousClock.now < end }
  }
}
