import Testing

@testable import HDF5

@Suite struct FilterTests {
  static let pipelines: [[Filter]] = [
    [], .standard, [.deflate(level: 0)], [.fletcher32], [.shuffle, .deflate(level: 9), .fletcher32],
    [.szip(options: 32, pixelsPerBlock: 8)], [.nbit], [.scaleOffset(factor: 0, forFloats: false)],
  ]

  @Test(arguments: pipelines) func builtInFiltersKeepValues(_ filters: [Filter]) throws {
    let scratch = try Scratch()
    let values = (0..<600).map { Int32($0 * $0 % 1000) }
    let file = try scratch.file()
    try file.root.createDataset(
      "data", values, shape: [20, 30], layout: .chunked([7, 16]), filters: filters)
    try file.close()
    let data = try File.open(scratch.path()).root.dataset("data")
    #expect(data.filters.map(\.id) == filters.map(\.id))
    #expect(try data.read(as: Int32.self) == values)
  }

  @Test func aFilterThatIsMissingIsNamed() throws {
    let scratch = try Scratch()
    let file = try scratch.file()
    let root = try file.root
    let missing = Filter.other(id: 32015, isOptional: false, values: [3], name: "zstd")
    let error = #expect(throws: HDF5Error.self) {
      try root.createDataset("new", type: .uint8, shape: [4], layout: .chunked([4]), filters: [missing])
    }
    #expect(error?.kind == .missingFilter && error?.problem.contains("Zstandard (32015)") == true)
    #expect(try !root.exists("new"))
    // A file that uses a filter from elsewhere: the filter's number is changed in the bytes.
    try root.createDataset(
      "data", [UInt8](repeating: 1, count: 4), layout: .chunked([4]), filters: [.deflate(level: 5)])
    try file.close()
    var bytes = try scratch.bytes()
    // A filter message of version 1: id, length of name 8, flags, one value; then the name.
    let name = Array("deflate".utf8)
    guard let at = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) else {
      Issue.record("no filter message")
      return
    }
    bytes.replaceSubrange(at - 8..<at - 6, with: [0x0F, 0x7D])
    try scratch.write(bytes, to: "foreign.h5")
    let foreign = try File.open(scratch.path("foreign.h5")).root.dataset("data")
    #expect(foreign.filters.map(\.id) == [32015])
    #expect(kind { try foreign.read(as: Int.self) } == .missingFilter)
    #expect(kind { try foreign.readRaw() } == .missingFilter)
    #expect(try foreign.readChunk(at: [0]).bytes.count > 0)
  }

  @Test func filtersNeedChunks() throws {
    let root = try Scratch().file().root
    #expect(kind { try root.createDataset("a", [1], filters: .standard) } == .invalidArgument)
    #expect(
      kind { try root.createDataset("b", [1], layout: .chunked([1]), filters: [.deflate(level: 10)]) } != nil)
    #expect(
      kind { try root.createDataset("c", [1], layout: .chunked([1]), filters: [.deflate(level: -1)]) } != nil)
  }

  @Test func damagedChunksAreReported() throws {
    let root = try Scratch().file().root
    let values = [Int](repeating: 1, count: 100)
    for (name, filters) in ["deflate": [Filter.deflate(level: 4)], "sum": [.fletcher32]] {
      let data = try root.createDataset(name, values, layout: .chunked([100]), filters: filters)
      var (bytes, _) = try data.readChunk(at: [0])
      bytes[bytes.count / 2] ^= 0xFF
      try data.writeChunk(at: [0], bytes)
      try data.close()
      #expect(kind { try root.dataset(name).read(as: Int.self) } == .filterFailed, "\(name)")
    }
  }
}
