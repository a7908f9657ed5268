import Blocks
import HDF5
import Microscopy
import Testing

@testable import Formats

struct HDF5DatasetReaderTests {
  let scratch: ScratchFolder
  let file: File
  let root: Group

  init() throws {
    scratch = try ScratchFolder()
    file = try File.create(scratch.file("a.h5"))
    root = try file.root
  }

  private func read(_ dataset: String?) throws(FormatError) -> [ImportedMap] {
    var options = ImportOptions()
    options.dataset = dataset
    return try HDF5DatasetReader.read(scratch.file("a.h5"), options: options)
  }

  private func failure(_ dataset: String?) -> FormatError? {
    do {
      _ = try read(dataset)
      return nil
    } catch {
      return error
    }
  }

  @Test func aDatasetIsReadByItsPathInBoxes() throws {
    let values = (0..<60).map { Int16($0) }
    try root.createDataset(
      "entry/data/counts", values, shape: [3, 4, 5], layout: .chunked([2, 3, 2]), filters: [.shuffle, .deflate(level: 4)])
    let map = try #require(try read("/entry/data/counts").first)
    #expect(map.suggestedName == "counts")
    #expect(map.type == .int16)
    #expect(map.metadata.axes == Axis.defaults(for: [3, 4, 5]))
    #expect(try map.array.read(map.array.wholeBox) == MemoryArray(shape: [60], values).bytes)
    let whole = MemoryArray(shape: [3, 4, 5], values)
    let box = [1..<3, 0..<2, 3..<5]
    #expect(try map.array.read(box) == whole.read(box))
    #expect(try map.array.read([1..<1, 0..<2, 3..<5]) == [])
  }

  @Test func elementsAreGivenInNativeForm() throws {
    let big = try root.createDataset("big", type: .integer(size: 4, signed: false, order: .big), shape: [2])
    try big.write([1, 0x0102_0304] as [UInt32])
    try root.createDataset("flags", [true, false, true])
    try root.createDataset("complex", [Complex<Float>(1, -2)])
    try root.createDataset("scalar", type: .float64, shape: []).write([2.5])
    let pair: [Datatype.Field] = [.init("real", .float64, offset: 0), .init("imag", .float64, offset: 8)]
    try root.createDataset("pair", type: .compound(fields: pair, size: 16), shape: [1])
      .writeRaw(MemoryArray(shape: [2], [3.0, 4.0]).bytes)
    let colour = ["R", "G", "B"].enumerated().map { Datatype.Field($1, .uint8, offset: $0) }
    try root.createDataset("rgb", type: .compound(fields: colour, size: 3), shape: [1, 2]).writeRaw([1, 2, 3, 4, 5, 6])

    let expected: [(name: String, type: ScalarType, shape: [Int], bytes: [UInt8])] = [
      ("big", .uint32, [2], [1, 0, 0, 0, 4, 3, 2, 1]), ("flags", .bool, [3], [1, 0, 1]),
      ("complex", .complex64, [1], MemoryArray(shape: [2], [1, -2] as [Float]).bytes),
      ("scalar", .float64, [1], MemoryArray(shape: [1], [2.5]).bytes),
      ("pair", .complex128, [1], MemoryArray(shape: [2], [3.0, 4.0]).bytes),
      ("rgb", .uint8, [1, 2, 3], [1, 2, 3, 4, 5, 6]),
    ]
    for entry in expected {
      let map = try #require(try read(entry.name).first)
      #expect(map.type == entry.type)
      #expect(map.array.shape == entry.shape)
      #expect(map.metadata.shape == entry.shape)
      #expect(try map.array.read(map.array.wholeBox) == entry.bytes, "\(entry.name)")
    }
    let rgb = try #require(try read("rgb").first)
    #expect(try rgb.array.read([0..<1, 1..<2, 1..<3]) == [5, 6])
    #expect(rgb.metadata.axes.last?.name == "rgb")
  }

  @Test func withoutAPathTheDatasetsAreListed() throws {
    try root.createDataset("small", [1.0, 2.0])
    try root.createDataset("group/large", [UInt16](repeating: 1, count: 12), shape: [3, 4])
    try root.createDataset("words", ["a", "b"])
    try root.group("group").createHardLink("again", to: try root.group("group"))
    let error = try #require(failure(nil))
    let lines = error.advice.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "Choose one with --dataset, some with a pattern, or all with --dataset '*':", "  /group/large  3 × 4  uint16",
        "  /small  2  float64",
      ])
    #expect(failure("nowhere")?.advice == error.advice)
    #expect(failure("/group")?.advice.contains("/group/large") == true)
    #expect(failure("/words")?.problem.contains("no numbers") == true)
  }

  @Test func axesComeFromNXdata() throws {
    let group = try root.createGroup("entry/data")
    try group.attributes.set("NX_class", to: "NXdata")
    try group.attributes.set("signal", to: "counts")
    try group.attributes.set("axes", to: ["y", ".", "energy"])
    try group.attributes.set("energy_indices", to: [2])
    try group.createDataset("counts", [Float](repeating: 0, count: 24), shape: [2, 3, 4])
    try group.createDataset("y", [0.5, 1.0]).attributes.set("units", to: "µm")
    // Edges of channels, one more than there are channels.
    try group.createDataset("energy", [1.0, 1.5, 2.0, 2.5, 3.0]).attributes.set("units", to: "keV")
    for path in ["/entry/data/counts", "/entry/data"] {
      let axes = try #require(try read(path).first).metadata.axes
      #expect(axes[0] == Axis(name: "y", size: 2, scale: 0.5, offset: 0.5, units: "µm", role: .navigation))
      #expect(axes[1] == Axis(name: "x", size: 3, role: .navigation))
      #expect(axes[2] == Axis(name: "energy", size: 4, scale: 0.5, offset: 1.25, units: "keV", role: .signal))
    }
  }

  @Test func theOlderFormOfNXdataIsRead() throws {
    let group = try root.createGroup("data")
    try group.attributes.set("NX_class", to: "NXdata")
    let signal = try group.createDataset("image", [UInt8](repeating: 0, count: 6), shape: [2, 3])
    try signal.attributes.set("signal", to: 1)
    try signal.attributes.set("axes", to: "time:x")
    try signal.attributes.set("interpretation", to: "spectrum")
    try group.createDataset("time", [0.0, 1.0])
    try group.createDataset("x", [1.0, 2.0, 5.0])
    let axes = try #require(try read("/data/image").first).metadata.axes
    #expect(axes.map(\.name) == ["time", "x"])
    #expect(axes.map(\.role) == [.navigation, .signal])
    #expect(axes[1].values == [1, 2, 5])
  }

  @Test func axesComeFromDimensionScales() throws {
    var options = ImportOptions()
    options.dataset = "counts"
    let path = try scratch.write("scales.h5", DimensionScaleSample.bytes)
    let map = try #require(try HDF5DatasetReader.read(path, options: options).first)
    #expect(try map.array.read(map.array.wholeBox) == [0, 1, 2, 3, 4, 5])
    #expect(
      map.metadata.axes == [
        Axis(name: "height", size: 2, scale: 10, offset: 10, units: "nm", role: .navigation),
        Axis(name: "energy", size: 3, role: .signal, values: [1, 2, 4]),
      ])
  }

  @Test func filesCutShortGiveErrors() throws {
    let whole = DimensionScaleSample.bytes
    var options = ImportOptions()
    options.dataset = "counts"
    for length in stride(from: 0, to: whole.count, by: 97) {
      let path = try scratch.write("cut.h5", Array(whole.prefix(length)))
      #expect(throws: FormatError.self) { try HDF5DatasetReader.read(path, options: options) }
    }
  }
}
