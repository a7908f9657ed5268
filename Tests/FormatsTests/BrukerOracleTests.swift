import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct BrukerOracleTests {
  /// RosettaSciIO gives columns the scale of rows; the header has one for each, and the image of the same scan has both.
  ///
  /// Two of the files also have the times of the pixels, which RosettaSciIO leaves out.
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 11 Bruker files were not read"))
  func filesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = oracle.names(below: "formats/bruker/", ["bcf", "spx"]).filter { !$0.hasSuffix("Nope.bcf") }
    #expect(names.count == 11)
    let withTimes = ["bcf_v2_50x50px.bcf", "bcf-edx-ebsd.bcf"]
    for name in names {
      let signals = try #require(oracle.files[name]?.signals)
      let maps = try FormatCatalogue.read(oracle.path(name))
      #expect(maps.count == signals.count + (withTimes.contains(fileName(of: name)) ? 1 : 0), "\(name)")
      for (map, signal) in zip(maps, signals) {
        var signal = signal
        if signal.axes.count == 3 { signal.axes[1].scale = signals[0].axes[1].scale }
        let differences = try Oracle.differences(map, signal)
        #expect(differences.isEmpty, "\(name): \(differences)")
      }
    }
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: a file that is no BCF was not refused"))
  func aFileThatIsNoContainerIsRefused() throws {
    let path = try #require(Oracle.shared).path("formats/bruker/Nope.bcf")
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
    #expect(error?.problem.contains("no SFS container") == true)
  }
}
