import Blocks
import Testing

@testable import Formats

struct HyperSpyOracleTests {
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 23 HyperSpy files were not read"))
  func filesReadAsHyperSpyReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = ["edxs/", "eels/", "formats/hspy/"].flatMap { oracle.names(below: $0, ["hspy", "hdf5"]) }
    #expect(names.count > 20)
    for name in names {
      let path = oracle.path(name)
      #expect(HyperSpyReader.recognises(path, firstBytes: []))
      let maps = try HyperSpyReader.read(path, options: ImportOptions())
      guard let signals = oracle.files[name]?.signals else {
        // HyperSpy refuses a marker of a kind it does not know; the data beside it is sound.
        #expect(name == "formats/hspy/test_marker_bad_marker_type.hdf5")
        #expect(maps.map(\.array.shape) == [[10, 10]])
        #expect(maps.first?.notes.contains { $0.contains("markers") } == true)
        continue
      }
      #expect(maps.count == signals.count, "\(name)")
      for (map, signal) in zip(maps, signals) {
        let differences = try Oracle.differences(map, signal)
        #expect(differences.isEmpty, "\(name): \(differences)")
      }
    }
  }
}
