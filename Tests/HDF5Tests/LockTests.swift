import Foundation
import Testing

@testable import HDF5

@Suite struct LockTests {
  let scratch: Scratch
  let other: Other

  init() throws {
    scratch = try Scratch()
    let file = try scratch.file()
    try file.root.createDataset("data", [1, 2, 3])
    try file.close()
    other = Other(scratch.path())
  }

  func open(_ mode: FileMode, patience: Double = 0, locking: Bool? = nil) throws(HDF5Error) -> File {
    var access = FileAccess()
    access.patience = patience
    access.locking = locking
    return try File.open(scratch.path(), mode, access: access)
  }

  @Test func readersAndAWriterAtWork() throws {
    let file = try open(.writing)
    try file.root.createDataset("more", [4])
    try other.lock(alone: false)
    let refusal = #expect(throws: HDF5Error.self) { try file.commit() }
    #expect(refusal?.kind == .locked)
    #expect(refusal?.problem.hasPrefix("is being used by ") == true)
    var asked = 0
    try file.commit { _ in
      asked += 1
      if asked == 3 { other.unlock() }
      return true
    }
    #expect(asked == 3)
    try other.lock(alone: false)
    other.unlock()
    try file.close()
    #expect(try open(.reading).root.names == ["data", "more"])
  }

  @Test func aClosingThatReadersKeptFromSucceedingCanBeRepeated() throws {
    let file = try open(.writing)
    try file.root.createDataset("more", [4])
    try other.lock(alone: false)
    #expect(kind { try file.close() } == .locked)
    other.unlock()
    try file.close()
    #expect(try open(.reading).root.names == ["data", "more"])
  }

  @Test func othersWhoWriteKeepEverybodyOut() throws {
    try other.lock(alone: true)
    #expect(kind { try open(.reading) } == .locked)
    #expect(kind { try open(.writing) } == .locked)
    #expect(try open(.reading, locking: false).root.names == ["data"])
    other.unlock()
    #expect(try open(.reading).root.names == ["data"])
    try open(.writing).close()
  }

  @Test func waitingIsWorthwhile() throws {
    try other.lock(alone: true)
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { [other] in other.unlock() }
    #expect(try open(.reading, patience: 60).root.names == ["data"])
  }

  @Test func aSecondWriterIsToldOfTheFirst() throws {
    let lock = Other(created: scratch.path("file.h5.lock"))
    try lock.lock(alone: true)
    let text = "process: \(getpid())\nstart: 1\nhost: elsewhere\nlock: flock\nsince: 2026-01-01T00:00:00Z\ncommand: lamella nmf\n"
    try scratch.write(Array(text.utf8), to: "file.h5.lock")
    let refusal = #expect(throws: HDF5Error.self) { try open(.writing) }
    #expect(refusal?.kind == .locked)
    #expect(
      refusal?.problem
        == "is being written by lamella nmf (process \(getpid()) on elsewhere since 2026-01-01T00:00:00Z)")
    #expect(try open(.reading).root.names == ["data"])
    lock.unlock()
    try open(.writing).close()
    #expect(!FileManager.default.fileExists(atPath: scratch.path("file.h5.lock")))
  }

  /// Without locks of the system a lock file counts while its program runs, and for ever on another machine.
  @Test(arguments: [
    ("process: 1\nstart: 0\nhost: elsewhere\nlock: none\n", true),
    ("process: 999999999\nstart: 5\nhost: HERE\nlock: none\n", false),
    ("nonsense", true),
  ]) func lockFilesWithoutLocks(text: String, counts: Bool) throws {
    var name = [CChar](repeating: 0, count: 256)
    unsafe gethostname(&name, 255)
    let here = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try scratch.write(Array(text.replacingOccurrences(of: "HERE", with: here).utf8), to: "file.h5.lock")
    if counts {
      #expect(kind { try open(.writing, locking: false) } == .locked)
    } else {
      try open(.writing, locking: false).close()
      #expect(!FileManager.default.fileExists(atPath: scratch.path("file.h5.lock")))
    }
  }
}

extension Other {
  /// A file that is made first.
  convenience init(created path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    self.init(path)
  }
}
