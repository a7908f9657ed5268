import Foundation
import Testing

@testable import HDF5

@Suite struct TransactionTests {
  let scratch: Scratch
  /// A file with `old` in it, as committed, and its bytes.
  let committed: [UInt8]

  init() throws {
    scratch = try Scratch()
    let file = try scratch.file()
    try file.root.createDataset("old", Array(0..<5000), layout: .chunked([1000]))
    try file.close()
    committed = try scratch.bytes()
  }

  /// Opens the file without waiting for anybody.
  func open(_ mode: FileMode = .writing) throws -> File {
    var access = FileAccess()
    access.patience = 0
    return try File.open(scratch.path(), mode, access: access)
  }

  func change(_ file: File) throws {
    try file.root.dataset("old").write([-1], .box(start: [7], count: [1]))
    try file.root.createDataset("new/data", Array(0..<3000), layout: .chunked([500]))
    try file.root.attributes.set("title", to: "changed")
  }

  func isChanged() throws -> Bool {
    let root = try open(.reading).root
    let first: [Int] = try root.dataset("old").read(.box(start: [7], count: [1]))
    let both = try (first == [-1], root.exists("new/data"), root.attributes.contains("title"))
    #expect(both == (true, true, true) || both == (false, false, false))
    return both.0
  }

  @Test func whatIsNotClosedIsNotThere() throws {
    do { try change(open()) }
    #expect(try scratch.bytes() == committed)
    #expect(try !isChanged())
  }

  @Test func whatIsClosedIsThere() throws {
    let file = try open()
    try change(file)
    try file.close()
    try file.close()
    #expect(try isChanged())
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["file.h5"])
  }

  @Test func commitsStayWithoutClosing() throws {
    do {
      let file = try open()
      try change(file)
      try file.commit()
      try file.root.delete("old")
    }
    #expect(try isChanged())
  }

  @Test func theOldStateIsReadableUntilTheCommit() throws {
    let file = try open()
    try change(file)
    try file.flush()
    #expect(try Array(scratch.bytes().prefix(committed.count)) == committed)
    #expect(try file.root.dataset("old").read(.box(start: [6], count: [3])) == [6, -1, 8])
    try scratch.write(try scratch.bytes(), to: "copy.h5")
    #expect(try File.open(scratch.path("copy.h5")).root.names == ["old"])
    try file.abandon()
    #expect(try scratch.bytes() == committed)
  }

  @Test func readingAndNothingElseLeavesTheFileAlone() throws {
    let file = try open()
    _ = try file.root.dataset("old").read(as: Int.self)
    try file.commit()
    try file.close()
    // libhdf5 writes a superblock anew when it opens a file for writing.
    #expect(try scratch.bytes().dropFirst(96) == committed.dropFirst(96))
  }

  @Test func muchThatChangesIsJournalledAheadOfTheCommit() throws {
    let count = 10 << 20
    do {
      let file = try open()
      try file.root.createDataset("large", [Double](repeating: 1, count: count))
      try file.close()
    }
    let before = try scratch.bytes()
    do {
      let file = try open()
      try file.root.dataset("large").write([Double](repeating: 2, count: count))
      #expect(File.hasJournal(scratch.path()))
      #expect(try file.root.dataset("large").read(.box(start: [count - 1], count: [1])) == [2.0])
      #expect(throws: HDF5Error.self) { try Other(scratch.path()).lock(alone: false) }
    }
    #expect(!File.hasJournal(scratch.path()))
    #expect(try scratch.bytes() == before)
    let file = try open()
    try file.root.dataset("large").write([Double](repeating: 2, count: count))
    try file.close()
    #expect(try File.open(scratch.path()).root.dataset("large").read() == [Double](repeating: 2, count: count))
  }

  @Test func aFileThatShrinksGrowsBack() throws {
    do {
      let file = try open()
      try file.root.createDataset("long", [UInt8](repeating: 7, count: 100_000))
      try file.close()
    }
    let before = try scratch.bytes()
    do {
      let file = try open()
      try file.root.delete("long")
      try file.flush()
    }
    #expect(try scratch.bytes() == before)
    let file = try open()
    try file.root.delete("long")
    try file.close()
    #expect(try scratch.bytes().count < before.count - 90_000)
  }

  @Test func creatingReplacesAtOnceOrNotAtAll() throws {
    #expect(kind { try File.create(scratch.path()) } == .alreadyExists)
    #expect(try scratch.bytes() == committed)
    try File.create(scratch.path(), replacing: true).close()
    #expect(try File.open(scratch.path()).root.names == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["file.h5"])
  }

  @Test func whatAKilledProgramAddedGoes() throws {
    try scratch.write(committed + [UInt8](repeating: 7, count: 100_000), to: "file.h5")
    #expect(try open(.reading).root.names == ["old"])
    try open().close()
    #expect(try scratch.bytes().count == committed.count)
  }

  @Test func aFileAppearsWithItsContentOrNotAtAll() throws {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      try File.create(scratch.path("new.h5")) { file in
        try file.root.attributes.set("title", to: "half")
        throw Refusal()
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["file.h5"])
    let file = try File.create(scratch.path("new.h5")) { file in
      try file.root.attributes.set("title", to: "whole")
      #expect(!FileManager.default.fileExists(atPath: scratch.path("new.h5")))
    }
    #expect(try file.root.attributes.read("title") == "whole")
  }

  @Test func whatKilledProgramsLeftAsideGoes() throws {
    // The largest number of a process is below this one.
    try scratch.write([1], to: ".file.h5.4194305.new")
    try scratch.write([1], to: ".file.h5.\(getpid()).new")
    try scratch.write([1], to: ".other.h5.4194305.new")
    #expect(File.nameAside(of: scratch.path()) == scratch.path(".file.h5.\(getpid()).new"))
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted()
    #expect(left == [".file.h5.\(getpid()).new", ".other.h5.4194305.new", "file.h5"])
  }
}

/// Another program that has a file, as far as locks go: they belong to an opening, not to a process.
final class Other: Sendable {
  private let descriptor: Int32

  init(_ path: String) { descriptor = unsafe Glibc.open(path, O_RDWR) }

  deinit { Glibc.close(descriptor) }

  func lock(alone: Bool) throws(HDF5Error) {
    if flock(descriptor, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
      throw HDF5Error(.locked, call: "flock", on: "", "is locked")
    }
  }

  func unlock() { flock(descriptor, LOCK_UN) }
}
