import Blocks
import HDF5
import Microscopy
import Testing

@testable import Formats

struct HyperSpyReaderTests {
  let scratch: ScratchFolder
  let root: Group

  init() throws {
    scratch = try ScratchFolder()
    root = try File.create(scratch.file("a.hspy")).root
  }

  private func read(_ dataset: String? = nil) throws(FormatError) -> [ImportedMap] {
    var options = ImportOptions()
    options.dataset = dataset
    return try HyperSpyReader.read(scratch.file("a.hspy"), options: options)
  }

  /// An experiment with 2 × 3 × 4 values, without axes and metadata.
  private func experiment(_ name: String, version: String? = "3.3") throws -> Group {
    if let version { try root.attributes.set("file_format_version", to: version) }
    let group = try root.createGroup("Experiments/\(name)")
    try group.createDataset("data", (0..<24).map { Double($0) }, shape: [2, 3, 4], layout: .chunked([1, 2, 4]))
    return group
  }

  private func axis(
    _ group: Group, _ index: Int, _ name: String, size: Int, navigate: Bool?, scale: Double = 1, offset: Double = 0
  ) throws {
    let axis = try group.createGroup("axis-\(index)")
    try axis.attributes.set("name", to: name)
    try axis.attributes.set("size", to: size)
    try axis.attributes.set("scale", to: scale)
    try axis.attributes.set("offset", to: offset)
    try axis.attributes.set("units", to: "nm")
    if let navigate { try axis.attributes.set("navigate", to: navigate) }
  }

  @Test func axesOfAllKindsAreRead() throws {
    let group = try experiment("map")
    try axis(group, 0, "y", size: 2, navigate: true, scale: 0.5, offset: 3)
    let data = try group.createGroup("axis-1")
    try data.attributes.set("_type", to: "DataAxis")
    try data.attributes.set("name", to: "_None_")
    try data.attributes.set("navigate", to: true)
    try data.createDataset("axis", [0.0, 1.0, 4.0])
    let functional = try group.createGroup("axis-2")
    try functional.attributes.set("_type", to: "FunctionalDataAxis")
    try functional.attributes.set("expression", to: "a * x**2 + b")
    try functional.attributes.set("a", to: 2.0)
    try functional.attributes.set("b", to: -1.0)
    try functional.attributes.set("navigate", to: false)
    let x = try functional.createGroup("x")
    try x.attributes.set("scale", to: 1.0)
    try x.attributes.set("offset", to: 1.0)
    try x.attributes.set("size", to: 4)
    let map = try #require(try read().first)
    #expect(map.suggestedName == "map")
    #expect(
      map.metadata.axes == [
        Axis(name: "y", size: 2, scale: 0.5, offset: 3, units: "nm", role: .navigation),
        Axis(name: "", size: 3, role: .navigation, values: [0, 1, 4]),
        Axis(name: "", size: 4, role: .signal, values: [1, 7, 17, 31]),
      ])
    try functional.attributes.set("expression", to: "a * gamma(x)")
    #expect(throws: FormatError.self) { try read() }
    try functional.attributes.set("expression", to: "x")
    try functional.delete("x")
    try functional.createHardLink("x", to: functional)
    #expect(throws: FormatError.self) { try read() }
  }

  @Test func theSignalComesLastWhateverTheOrderOfTheFile() throws {
    let group = try experiment("turned")
    for (index, name) in ["E", "y", "x"].enumerated() {
      try axis(group, index, name, size: [2, 3, 4][index], navigate: index > 0)
    }
    let map = try #require(try read().first)
    #expect(map.metadata.axes.map(\.name) == ["y", "x", "E"])
    #expect(map.array.shape == [3, 4, 2])
    var turned: [Double] = []
    for y in 0..<3 { for x in 0..<4 { for energy in 0..<2 { turned.append(Double(energy * 12 + y * 4 + x)) } } }
    let memory = MemoryArray(shape: [3, 4, 2], turned)
    #expect(try map.array.read(map.array.wholeBox) == memory.bytes)
    #expect(try map.array.read([1..<3, 2..<3, 1..<2]) == memory.read([1..<3, 2..<3, 1..<2]))
  }

  @Test(arguments: [("spectrum", 1), ("image", 2), ("", 0)])
  func earlierVersionsSayWhatIsRecorded(recordBy: String, signalRank: Int) throws {
    let group = try experiment("old", version: nil)
    // Version 1.0 states the dimension of each axis.
    for (index, dimension) in [2, 0, 1].enumerated() {
      try axis(group, index, ["E", "y", "x"][index], size: [4, 2, 3][index], navigate: nil)
      try group.group("axis-\(index)").attributes.set("index_in_array", to: dimension)
    }
    let old = try group.createGroup("mapped_parameters")
    try old.attributes.set("record_by", to: recordBy)
    try old.attributes.set("title", to: "of old")
    try old.attributes.set("signal_type", to: "EELS")
    try old.attributes.set("_datetime_date", to: "datetime.date(1991, 10, 1)")
    try old.attributes.set("_datetime_time", to: "datetime.time(12, 0)")
    try old.createGroup("TEM").attributes.set("beam_energy ", to: 120.0)
    try old.createGroup("TEM/EELS").attributes.set("collection_angle", to: 3.4)
    try group.createGroup("original_parameters").attributes.set("kept", to: 1)
    let map = try #require(try read().first)
    #expect(map.metadata.axes.map(\.name) == ["y", "x", "E"])
    #expect(map.metadata.signalAxes.count == signalRank)
    #expect(map.metadata.title == "of old")
    #expect(map.metadata.acquired == "1991-10-01T12:00:00")
    #expect(map.metadata.instrument.beamEnergy == 120)
    #expect(map.metadata.instrument.collectionAngle == 3.4)
    #expect(map.metadata.hyperspy[path: "Signal.record_by"] == nil)
    #expect(map.metadata.vendor == ["kept": 1])
  }

  @Test func metadataIsDecoded() throws {
    let group = try experiment("m")
    let metadata = try group.createGroup("metadata")
    let general = try metadata.createGroup("General")
    try general.attributes.set("title", to: "Map 1")
    try general.attributes.set("date", to: "2024-03-01")
    try general.attributes.set("time", to: "12:30:05")
    try general.attributes.set("time_zone", to: "+01:00")
    try general.attributes.set("authors", to: "A. N.")
    try general.attributes.set("original_filename", to: "folder/raw.dm4")
    try metadata.createGroup("Signal").attributes.set("signal_type", to: "EDS_TEM")
    try metadata.requireGroup("Signal").attributes.set("quantity", to: "X-rays (Counts)")
    try metadata.createGroup("Sample").createDataset("_list_elements", ["Fe", "Pt"])
    let microscope = try metadata.createGroup("Acquisition_instrument/TEM")
    try microscope.attributes.set("beam_energy ", to: 200)
    try microscope.attributes.set("convergence_angle", to: 21.5)
    try microscope.attributes.set("camera_length", to: 98.0)
    try microscope.createGroup("Stage").attributes.set("tilt_alpha", to: 10.0)
    let detector = try microscope.createGroup("Detector/EDS")
    try detector.attributes.set("energy_resolution_MnKa", to: 133.3)
    try detector.attributes.set("live_time", to: 12.5)
    try detector.attributes.set("azimuth_angle", to: "_None_")
    let odd = try metadata.createGroup("Odd")
    try odd.attributes.set("_list_empty_none", to: "_None_")
    try odd.attributes.set("_bs_bytes", to: "raw")
    try odd.createDataset("_tuple_pair", [1, 2])
    try odd.createDataset("array", [1.5, 2.5, 3.5, 4.5], shape: [2, 2])
    let mixed = try odd.createGroup("_list_3_mixed")
    try mixed.attributes.set("0", to: 7)
    try mixed.attributes.set("1", to: "text")
    try mixed.createDataset("_list_2", [8, 9])
    try odd.createGroup("_sig_variance").createDataset("data", [1.0])
    try metadata.createGroup("Markers/point").attributes.set("marker_type", to: "Point")
    try group.createGroup("learning_results").createDataset("factors", [1.0])
    try group.createGroup("original_metadata/deep").attributes.set("tag", to: "value")
    let map = try #require(try read().first)
    let read = map.metadata
    #expect(read.title == "Map 1")
    #expect(read.acquired == "2024-03-01T12:30:05+01:00")
    #expect(read.authors == "A. N.")
    #expect(read.originalFile == "raw.dm4")
    #expect(read.signalType == "EDS_TEM")
    #expect(read.quantity == "X-rays (Counts)")
    #expect(read.sample.elements == ["Fe", "Pt"])
    #expect(read.instrument.beamEnergy == 200)
    #expect(read.instrument.convergenceAngle == 21.5)
    #expect(read.instrument.cameraLength == 98)
    #expect(read.instrument.tiltAlpha == 10)
    #expect(read.instrument.energyResolution == 133.3)
    #expect(read.instrument.liveTime == 12.5)
    #expect(read.instrument.azimuthAngle == nil)
    #expect(
      read.hyperspy["Odd"] == [
        "none": [], "bytes": "raw", "pair": [1, 2], "array": [[1.5, 2.5], [3.5, 4.5]], "mixed": [7, "text", [8, 9]],
      ])
    #expect(read.hyperspy["Markers"] == nil)
    #expect(read.vendor[path: "deep.tag"] == "value")
    #expect(read.vendor["HyperSpy"]?["Odd.variance"]?["data"] == [1.0])
    #expect(read.vendor[path: "HyperSpy.Markers.point.marker_type"] == "Point")
    #expect(map.notes.count == 3)
    // Without flags and without record_by, a spectral signal has one signal axis.
    #expect(read.signalAxes.count == 1)
  }

  @Test func raggedSignalsAreRefused() throws {
    let ragged = try root.createGroup("Experiments/ragged")
    try root.attributes.set("file_format_version", to: "3.3")
    try ragged.createDataset("data", type: .variableLength(.float64), shape: [3])
    let error = #expect(throws: FormatError.self) { try read() }
    #expect(error?.problem.contains("ragged") == true)
    _ = try experiment("sound")
    let maps = try read()
    #expect(maps.map(\.suggestedName) == ["sound"])
    #expect(maps[0].notes.contains { $0.contains("ragged") })
  }

  @Test func oneExperimentCanBeChosen() throws {
    _ = try experiment("one")
    _ = try experiment("two")
    try root.createDataset("Experiments/two/other", [1, 2, 3])
    #expect(try read().map(\.suggestedName) == ["one", "two"])
    for name in ["two", "/Experiments/two", "/Experiments/two/data"] {
      #expect(try read(name).map(\.suggestedName) == ["two"])
    }
    #expect(try read("/Experiments/two/other").map(\.array.shape) == [[3]])
  }

  @Test func expressionsAreEvaluated() throws {
    let value = { (text: String) in try AxisExpression.value(text, ["x": 3, "a": 2, "offset_1": 0.5]) }
    #expect(try value("a*x+offset_1") == 6.5)
    #expect(try value("-x**2") == -9)
    #expect(try value("2**-1 + 2^3^2 / 512") == 1.5)
    #expect(try value("(1 + 2) * -(x - 1)") == -6)
    #expect(try value("1.5e-1 * 10") == 1.5)
    #expect(try value("sqrt(exp(log(16)))").rounded() == 4)
    for wrong in ["", "1 +", "x y", "b", "f(x)", "(1", "1 ; 2", String(repeating: "(", count: 500)] {
      #expect(throws: AxisExpression.Failure.self) { try value(wrong) }
    }
  }
}
