import Blocks
import HDF5
import Microscopy
import Testing

@testable import Formats

/// No file that DigitalMicrograph 5 wrote was at hand: these are files of versions 3 and 4, written in its dialect.
struct GatanHDF5Tests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test(
    .enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: DigitalMicrograph files were not converted"),
    arguments: [
      "3D/EELS_SI.dm4", "2D/test_STEM_image.dm3", "2D/test_diffraction_pattern.dm3", "2D/multi_signal.dm3",
      "1D/test-EELS_spectrum.dm3", "1D/test-EDS_spectrum.dm3", "2D/test-23.dm4", "3D/test-3.dm4", "2D/test-13.dm3",
      "2D/test-14.dm3", "2D/test-MonarcCL_spectrum-SI.dm4", "Fei HAADF-UK_location.dm3",
    ])
  func filesOfEarlierVersionsReadTheSame(_ name: String) throws {
    let oracle = try #require(Oracle.shared)
    let original = oracle.path("formats/dm/\(name)")
    let path = scratch.file("converted.dm5")
    try GatanHDF5Sample.convert(original, to: path)
    #expect(try FormatCatalogue.reader(for: path).name == "Gatan DM5")
    let maps = try FormatCatalogue.read(path)
    let expected = try FormatCatalogue.read(original)
    #expect(maps.count == expected.count)
    for (map, other) in zip(maps, expected) {
      #expect(map.type == other.type)
      #expect(map.array.shape == other.array.shape)
      #expect(map.suggestedName == other.suggestedName)
      #expect(map.notes == other.notes)
      #expect(try map.allBytes() == other.allBytes())
      var (own, theirs) = (map.metadata, other.metadata)
      let exposure = "ImageList.TagGroup0.ImageData.DataType"
      #expect(own.vendor[path: exposure] == theirs.vendor[path: exposure])
      own.vendor = .empty
      theirs.vendor = .empty
      theirs.originalFile = "converted.dm5"
      #expect(own.hyperspy == theirs.hyperspy)
      own.hyperspy = theirs.hyperspy
      #expect(own == theirs)
    }
  }

  @Test func tagsAreAttributesAndListsAreNumbered() throws {
    let path = try sample("tags") { image in
      try image.group("ImageTags").createGroup("Microscope Info").attributes.set("Voltage", to: 200_000.0)
      try image.group("ImageTags/Microscope Info").attributes.set("Illumination Mode", to: "STEM")
    }
    let map = try #require(try FormatCatalogue.read(path).first)
    #expect(map.suggestedName == "sample")
    #expect(map.type == .int16)
    #expect(
      map.metadata.axes == [
        Axis(name: "y", size: 2, scale: 0.5, offset: -1, units: "nm", role: .signal),
        Axis(name: "x", size: 3, scale: 0.25, offset: 0, units: "nm", role: .signal),
      ])
    #expect(map.metadata.instrument.beamEnergy == 200)
    #expect(map.metadata.instrument.acquisitionMode == "STEM")
    #expect(map.metadata.vendor[path: "ImageList.TagGroup0.ImageTags.Microscope Info.Voltage"] == 200_000.0)
    #expect(map.metadata.vendor[path: "DocumentObjectList.TagGroup0.Rectangle.right"] == 3.0)
    #expect(try map.allBytes() == bytes([1, 2, 3, 4, 5, 6] as [Int16]))
    #expect(try map.array.read([1..<2, 0..<2]) == bytes([4, 5] as [Int16]))
    // Members of a list in the order of their numbers: a tenth does not come before the second.
    let list = try #require(map.metadata.vendor["Numbers"])
    #expect((0..<12).allSatisfy { list["Data\($0)"] == .integer(Int64($0)) })
  }

  @Test func whatIsNoImageIsRefused() throws {
    let noData = try sample("dimensions") { try $0.delete("ImageData/Dimensions") }
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(noData) }
    #expect(error?.field == "ImageData.Dimensions" && error?.offset == nil)
    let misfit = try sample("misfit") { try $0.group("ImageData/Dimensions").attributes.set("[0]", to: 4) }
    #expect(throws: FormatError.self) { try FormatCatalogue.read(misfit) }
    let texts = try sample("texts") { image in
      try image.delete("ImageData/Data")
      try image.createDataset("ImageData/Data", ["a", "b"])
    }
    #expect(throws: FormatError.self) { try FormatCatalogue.read(texts) }
    let plain = try sample("plain") { try $0.delete("ImageData/Data") }
    #expect(!GatanHDF5Reader.recognises(plain, firstBytes: []))
  }

  /// An image of 2 × 3 pixels; `change` gets its group.
  private func sample(_ name: String, _ change: (Group) throws -> Void) throws -> String {
    let path = scratch.file("\(name).dm5")
    let file = try File.create(path)
    try GatanHDF5Sample.fill(try file.root)
    try change(try file.root.group("ImageList/[0]"))
    try file.close()
    return path
  }
}

extension GatanHDF5Sample {
  /// The least that is an image, with a list of twelve numbers and a record.
  static func fill(_ root: Group) throws {
    let image = try root.createGroup("ImageList/[0]")
    try image.attributes.set("Name", to: "sample")
    try image.createGroup("ImageTags")
    let data = try image.createGroup("ImageData")
    try data.attributes.set("DataType", to: 1)
    try data.createDataset("Data", [1, 2, 3, 4, 5, 6] as [Int16], shape: [2, 3])
    let dimensions = try data.createGroup("Dimensions")
    try dimensions.attributes.set("[0]", to: 3)
    try dimensions.attributes.set("[1]", to: 2)
    for (index, (origin, scale)) in [(0.0, 0.25), (2.0, 0.5)].enumerated() {
      let dimension = try data.createGroup("Calibrations/Dimension/[\(index)]")
      try dimension.attributes.set("Origin", to: origin)
      try dimension.attributes.set("Scale", to: scale)
      try dimension.attributes.set("Units", to: "nm")
    }
    let numbers = try root.createGroup("Numbers")
    for index in 0..<12 { try numbers.attributes.set("[\(index)]", to: index) }
    let fields = ["top", "left", "bottom", "right"].enumerated().map { Datatype.Field($1, .float32, offset: 4 * $0) }
    try root.createGroup("DocumentObjectList/[0]").attributes
      .create("Rectangle", type: .compound(fields: fields, size: 16), space: .scalar).writeRaw(bytes([0, 0, 2, 3] as [Float]))
  }
}
