import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct BareBinaryTests {
  @Test(arguments: ScalarType.allCases, ByteOrder.allCases)
  func optionsDescribeTheValues(type: ScalarType, byteOrder: ByteOrder) throws {
    let scratch = try ScratchFolder()
    let values = sampleBytes(type, count: 24)
    let path = try scratch.write("a.raw", [7, 7] + (byteOrder == .native ? values : swapped(values, type)))
    var options = ImportOptions()
    options.shape = [2, 3, 4]
    options.type = type
    options.byteOrder = byteOrder
    options.offset = 2
    options.axes = ["y:0.5:nm", "x", "energy:10:eV:-200"].compactMap(AxisDescription.init)
    let map = try FormatCatalogue.read(path, options: options)[0]
    #expect(try map.allBytes() == values)
    #expect(
      map.metadata.axes == [
        Axis(name: "y", size: 2, scale: 0.5, units: "nm", role: .navigation), Axis(name: "x", size: 3, role: .navigation),
        Axis(name: "energy", size: 4, scale: 10, offset: -200, units: "eV", role: .signal),
      ])
    #expect(map.suggestedName == "a")
  }

  @Test func aSidecarDescribesTheValuesAndOptionsWin() throws {
    let scratch = try ScratchFolder()
    let values = sampleBytes(.uint16, count: 24)
    let path = try scratch.write("scan.raw", swapped(values, .uint16))
    _ = try scratch.write(
      "scan.raw.json",
      """
      {"shape": [2, 3, 2, 2], "dtype": "uint16", "byte_order": "big", "axes": ["y", "x:2:nm", {"name": "ky", "scale": 0.1},
       "kx"], "title": "patterns", "signal-type": "electron_diffraction", "operator": "N. N."}
      """)
    let map = try FormatCatalogue.read(path)[0]
    #expect(map.array.shape == [2, 3, 2, 2])
    #expect(try map.allBytes() == values)
    #expect(map.metadata.axes.map(\.name) == ["y", "x", "ky", "kx"])
    #expect(map.metadata.axes.map(\.role) == [.navigation, .navigation, .signal, .signal])
    #expect(map.metadata.axes[1].units == "nm")
    #expect(map.metadata.title == "patterns")
    #expect(map.metadata.signalType == "electron_diffraction")
    #expect(map.metadata.vendor["operator"] == "N. N.")
    var options = ImportOptions()
    options.shape = [24]
    options.axes = [AxisDescription(name: "channel")]
    options.byteOrder = .little
    let other = #expect(throws: FormatError.self) { try FormatCatalogue.read(path, options: options) }
    #expect(other?.field == "axes")
    _ = try scratch.write("scan.raw.json", #"{"dtype": "uint16", "shape": [2, 12]}"#)
    options.axes = nil
    #expect(try FormatCatalogue.read(path, options: options)[0].allBytes() == swapped(values, .uint16))
  }

  @Test(arguments: [
    #"{"shape": [2, -3], "dtype": "uint16"}"#, #"{"shape": [2.5], "dtype": "uint16"}"#, #"{"shape": 5, "dtype": "uint16"}"#,
    #"{"shape": [5], "dtype": "uint17"}"#, #"{"shape": [5], "dtype": 5}"#, #"{"shape": [5]}"#, #"{"dtype": "int8"}"#,
    #"{"shape": [5], "dtype": "int8", "offset": -1}"#, #"{"shape": [5], "dtype": "int8", "byte-order": "up"}"#,
    #"{"shape": [5], "dtype": "int8", "axes": ["a:b"]}"#, #"{"shape": [5], "dtype": "int8", "axes": ["a", "b"]}"#,
    #"{"shape": [], "dtype": "int8"}"#, #"{"shape": [4611686018427387904, 8], "dtype": "int8"}"#, "[1]", "{", "",
  ])
  func aSidecarThatIsWrongIsRefused(text: String) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.raw", [1, 2, 3, 4, 5])
    _ = try scratch.write("a.raw.json", text)
    #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
  }

  @Test func axisDescriptionsHaveOneForm() {
    #expect(AxisDescription("x") == AxisDescription(name: "x"))
    #expect(AxisDescription("x:2:nm:-1") == AxisDescription(name: "x", scale: 2, offset: -1, units: "nm"))
    for text in ["", ":1", "x:", "x:0", "x:nan", "x:1:nm:z", "x:1:nm:2:3"] { #expect(AxisDescription(text) == nil) }
  }

  @Test func unknownFilesNameTheFormats() throws {
    let scratch = try ScratchFolder()
    let error = try #require(throws: FormatError.self) {
      try FormatCatalogue.read(scratch.write("a.xyz", "what is this?"))
    }
    for word in ["Ripple (.rpl", ".npy", ".npz", ".msa", "bare binary"] { #expect(error.advice.contains(word)) }
    #expect(error.description.split(separator: "\n").count == 2)
    #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.file("absent.npy")) }
    #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.path) }
  }
}
