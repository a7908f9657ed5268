import Foundation
import Testing

@testable import HDF5

/// Journals are made here by hand, from their description in Documentation/Decisions/journal.md.
@Suite struct RecoveryTests {
  let scratch: Scratch
  let before: [UInt8]
  let after: [UInt8]

  init() throws {
    scratch = try Scratch()
    let file = try scratch.file()
    try file.root.createDataset("data", Array(0..<20_000), layout: .chunked([1000]))
    try file.commit()
    before = try scratch.bytes()
    try file.root.dataset("data").write(Array(-20_000..<0))
    try file.root.createDataset("more", Array(0..<20_000))
    try file.close()
    after = try scratch.bytes()
  }

  /// The CRC-32 of zlib, bit by bit.
  func checksum(_ bytes: [UInt8], from start: UInt32 = 0) -> UInt32 {
    ~bytes.reduce(~start) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }

  func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  func page(_ number: Int, of bytes: [UInt8]) -> [UInt8] {
    Array(bytes[number * 4096..<min(bytes.count, (number + 1) * 4096)])
  }

  /// The journal of a change from a state, holding these pages of it.
  func journal(of bytes: [UInt8], pages: [Int], id: UInt64 = 42, born: Int64 = 0) -> [UInt8] {
    let count = (bytes.count + 4095) / 4096
    let fingerprint = (0..<16).reduce(UInt32(0)) { sum, index in
      checksum(page((count - 1) * index / 15, of: bytes), from: sum)
    }
    func header(_ sum: UInt32) -> [UInt8] {
      Array("LAMELLAJ".utf8) + little(UInt32(1)) + little(sum) + little(id) + little(UInt64(bytes.count))
        + little(fingerprint) + little(UInt32(0)) + little(Int64(0)) + little(UInt64(7)) + little(born)
    }
    return pages.reduce(header(checksum(header(0)))) { journal, number in
      let content = page(number, of: bytes)
      func record(_ sum: UInt32) -> [UInt8] {
        Array("CORD".utf8) + little(sum) + little(id) + little(UInt64(number * 4096)) + little(UInt64(content.count))
      }
      return journal + record(checksum(record(0) + content)) + content
    }
  }

  var allPages: [Int] { Array(0..<(before.count + 4095) / 4096) }

  func put(_ file: [UInt8], _ journal: [UInt8]) throws {
    try scratch.write(file, to: "file.h5")
    try scratch.write(journal, to: "file.h5.journal")
  }

  @Test func openingRollsBack() throws {
    try put(after, journal(of: before, pages: allPages))
    let first: [Int] = try File.open(scratch.path()).root.dataset("data").read(.box(start: [0], count: [2]))
    #expect(first == [0, 1])
    #expect(try scratch.bytes() == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["file.h5"])
  }

  @Test func recoveryTellsWhatItDid() throws {
    try put(after, journal(of: before, pages: allPages))
    let recovery = try File.recover(scratch.path())
    #expect(
      recovery
        == File.Recovery(
          found: true, restoredBytes: before.count, bytesBefore: after.count, bytesAfter: before.count, removedLock: false))
    #expect(try scratch.bytes() == before)
    #expect(try !File.recover(scratch.path()).found)
  }

  /// However far the commit came, and however far an earlier rollback.
  @Test func everyStateBetweenIsRolledBack() throws {
    for changed in allPages.indices {
      var file = after
      for page in allPages.prefix(changed) {
        file.replaceSubrange(page * 4096..<min(before.count, (page + 1) * 4096), with: self.page(page, of: before))
      }
      try put(file, journal(of: before, pages: allPages))
      _ = try File.recover(scratch.path())
      #expect(try scratch.bytes() == before)
    }
  }

  /// Records that were not synced belong to bytes that were not changed.
  @Test func aTailThatIsNotWholeIsLeftOut() throws {
    let changed = allPages.count - 1
    let whole = journal(of: before, pages: [0])
    let file = page(0, of: after) + before.dropFirst(4096)
    let more = journal(of: before, pages: [0, changed])
    for length in [whole.count, whole.count + 7, whole.count + 32, more.count - 1] {
      try put(file, Array(more.prefix(length)))
      _ = try File.recover(scratch.path())
      #expect(try scratch.bytes() == before)
    }
  }

  @Test(arguments: [0, 1, 63]) func aJournalWithoutAHeaderMeansThatNothingChanged(length: Int) throws {
    try put(before, Array(journal(of: before, pages: [0]).prefix(length)))
    #expect(try File.recover(scratch.path()).found)
    try put(before, [UInt8](repeating: 0, count: 4096))
    #expect(try File.open(scratch.path()).root.names == ["data"])
    #expect(try scratch.bytes() == before)
    #expect(!File.hasJournal(scratch.path()))
  }

  @Test func aJournalThatIsNotOfThisFileIsRefused() throws {
    let good = journal(of: before, pages: [0])
    var damaged = good
    damaged[20] ^= 1
    var foreign = after
    foreign[before.count - 1] ^= 1
    for (file, journal) in [
      (before, damaged), (foreign, good), (before, Array("something else, long enough to be a journal ".utf8) + good),
    ] {
      try put(file, journal)
      #expect(kind { try File.open(scratch.path()) } == .unrecovered)
      #expect(kind { try File.open(scratch.path(), .writing) } == .unrecovered)
      #expect(kind { try File.recover(scratch.path()) } == .unrecovered)
      #expect(try scratch.bytes() == file)
      #expect(try scratch.bytes("file.h5.journal") == journal)
    }
  }

  /// All that could tell the file from another one is in the journal.
  @Test func aFileThatTookThePlaceOfAnotherIsLeftAlone() throws {
    let other = [UInt8](repeating: 9, count: after.count)
    let journal = journal(of: before, pages: allPages, born: 1)
    try put(other, journal)
    #expect(kind { try File.recover(scratch.path()) } == .unrecovered)
    #expect(try scratch.bytes() == other)
    try put(after, journal)
    #expect(try File.recover(scratch.path(), isCopied: true).found)
    #expect(try scratch.bytes() == before)
  }

  @Test func aFileIsNotMadeBesideAJournalOfAnother() throws {
    try scratch.write(journal(of: before, pages: [0]), to: "gone.h5.journal")
    #expect(kind { try File.create(scratch.path("gone.h5")) } == .alreadyExists)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted() == ["file.h5", "gone.h5.journal"])
  }

  @Test func hostileRecordsTouchNothingOutside() throws {
    var huge = journal(of: before, pages: [0])
    // The length of the first record, then its offset.
    huge.replaceSubrange(64 + 24..<64 + 32, with: little(UInt64.max))
    try put(before, huge)
    _ = try File.recover(scratch.path())
    var far = journal(of: before, pages: [0])
    far.replaceSubrange(64 + 16..<64 + 24, with: little(UInt64.max - 100))
    try put(before, far)
    _ = try File.recover(scratch.path())
    #expect(try scratch.bytes() == before)
  }

  @Test func aLockLeftBehindGoes() throws {
    try scratch.write(Array("process: 999999999\nstart: 1\nhost: gone\nlock: flock\n".utf8), to: "file.h5.lock")
    #expect(try File.recover(scratch.path()).removedLock)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["file.h5"])
  }

  @Test func nothingToRecoverFrom() throws {
    #expect(kind { try File.recover(scratch.path("missing.h5")) } == .notFound)
  }
}
