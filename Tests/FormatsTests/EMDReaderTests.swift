import Blocks
import HDF5
import Microscopy
import Testing

@testable import Formats

/// Dialects of which no real file was at hand, written as the programs that read them expect.
struct EMDReaderTests {
  let scratch: ScratchFolder
  let file: File
  let root: Group

  init() throws {
    scratch = try ScratchFolder()
    file = try File.create(scratch.file("a.emd"))
    root = try file.root
  }

  private func read(_ dataset: String? = nil) throws -> [ImportedMap] {
    try file.flush()
    var options = ImportOptions()
    options.dataset = dataset
    return try EMDReader.read(scratch.file("a.emd"), options: options)
  }

  private func dimension(_ group: Group, _ name: String, _ values: [Double], _ label: String, _ units: String) throws {
    let dataset = try group.createDataset(name, values)
    try dataset.attributes.set("name", to: label)
    try dataset.attributes.set("units", to: units)
  }

  @Test func filesOfPy4DSTEMBefore013() throws {
    let top = try root.createGroup("4DSTEM_experiment")
    try top.attributes.set("emd_group_type", to: 2)
    try top.attributes.set("version_major", to: 0)
    try top.attributes.set("version_minor", to: 12)
    let cube = try root.createGroup("4DSTEM_experiment/data/datacubes/datacube_0")
    try cube.attributes.set("emd_group_type", to: 1)
    let values = (0..<120).map { UInt16($0) }
    try cube.createDataset("data", values, shape: [2, 3, 4, 5])
    for (index, (name, size)) in [("R_x", 2), ("R_y", 3), ("Q_x", 4), ("Q_y", 5)].enumerated() {
      try dimension(cube, "dim\(index + 1)", (0..<size).map { Double($0) }, name, "pixels")
    }
    let slice = try root.createGroup("4DSTEM_experiment/data/realslices/images")
    try slice.attributes.set("emd_group_type", to: 1)
    try slice.createDataset("data", (0..<12).map { Float($0) }, shape: [2, 3, 2])
    try dimension(slice, "dim1", [0, 1], "R_x", "[pixels]")
    try dimension(slice, "dim2", [0, 1, 2], "R_y", "[pixels]")
    try slice.createDataset("dim3", ["bright", "dark"])
    let points = try root.createGroup("4DSTEM_experiment/data/pointlists/disks")
    try points.attributes.set("emd_group_type", to: 1)
    try points.createDataset("qx/data", [1.5, 2.5, 3.5])
    try points.createDataset("qy/data", [4, 5, 6] as [Int32])
    let calibration = try root.createGroup("4DSTEM_experiment/metadata/calibration")
    try calibration.attributes.set("R_pix_size", to: 2.0)
    try calibration.attributes.set("R_pix_units", to: "nm")
    try calibration.attributes.set("Q_pix_size", to: 0.05)
    try calibration.attributes.set("Q_pix_units", to: "A^-1")
    let microscope = try root.createGroup("4DSTEM_experiment/metadata/microscope")
    try microscope.attributes.set("accelerating_voltage", to: 80.0)
    try microscope.attributes.set("convergence_semiangle_mrad", to: 1.5)
    try microscope.attributes.set("camera_length", to: 1.2)
    try microscope.attributes.set("camera_length_units", to: "m")

    #expect(try read().map(\.suggestedName) == ["datacube_0", "images", "disks"])
    let maps = try read()
    #expect(
      maps[0].metadata.axes == [
        Axis(name: "R_x", size: 2, scale: 2, units: "nm", role: .navigation),
        Axis(name: "R_y", size: 3, scale: 2, units: "nm", role: .navigation),
        Axis(name: "Q_x", size: 4, scale: 0.05, units: "1/Å", role: .signal),
        Axis(name: "Q_y", size: 5, scale: 0.05, units: "1/Å", role: .signal),
      ])
    #expect(try maps[0].allBytes() == bytes(values))
    #expect(maps[0].metadata.signalType == "electron_diffraction")
    #expect(maps[0].metadata.instrument.beamEnergy == 80)
    #expect(maps[0].metadata.instrument.convergenceAngle == 1.5)
    #expect(maps[0].metadata.instrument.cameraLength == 1200)
    // The images of a stack go first, in the orientation of the scan.
    #expect(maps[1].array.shape == [2, 2, 3])
    #expect(try maps[1].allBytes() == bytes([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11] as [Float]))
    #expect(maps[1].notes.contains { $0.contains("bright, dark") })
    #expect(maps[2].array.shape == [3, 2])
    #expect(try maps[2].allBytes() == bytes([1.5, 4, 2.5, 5, 3.5, 6]))
    #expect(try maps[2].array.read([1..<3, 1..<2]) == bytes([5.0, 6.0]))
    #expect(try read("/4DSTEM_experiment/data/realslices/images").map(\.suggestedName) == ["images"])
    #expect(try read("/4DSTEM_experiment/data/realslices/images/data").count == 1)
    // What is no group of data is read as any dataset is.
    #expect(try read("/4DSTEM_experiment/data/datacubes/datacube_0/dim2").map(\.array.shape) == [[3]])
  }

  @Test func filesOfEMD1() throws {
    try root.attributes.set("emd_group_type", to: "file")
    try root.attributes.set("version_major", to: 1)
    try root.createGroup("exp").attributes.set("emd_group_type", to: "root")
    let stack = try root.createGroup("exp/stack")
    try stack.attributes.set("emd_group_type", to: "array")
    try stack.createDataset("data", (0..<12).map { Float($0) }, shape: [2, 3, 2])
    try dimension(stack, "dim0", [0, 2], "Rx", "nm")
    try dimension(stack, "dim1", [1, 3], "Ry", "nm")
    try stack.createDataset("dim2", ["a", "b"]).attributes.set("name", to: "_labels_")
    let spectrum = try root.createGroup("exp/stack/spectrum")
    try spectrum.attributes.set("emd_group_type", to: "array")
    try spectrum.createDataset("data", [1.0, 2.0, 3.0])
    try dimension(spectrum, "dim0", [0, 1, 4], "E", "eV")
    let points = try root.createGroup("exp/points")
    try points.attributes.set("emd_group_type", to: "pointlist")
    try points.createDataset("qx", [1.0, 2.0])
    try points.createDataset("label", ["a", "b"])
    let peaks = try root.createGroup("exp/peaks")
    try peaks.attributes.set("emd_group_type", to: "pointlistarray")
    try peaks.createDataset("data", type: .variableLength(.float64), shape: [2])
    let metadata = try root.createGroup("exp/metadatabundle/microscope")
    try metadata.attributes.set("emd_group_type", to: "metadata")
    try metadata.createDataset("accelerating_voltage", [300.0], shape: []).attributes.set("type", to: "number")
    try metadata.createDataset("data", [1.0, 2.0])

    let maps = try read()
    #expect(maps.map(\.suggestedName) == ["stack", "spectrum", "points"])
    #expect(maps[0].metadata.axes.map(\.name) == ["slice", "Rx", "Ry"])
    #expect(maps[0].metadata.axes.map(\.role) == [.navigation, .signal, .signal])
    #expect(maps[0].metadata.axes[2] == Axis(name: "Ry", size: 3, scale: 2, offset: 1, units: "nm", role: .signal))
    #expect(maps[1].metadata.axes[0].values == [0, 1, 4])
    #expect(maps[2].array.shape == [2, 1])
    #expect(maps[0].metadata.instrument.beamEnergy == 300)
    #expect(maps[0].notes.contains { $0.hasPrefix("/exp/peaks/data was left out") })
  }

  /// The order that the names of dimensions speak of is kept; otherwise the first dimension is the fastest.
  @Test func theOrderOfNCEMsDimensions() throws {
    try root.attributes.set("version_major", to: 0)
    try root.attributes.set("version_minor", to: 2)
    let values = (0..<6).map { Int32($0) }
    for (name, first, second) in [("turned", "x", "y"), ("straight", "y", "x"), ("reciprocal", "k_y", "k_x")] {
      // Some writers leave the mark out.
      let group = try root.createGroup("data/\(name)")
      try group.createDataset("data", values, shape: [2, 3])
      try dimension(group, "dim1", [0, 0.5], first, "[n_m]")
      try dimension(group, "dim2", [1, 3, 5], second, "[n_m^-1]")
    }
    let maps = Dictionary(uniqueKeysWithValues: try read().map { ($0.suggestedName, $0) })
    #expect(EMDReader.recognises(scratch.file("a.emd"), firstBytes: []))
    let turned = try #require(maps["turned"])
    #expect(turned.metadata.axes.map(\.name) == ["y", "x"])
    #expect(turned.metadata.axes[0] == Axis(name: "y", size: 3, scale: 2, offset: 1, units: "1/nm", role: .signal))
    #expect(try turned.allBytes() == bytes([0, 3, 1, 4, 2, 5] as [Int32]))
    #expect(try turned.array.read([1..<3, 0..<1]) == bytes([1, 2] as [Int32]))
    for name in ["straight", "reciprocal"] {
      let map = try #require(maps[name])
      #expect(map.array.shape == [2, 3])
      #expect(try map.allBytes() == bytes(values))
    }
  }

  @Test func stacksOfPrismaticMustFit() throws {
    for (index, shape) in [[2, 3], [2, 2]].enumerated() {
      let group = try root.createGroup("4DSTEM_simulation/data/realslices/annular_detector_depth000\(index)")
      try group.attributes.set("emd_group_type", to: 1)
      try group.createDataset("realslice", [Float](repeating: 0, count: shape[0] * shape[1]), shape: shape)
    }
    let error = #expect(throws: FormatError.self) { try read() }
    #expect(error?.problem.contains("another shape") == true)
  }

  @Test func otherFilesAreNotTaken() throws {
    try root.createDataset("data/data", [1.0, 2.0])
    try root.createDataset("data/dim1", [1.0, 2.0])
    try file.flush()
    #expect(!EMDReader.recognises(scratch.file("a.emd"), firstBytes: []))
    #expect(throws: FormatError.self) { try read() }
    #expect(!EMDReader.recognises(try scratch.write("text.emd", "no HDF5"), firstBytes: []))
  }

  @Test(arguments: [
    ("[n_m]", "nm"), ("[n_m^-1]", "1/nm"), ("[mrad]", "mrad"), ("[]", ""), ("", ""), ("A^-1", "1/Å"), ("A", "Å"),
    ("[u_m]", "µm"), ("eV", "eV"), ("1/nm", "1/nm"), ("[e_V]", "eV"),
  ])
  func unitsAreSpeltAsTheFieldDoes(_ pair: (String, String)) {
    #expect(EMDUnit.spelling(pair.0) == pair.1)
  }
}
