import Blocks
import Microscopy
import Testing

@testable import Formats

/// Velox files against what RosettaSciIO reads from them.
struct VeloxOracleTests {
  private static let files = [
    "FFTComplexEven.emd", "FFTComplexOdd.emd", "fei_example_complex_fft.emd", "fei_example_dpc_titles.emd",
    "fei_example_tem_stack.emd", "velox_EELS_EDS/example_velox_EELS_EDS.emd",
    "velox_emd_v11_elementSelection/SI_empty selection.emd", "velox_emd_version11/Test SI 16x16 215 kx.emd",
    "velox_emd_version11/Test SI 16x16 ReducedData 215 kx.emd",
  ]

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 9 Velox files were not read"), arguments: files)
  func filesReadAsRosettaSciIOReadsThem(_ file: String) throws {
    let oracle = try #require(Oracle.shared)
    let name = "formats/emd/\(file)"
    let signals = try #require(oracle.files[name]?.signals)
    #expect(try FormatCatalogue.reader(for: oracle.path(name)) == VeloxReader.self)
    let maps = try VeloxReader.read(oracle.path(name), options: ImportOptions())
    // From a pruned file RosettaSciIO reads no map; see `aPrunedFileHasTheSameMap`.
    #expect(maps.count == signals.count + (file.contains("Reduced") ? 1 : 0))
    for (map, signal) in zip(maps, signals) {
      var signal = signal
      // Units are written there as "1 / µm".
      for index in signal.axes.indices { signal.axes[index].units.replace(" / ", with: "/") }
      // The maps of elements by EELS have no calibration of their own; see `calibrationIsThatOfTheSpectrumImage`.
      if signal.title.hasSuffix("-EELS") { signal.axes = map.metadata.axes.map(Oracle.Axis.init) }
      // RosettaSciIO takes the extents of the X-ray map from the last image of the file, here one of the whole scan.
      if file.contains("EELS"), signal.title == "EDS", signal.shape.count == 3 {
        #expect(map.array.shape == [16, 20, 4096])
        // Its pixels follow each other, so that they come first there, and nothing else.
        let missing = signal.shape.reduce(2, *) - map.array.byteCount
        #expect(Oracle.sha256(try map.allBytes() + [UInt8](repeating: 0, count: missing)) == signal.sha256)
        continue
      }
      let differences = try Oracle.differences(map, signal)
      #expect(differences.isEmpty, "\(file): \(differences)")
    }
  }
}

extension Oracle.Axis {
  init(_ axis: Axis) {
    self.init(
      name: axis.name, size: axis.size, scale: axis.scale, offset: axis.offset, units: axis.units,
      navigate: axis.role == .navigation)
  }
}
