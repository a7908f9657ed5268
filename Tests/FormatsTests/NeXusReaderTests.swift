import Blocks
import HDF5
import Microscopy
import Testing

@testable import Formats

struct NeXusReaderTests {
  let scratch: ScratchFolder
  let file: File
  let root: Group

  init() throws {
    scratch = try ScratchFolder()
    file = try File.create(scratch.file("a.nxs"))
    root = try file.root
  }

  private func read(_ dataset: String? = nil) throws -> [ImportedMap] {
    try file.flush()
    var options = ImportOptions()
    options.dataset = dataset
    return try FormatCatalogue.read(scratch.file("a.nxs"), options: options)
  }

  @discardableResult
  private func group(_ path: String, _ type: String) throws -> Group {
    let group = try root.requireGroup(path)
    try group.attributes.set("NX_class", to: type)
    return group
  }

  private func field(_ path: String, _ value: Double, _ units: String) throws {
    try root.createDataset(path, [value], shape: []).attributes.set("units", to: units)
  }

  private func text(_ path: String, _ value: String) throws { try root.createDataset(path, [value], shape: []) }

  private func signal(_ path: String) throws -> Group {
    let data = try group(path, "NXdata")
    try data.attributes.set("signal", to: "data")
    try data.createDataset("data", [1.0, 2.0, 3.0])
    return data
  }

  /// Older files give each axis its dimension, by any number.
  @Test(arguments: [Int64.min, -1, 0, 2, .max]) func axesOfDimensionsThatAreNone(number: Int64) throws {
    try group("entry", "NXentry")
    let data = try signal("entry/data")
    try data.createDataset("positions", [1.0, 2.0, 3.0]).attributes.set("axis", to: number)
    #expect(try read()[0].metadata.axes[0].values == nil)
  }

  /// The application definition NXem: spectra under an event, the microscope under a measurement.
  @Test func aSpectrumOfNXem() throws {
    try group("entry1", "NXentry")
    try text("entry1/definition", "NXem")
    try text("entry1/start_time", "2024-03-01T12:30:05+01:00")
    try text("entry1/experiment_description", "A first look")
    try group("entry1/user1", "NXuser")
    try text("entry1/user1/name", "N. N.")
    try group("entry1/user2", "NXuser")
    try text("entry1/user2/name", "M. M.")
    try group("entry1/sample", "NXsample")
    try text("entry1/sample/name", "garnet")
    try text("entry1/sample/atom_types", "Mg, Al, Si, O")
    try field("entry1/sample/thickness", 0.05, "um")
    try group("entry1/measurement", "NXem_measurement")
    let instrument = "entry1/measurement/instrument"
    try group(instrument, "NXem_instrument")
    try text("\(instrument)/name", "Titan")
    try group("\(instrument)/ebeam_column", "NXebeam_column")
    try group("\(instrument)/ebeam_column/electron_source", "NXsource")
    try field("\(instrument)/ebeam_column/electron_source/voltage", 200_000, "V")
    try text("\(instrument)/ebeam_column/electron_source/probe", "electron")
    try group("\(instrument)/optics", "NXoptical_system_em")
    try field("\(instrument)/optics/camera_length", 0.185, "m")
    try field("\(instrument)/optics/magnification", 20_000, "")
    try field("\(instrument)/optics/semi_convergence_angle", 0.02, "rad")
    try field("\(instrument)/optics/beam_current", 50, "pA")
    try field("\(instrument)/optics/dwell_time", 20, "µs")
    try group("\(instrument)/detector1", "NXdetector")
    try text("\(instrument)/detector1/type", "SDD")
    try text("\(instrument)/detector1/local_name", "SuperX")
    try field("\(instrument)/detector1/elevation_angle", 22, "deg")
    try field("\(instrument)/detector1/solid_angle", 0.9, "sr")
    try group("\(instrument)/stage", "NXstage_lab")
    try field("\(instrument)/stage/tilt1", 10, "degree")
    let event = "entry1/measurement/events/event1"
    try group(event, "NXevent_data_em")
    try group("\(event)/spectrum1", "NXspectrum")
    let data = try group("\(event)/spectrum1/stack_2d", "NXdata")
    try data.attributes.set("signal", to: "intensity")
    try data.attributes.set("axes", to: ["axis_j", "axis_i", "axis_energy"])
    for (index, (name, size, units)) in [("axis_j", 2, "nm"), ("axis_i", 3, "nm"), ("axis_energy", 4, "keV")].enumerated() {
      try data.attributes.set("\(name)_indices", to: [index])
      try data.createDataset(name, (0..<size).map { Double($0) * 0.5 - 1 }).attributes.set("units", to: units)
    }
    try data.createDataset("intensity", (0..<24).map { UInt32($0) }, shape: [2, 3, 4])

    let map = try #require(try read().first)
    #expect(try FormatCatalogue.reader(for: scratch.file("a.nxs")).name == "NeXus")
    #expect(
      map.metadata.axes == [
        Axis(name: "axis_j", size: 2, scale: 0.5, offset: -1, units: "nm", role: .navigation),
        Axis(name: "axis_i", size: 3, scale: 0.5, offset: -1, units: "nm", role: .navigation),
        Axis(name: "axis_energy", size: 4, scale: 0.5, offset: -1, units: "keV", role: .signal),
      ])
    #expect(try map.allBytes() == bytes((0..<24).map { UInt32($0) }))
    #expect(map.metadata.title == "stack_2d")
    #expect(map.metadata.acquired == "2024-03-01T12:30:05+01:00")
    #expect(map.metadata.authors == "N. N., M. M.")
    #expect(map.metadata.notes == "A first look")
    #expect(map.metadata.sample.name == "garnet")
    #expect(map.metadata.sample.elements == ["Mg", "Al", "Si", "O"])
    #expect(map.metadata.sample.thickness == 50)
    var expected = Instrument()
    expected.microscope = "Titan"
    expected.beamEnergy = 200
    expected.beamCurrent = 0.05
    expected.convergenceAngle = 20
    expected.cameraLength = 185
    expected.magnification = 20_000
    expected.dwellTime = 20e-6
    expected.detector = "SuperX"
    expected.detectorType = "SDD"
    expected.elevationAngle = 22
    expected.solidAngle = 0.9
    expected.tiltAlpha = map.metadata.instrument.tiltAlpha
    #expect(abs((map.metadata.instrument.tiltAlpha ?? 0) - 10) < 1e-12)
    #expect(map.metadata.instrument == expected)
    let source = "entry1.measurement.instrument.ebeam_column.electron_source"
    #expect(map.metadata.vendor[path: "\(source).voltage.units"] == "V")
    #expect(map.metadata.vendor[path: "\(source).NX_class"] == "NXsource")
    #expect(map.notes.isEmpty)
  }

  @Test func aBeamThatIsNotOfElectronsHasNoEnergyOfTheirs() throws {
    try group("entry", "NXentry")
    try group("entry/instrument", "NXinstrument")
    try group("entry/instrument/source", "NXsource")
    try text("entry/instrument/source/type", "Synchrotron X-ray Source")
    try field("entry/instrument/source/energy", 3, "GeV")
    try field("entry/instrument/source/current", 300, "mA")
    for name in ["one", "two"] {
      try group("entry/instrument/\(name)", "NXdetector")
      try text("entry/instrument/\(name)/type", name)
    }
    _ = try signal("entry/data")
    let instrument = try #require(try read().first).metadata.instrument
    #expect(instrument.beamEnergy == nil && instrument.beamCurrent == nil)
    // Which of two detectors the data is of is not said.
    #expect(instrument.detectorType == nil)
  }

  @Test func auxiliarySignalsAndErrorsAreMapsOfTheirOwn() throws {
    let data = try signal("entry/data")
    try data.attributes.set("auxiliary_signals", to: ["second", "missing"])
    try data.attributes.set("axes", to: ["energy"])
    try data.createDataset("energy", [5.0, 6.0, 7.0]).attributes.set("units", to: "keV")
    try data.createDataset("second", [4, 5, 6] as [Int16])
    try data.createDataset("errors", [0.1, 0.2, 0.3])
    try data.createDataset("second_errors", [0.5, 0.5])
    try root.createDataset("entry/other", [1, 2, 3, 4])
    // One dataset under two names, and one group under two.
    try root.createHardLink("entry/again", to: data)
    let shown = try signal("entry/more")
    try shown.delete("data")
    try shown.createHardLink("data", to: try data.dataset("data"))
    let maps = try read()
    // The first name in the order of the alphabet is the group's.
    #expect(maps.map(\.suggestedName) == ["again", "again second", "again errors"])
    #expect(maps.map(\.type) == [.float64, .int16, .float64])
    for map in maps {
      #expect(map.metadata.axes == [Axis(name: "energy", size: 3, scale: 1, offset: 5, units: "keV", role: .signal)])
    }
    #expect(maps[2].metadata.quantity == "Standard deviation")
    #expect(maps[0].notes.contains { $0.contains("2 more datasets") })
    #expect(try read("/entry/o*").map(\.suggestedName) == ["other"])
  }

  @Test func signalsAndAxesMarkedOnDatasets() throws {
    let data = try group("entry/data", "NXdata")
    let names = ["counts": 1, "monitor": 2]
    for (name, number) in names {
      try data.createDataset(name, (0..<6).map { Int32($0 * number) }, shape: [2, 3]).attributes.set("signal", to: number)
    }
    for (name, axis, primary, values) in [
      ("angle", 2, 1, [1.0, 2.0, 3.0]), ("channel_number", 2, 2, [0.0, 1.0, 2.0]), ("temperature", 1, 1, [300.0, 310.0]),
    ] {
      let dataset = try data.createDataset(name, values)
      try dataset.attributes.set("axis", to: axis)
      try dataset.attributes.set("primary", to: primary)
      try dataset.attributes.set("units", to: axis == 1 ? "K" : "deg")
    }
    try data.dataset("counts").attributes.set("interpretation", to: "spectrum")
    try text("entry/data/title", "A scan")
    let maps = try read()
    #expect(maps.map(\.metadata.title) == ["A scan", "A scan monitor"])
    #expect(maps[0].metadata.axes.map(\.name) == ["temperature", "angle"])
    #expect(maps[0].metadata.axes.map(\.units) == ["K", "deg"])
    #expect(maps[0].metadata.axes.map(\.role) == [.navigation, .signal])
    #expect(try maps[0].allBytes() == bytes((0..<6).map { Int32($0) }))
    #expect(maps[0].notes.isEmpty == false)
  }

  /// Lamella's own files and HyperSpy's hold NXdata, too.
  @Test func signalsOfHyperSpyAreNotReadTwice() throws {
    try group("entry", "NXentry")
    let data = try signal("entry/data")
    try root.createGroup("Experiments/map").createHardLink("data", to: try data.dataset("data"))
    try root.attributes.set("file_format_version", to: "3.3")
    #expect(try read().map(\.suggestedName) == ["map"])
    #expect(try FormatCatalogue.reader(for: scratch.file("a.nxs")).name == "HyperSpy")
  }

  @Test func aSignalThatCannotBeReadIsLeftOut() throws {
    _ = try signal("entry/good")
    let bad = try signal("entry/bad")
    try bad.delete("data")
    try bad.createDataset("data", ["words"])
    let maps = try read()
    #expect(maps.map(\.suggestedName) == ["good"])
    #expect(maps[0].notes.contains { $0.contains("/entry/bad/data was left out") })
  }

  @Test func aFileWithoutNXdataIsNotOne() throws {
    try group("entry", "NXentry")
    try root.createDataset("entry/counts", [1, 2, 3])
    try file.flush()
    #expect(!NeXusReader.recognises(scratch.file("a.nxs"), firstBytes: []))
    #expect(throws: FormatError.self) { try NeXusReader.read(scratch.file("a.nxs"), options: ImportOptions()) }
  }

  @Test(arguments: [
    ("*", "/a/b", true), ("/a/*", "/a/b/c", true), ("/a/*/c", "/a/b/c", true), ("/a/*/c", "/a/c", false),
    ("/a/?", "/a/b", true), ("/a/?", "/a/bc", false), ("*c*", "/a/b/c", true), ("/a", "/a/b", false), ("", "", true),
    ("*a*a*a*a*a*b", String(repeating: "a", count: 5000), false), ("/a*b*c", "/axbxbxc", true),
  ])
  func patternsOfPaths(_ sample: (String, String, Bool)) {
    #expect(PathPattern(sample.0).matches(sample.1) == sample.2)
  }

  @Test(arguments: [
    (200_000.0, "V", "keV", 200.0), (0.2, "MeV", "keV", 200), (50, "pA", "nA", 0.05), (1.2, "m", "mm", 1200), (5, "Å", "nm", 0.5),
    (20, "mrad", "mrad", 20), (2, "min", "s", 120), (20, "µs", "s", 20e-6), (3, "eV", "keV", 0.003), (100, "um", "mm", 0.1),
  ])
  func unitsAreConverted(_ sample: (Double, String, String, Double)) {
    #expect(PhysicalUnit.convert(sample.0, from: sample.1, to: sample.2) == sample.3)
  }

  @Test func unitsThatDoNotFitAreNotConverted() {
    #expect(PhysicalUnit.convert(1, from: "keV", to: "nm") == nil)
    #expect(PhysicalUnit.convert(1, from: "furlong", to: "nm") == nil)
    #expect(PhysicalUnit.convert(.nan, from: "nm", to: "nm") == nil)
    #expect(PhysicalUnit.value(of: "300kV", in: "keV") == 300)
    #expect(PhysicalUnit.value(of: "15.0 keV", in: "keV") == 15)
    #expect(PhysicalUnit.value(of: "3 eV", in: "eV") == 3)
    #expect(PhysicalUnit.value(of: "200", in: "keV", bare: "kV") == 200)
    #expect(PhysicalUnit.value(of: "200", in: "keV") == nil)
    #expect(PhysicalUnit.value(of: "high", in: "keV") == nil)
  }

  @Test(arguments: [
    ("Fe2 O3", ["Fe", "O"]), ("(Mg Fe)2 Si O4", ["Mg", "Fe", "Si", "O"]), ("water", []), ("CO2", ["C", "O"]), ("Fe-O", []),
  ])
  func elementsOfFormulas(_ sample: (String, [String])) { #expect(NeXusFields.elements(sample.0) == sample.1) }
}
