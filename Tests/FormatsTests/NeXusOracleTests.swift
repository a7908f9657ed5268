import Blocks
import Microscopy
import Testing

@testable import Formats

struct NeXusOracleTests {
  private func read(_ name: String, _ dataset: String? = nil) throws -> [ImportedMap] {
    let oracle = try #require(Oracle.shared)
    var options = ImportOptions()
    options.dataset = dataset
    return try FormatCatalogue.read(oracle.path("formats/nexus/\(name)"), options: options)
  }

  private func signals(_ name: String) throws -> [Oracle.Signal] {
    let oracle = try #require(Oracle.shared)
    return try #require(oracle.files["formats/nexus/\(name)"]?.signals)
  }

  /// RosettaSciIO names no axis that a file does not name, and lets all of them navigate where none is named; Lamella has names
  /// and roles for those by their number. What it has twice, under a link, is there once.
  private func compare(_ map: ImportedMap, _ signal: Oracle.Signal, title: Bool = true) throws {
    var signal = signal
    for (index, axis) in map.metadata.axes.enumerated() where signal.axes.indices.contains(index) {
      if ["", "<undefined>"].contains(signal.axes[index].name) { signal.axes[index].name = axis.name }
    }
    if signal.axes.allSatisfy(\.navigate) {
      for (index, axis) in map.metadata.axes.enumerated() where signal.axes.indices.contains(index) { signal.axes[index].navigate = axis.role == .navigation }
    }
    if !title {
      signal.title = map.metadata.title
      // Datasets beside a signal are not its axes, as RosettaSciIO has it.
      signal.axes = []
    }
    let differences = try Oracle.differences(map, signal)
    #expect(differences.isEmpty, "\(signal.title): \(differences)")
  }

  @Test(
    .enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: NeXus files were not read"),
    arguments: ["nexus_dls_example.nxs", "nexus_dls_example_no_axes.nxs", "nxdata_tagged_as_string.nxs", "simple_signal.nxs"])
  func everyNXdataIsRead(_ name: String) throws {
    let oracle = try #require(Oracle.shared)
    #expect(try FormatCatalogue.reader(for: oracle.path("formats/nexus/\(name)")).name == "NeXus")
    let maps = try read(name)
    let theirs = try signals(name)
    let expected = name.hasPrefix("nxdata") ? 2 : 1
    #expect(maps.count == expected)
    for map in maps {
      let signal = try #require(theirs.first { $0.title == map.metadata.title })
      try compare(map, signal)
      #expect(map.metadata.originalFile == name)
    }
    // The rest is told of and can be had.
    #expect(maps[0].notes.contains { $0.contains("--dataset '*'") } != name.hasPrefix("nxdata"), "\(maps[0].notes)")
  }

  @Test(
    .enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: NeXus files were not read"),
    arguments: [
      "nexus_dls_example.nxs", "nexus_dls_example_no_axes.nxs", "nexus_test_datakey.nxs", "nxdata_tagged_as_string.nxs",
      "simple_signal.nxs",
    ])
  func allThatRosettaSciIOReadsCanBeAskedFor(_ name: String) throws {
    let maps = try read(name, "*")
    let paths = Set(maps.map(\.suggestedName))
    #expect(paths.count == maps.count)
    for signal in try signals(name) where !signal.title.hasPrefix("alias") {
      let same = try maps.filter { try $0.array.shape == signal.shape && Oracle.sha256($0.allBytes()) == signal.sha256 }
      #expect(!same.isEmpty, "\(name): \(signal.title)")
      if let map = same.first { try compare(map, signal, title: false) }
    }
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: saved_multi_signal.nxs was not read"))
  func aFileThatRosettaSciIORefusesIsRead() throws {
    let oracle = try #require(Oracle.shared)
    #expect(oracle.files["formats/nexus/saved_multi_signal.nxs"]?.error != nil)
    let maps = try read("saved_multi_signal.nxs")
    #expect(maps.map(\.suggestedName) == ["rocks", "unnamed__1"])
    #expect(maps.map(\.array.shape) == [[15, 1, 40, 40], [30, 30, 10]])
    #expect(maps[0].metadata.axes.map(\.role) == [.navigation, .navigation, .signal, .signal])
    #expect(maps[1].metadata.axes.map(\.name) == ["yaxis", "xaxis", "energy"])
    #expect(maps[1].metadata.axes.map(\.role) == [.navigation, .navigation, .signal])
    #expect(maps[0].metadata.hyperspy[path: "XRF.beam_energy"]?.number == 12)
    #expect(maps[1].metadata.hyperspy[path: "XRD.beam_energy"]?.number == 20)
    #expect(maps[1].metadata.vendor[path: "entry2.auxiliary.original_metadata.instrument.scantype"] == "XRF")
    // The same numbers as in the file with one signal only.
    #expect(try maps[0].allBytes() == read("simple_signal.nxs")[0].allBytes())
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: NeXus files were not read"))
  func datasetsAreChosenByPathAndPattern() throws {
    #expect(try read("nexus_dls_example.nxs", "/entry1/testdata/nexustest").map(\.array.shape) == [[10, 10, 15]])
    #expect(try read("nexus_dls_example.nxs", "/entry1/*/value_set").map(\.array.shape) == [[29], [15]])
    #expect(try read("nexus_dls_example.nxs", "entry1/instrument/ic_3602_c?/value").count == 4)
    #expect(throws: FormatError.self) { try read("nexus_dls_example.nxs", "/entry1/*/nothing") }
    // Without NXdata one has to choose.
    let error = #expect(throws: FormatError.self) { try read("nexus_test_datakey.nxs") }
    #expect(error?.advice.contains("--dataset") == true)
    let named = try #require(try read("nexus_test_datakey.nxs", "/entry1/testdata/nexustest_axistest1/data").first)
    #expect(named.metadata.axes.map(\.name) == ["y", "x", "channel"])
    #expect(named.metadata.axes[0].offset == 6)
    // RosettaSciIO drops the values of uneven axes.
    #expect(named.metadata.axes[1].values == [3, 2.5, 1])
    // What is chosen comes with what its entry says.
    #expect(try read("nexus_dls_example.nxs", "/entry1/*/value_set")[0].metadata.sample.name == "Unnamed Sample")
  }
}
