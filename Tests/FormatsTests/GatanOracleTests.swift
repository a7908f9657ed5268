import Testing

@testable import Formats

struct GatanOracleTests {
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 108 DigitalMicrograph files were not read"))
  func filesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = oracle.names(below: "formats/dm/", ["dm3", "dm4"])
    #expect(names.count > 100)
    for name in names {
      let signals = try #require(oracle.files[name]?.signals)
      let maps = try GatanReader.read(oracle.path(name), options: ImportOptions())
      #expect(maps.count == signals.count, "\(name)")
      // RosettaSciIO loses a column of packed transforms of odd width; see `packedTransform`.
      if name.hasSuffix("test_fft_packed_complex8.dm4") { continue }
      for (map, signal) in zip(maps, signals) {
        let differences = try Oracle.differences(map, signal)
        #expect(differences.isEmpty, "\(name): \(differences)")
      }
    }
  }
}
