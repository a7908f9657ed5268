import Blocks
import Foundation
import HDF5
import Microscopy
import Testing

@testable import Formats

/// Kinds of Velox files of which there is no real one to test with.
struct VeloxDialectTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func read(_ builder: VeloxFileBuilder, _ change: (Group) throws -> Void) throws -> [ImportedMap] {
    let path = scratch.file("\(UUID().uuidString).emd")
    try builder.write(path, change)
    return try FormatCatalogue.read(path)
  }

  @Test func filesAreKnownByTheirVersion() throws {
    for (text, isVelox) in [
      (#"{"version": "7", "format": "Velox"}"#, true), (#"{"format": "DevelopersKit"}"#, true),
      (#"{"format": "other"}"#, false), ("Velox", false), ("{}", false),
    ] {
      let path = scratch.file("\(UUID().uuidString).emd")
      let file = try File.create(path)
      try file.root.createDataset("Version", [text])
      try file.root.createGroup("Data/Image")
      try file.close()
      #expect(VeloxReader.recognises(path, firstBytes: []) == isVelox, "\(text)")
    }
    #expect(!VeloxReader.recognises(try scratch.write("a.emd", "Velox"), firstBytes: []))
    let path = scratch.file("empty.emd")
    try File.create(path).close()
    #expect(!VeloxReader.recognises(path, firstBytes: []))
  }

  /// Before version 11 displays point to images and the elements belong to an operation.
  @Test func namesAndElementsBeforeVersion11() throws {
    var builder = VeloxFileBuilder()
    builder.version = "6"
    let maps = try read(builder) { root in
      try root.createDataset(
        "Presentation/Displays/ImageDisplay/0", [#"{"display": {"label": "HAADF%20%231"}, "dataPath": "/Data/Image/0"}"#])
      try root.createDataset(
        "Operations/ImageQuantificationOperation/0", [#"{"elementSelection": ["13", "8", "999", "x"]}"#])
    }
    #expect(maps.map(\.suggestedName) == ["HAADF #1", "EDS"])
    #expect(maps[1].metadata.sample.elements == ["Al", "O"])
    #expect(maps[1].metadata.authors == "N. N." && maps[1].metadata.instrument.beamEnergy == 200)
    // 12 pixels of 2 nm by 3 nm.
    let axes = maps[1].metadata.axes
    #expect(axes.map(\.name) == ["y", "x", "X-ray energy"] && axes[0].units == "nm")
    #expect(abs(axes[0].scale - 3) < 1e-9 && abs(axes[1].scale - 2) < 1e-9 && abs(axes[0].offset + 10) < 1e-9)
  }

  @Test func oneDamagedObjectHidesNothingElse() throws {
    let maps = try read(VeloxFileBuilder()) { root in
      try root.delete("Data/SpectrumStream/0/AcquisitionSettings")
      try root.delete("Data/Image/0/Data")
      try root.createDataset("Data/Image/0/Data", ["text"])
      try root.createGroup("Data/Unheard/0")
    }
    #expect(maps.count == 1)
    #expect(try maps[0].array.read(maps[0].array.wholeBox) == summed(VeloxFileBuilder(), detector: 1))
    for part in ["/Data/SpectrumStream/0 was left out", "/Data/Image/0 was left out", "/Data/Unheard"] {
      #expect(maps[0].notes.contains { $0.contains(part) }, "\(part)")
    }
  }

  private func summed(_ builder: VeloxFileBuilder, detector: Int) -> [UInt8] {
    let planes = builder.counts([detector], frames: 0..<3)
    return bytes(planes[0].indices.map { index in UInt16(planes.reduce(0) { $0 + $1[index] }) })
  }

  /// A header as in real files: the fourth number is that of the channels, the last are columns, rows and bytes.
  private func packed(_ width: Int, _ height: Int, _ channels: Int, _ rows: [[[UInt8]]], size: Int = 2) -> [UInt8] {
    let number = { (value: Int) in value < 256 ? [1, UInt8(value)] : [2, UInt8(value & 255), UInt8(value >> 8)] }
    let header: [UInt8] =
      [0x7F, 1, 17, 0, 1, 1] + number(channels) + [8, 0, 0, 0, 0, 0, 0, 0, 0] + [0]
      + number(width) + number(height) + number(size)
    let body = rows.flatMap { $0.flatMap { little($0.count, 2) + $0 } }
    return [0x8C, 0x46, 0x96, 0xA3, 0x48, 0xB4, 0xD7, 0x18] + little(header.count, 8) + header + body
  }

  private func readPacked(_ bytes: [UInt8], chunk: Int? = nil) throws -> [ImportedMap] {
    try read(VeloxFileBuilder()) { root in
      try root.delete("Data/SpectrumStream")
      try root.delete("Data/Image")
      try root.createDataset(
        "Data/SpectrumImage/0/Data", bytes, shape: [bytes.count, 1], maxShape: chunk.map { _ in [nil, 1] },
        layout: chunk.map { .chunked([$0, 1]) } ?? .contiguous,
        filters: chunk == nil ? [] : [.deflate(level: 1)])
    }
  }

  /// As they are, and in deflated chunks, smaller and larger than what is read at a time.
  @Test(arguments: [nil, 7, 50, 1 << 21]) func packedSpectraOfWideRows(_ chunk: Int?) throws {
    // 600 zeros, 258 = 0x102, 7, and 398 zeros.
    let row: [UInt8] = [0, 0, 255, 0, 0, 255, 0, 0, 87, 2, 1, 7, 0, 0, 0, 255, 0, 0, 141]
    let whole = packed(1000, 2, 3, [[[], row, []], [[], [], row]])
    let map = try #require(try readPacked(whole, chunk: chunk).first)
    #expect(map.array.shape == [2, 1000, 3] && map.type == .uint16)
    var expected = [UInt16](repeating: 0, count: 6000)
    (expected[600 * 3 + 1], expected[601 * 3 + 1]) = (258, 7)
    (expected[3000 + 600 * 3 + 2], expected[3000 + 601 * 3 + 2]) = (258, 7)
    #expect(try map.allBytes() == bytes(expected))
    #expect(try map.array.read([1..<2, 599..<602, 2..<3]) == bytes([0, 258, 7] as [UInt16]))
  }

  @Test func damagedPackedSpectraAreRefused() throws {
    let row: [UInt8] = [5, 0, 0, 0, 2]
    let whole = packed(4, 2, 2, [[row, []], [[], row]])
    #expect(try readPacked(whole).first?.array.shape == [2, 4, 2])
    // Cut anywhere, nothing is read that is not there.
    for length in [8, 15, 16, 20, whole.count - 5, whole.count - 8] {
      #expect(throws: FormatError.self, "\(length)") { try readPacked(Array(whole[..<length])) }
    }
    let extents = [(0, 2, 2, 2), (4, 0, 2, 2), (4, 2, 0, 2), (4, 60_000, 2, 2), (4, 2, 2, 4), (60_000, 2, 2, 2)]
    for (width, height, channels, size) in extents {
      let rows = [[row, []], [[], row]]
      #expect(throws: FormatError.self) { try readPacked(packed(width, height, channels, rows, size: size)) }
    }
    // Rows that are too long, too short or end within a value are found when they are read.
    for bad in [[5, 0, 0, 0, 3], [5, 0, 0, 0, 1], [5, 0, 0, 0], [5], [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]] as [[UInt8]] {
      let map = try #require(try readPacked(packed(4, 2, 2, [[row, []], [[], bad]])).first)
      #expect(try map.array.read([0..<1, 0..<4, 0..<2]).count == 16)
      #expect(throws: FormatError.self, "\(bad)") { try map.allBytes() }
    }
  }

  /// The library would unpack such chunks again for each row.
  @Test func packedSpectraInChunksThatAreTooLargeAreRefused() throws {
    let error = #expect(throws: FormatError.self) {
      try readPacked(packed(4, 2, 2, [[[5, 0, 0, 0, 2], []], [[], []]]), chunk: 65 << 20)
    }
    #expect(error?.problem.contains("packed chunks") == true)
  }

  @Test func thereAreNotMoreStreamsThanSegments() throws {
    var builder = VeloxFileBuilder()
    builder.detectors = (0..<65).map { .init(name: "X\($0)", frames: builder.detectors[0].frames) }
    let others = try read(builder) { _ in }
    #expect(others.allSatisfy { $0.array.shape.count == 2 })
    #expect(others.first?.notes.contains { $0.contains("65 streams") } == true)
    builder.detectors.removeLast()
    let maps = try read(builder) { _ in }
    #expect(maps.contains { $0.array.shape == [3, 4, 20] })
  }
}
