import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct MRCOracleTests {
  /// What is else here, and why:
  /// - Direct Electron writes a cell of −1 nm a pixel where it knows none; RosettaSciIO takes it for the size. Here such axes
  ///   count pixels, unless the settings beside the file know better;
  /// - RosettaSciIO replaces the sizes of pixels in those settings by 1; here they are kept;
  /// - it finds the settings of files that are named by date and number only; here the random and the custom scan find theirs,
  ///   and the random one, which came by every point once, is the map that its sum image shows (`aRandomScanIsAMap`).
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 9 MRC files were not read"))
  func filesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = oracle.names(below: "formats/mrc/", ["mrc"])
    #expect(names.count == 9)
    for name in names {
      var signal = try #require(oracle.files[name]?.signals?.first)
      let maps = try FormatCatalogue.read(oracle.path(name))
      #expect(maps.count == 1)
      let map = maps[0]
      if name.hasSuffix("ROI_Random_Scan_movie.mrc") { continue }
      if let axes = Self.axes[fileName(of: name)] {
        for (index, (name, scale, units)) in zip(signal.axes.indices.suffix(axes.count), axes) {
          signal.axes[index].name = name
          signal.axes[index].scale = scale
          signal.axes[index].units = units
        }
      }
      let differences = try Oracle.differences(map, signal)
      #expect(differences.isEmpty, "\(name): \(differences)")
    }
  }

  private static let scan = [("y", 0.2, "nm"), ("x", 0.1, "nm")]
  private static let camera = [("ky", 0.1, "1/nm"), ("kx", 0.1, "1/nm")]
  private static let axes = [
    "20241021_00405_0_Virt 0_sum.mrc": scan, "20241021_00405_1_Virt 1_sum.mrc": scan, "20241021_00405_ext1_Ext 1.mrc": scan,
    "20241021_00405_final.mrc": camera, "20241021_00405_movie.mrc": scan + camera,
    "Custom_movie.mrc": [("ky", 1, ""), ("kx", 1, "")], "ROI_Random_Scan_Sum.mrc": [("y", 1, ""), ("x", 1, "")],
  ]

  private static func read(_ name: String) throws -> ImportedMap {
    let oracle = try #require(Oracle.shared)
    return try #require(FormatCatalogue.read(oracle.path("formats/mrc/" + name)).first)
  }

  private static func numbers(_ map: ImportedMap) throws -> [Double] {
    let bytes = try map.allBytes()
    return unsafe bytes.withUnsafeBytes { buffer in
      (0..<map.array.elementCount).map { index in
        map.type == .uint16
          ? Double(unsafe buffer.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
          : Double(unsafe buffer.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
      }
    }
  }

  /// The image of the sums that the camera's software made of the same scan, which has the points where they were.
  @Test(.enabled(if: Oracle.shared != nil)) func aRandomScanIsAMap() throws {
    let map = try Self.read("ROI_Random_Scan_movie.mrc")
    #expect(map.array.shape == [29, 12, 16, 16])
    #expect(map.metadata.axes.map(\.name) == ["y", "x", "ky", "kx"])
    #expect(map.files.count == 3 && map.files[2].hasSuffix("ROI_Random_Scan_scan_coordinates.csv"))
    let values = try Self.numbers(map)
    let image = try Self.numbers(try Self.read("ROI_Random_Scan_Sum.mrc"))
    let sums = (0..<348).map { values[$0 * 256..<($0 + 1) * 256].reduce(0, +) }
    let means = (sums.reduce(0, +) / 348, image.reduce(0, +) / 348)
    let product = { (a: [Double], b: [Double], ma: Double, mb: Double) in zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) } }
    let correlation =
      product(sums, image, means.0, means.1)
      / (product(sums, sums, means.0, means.0) * product(image, image, means.1, means.1)).squareRoot()
    #expect(correlation > 0.9)
    // The same values as in the file, in another order.
    let oracle = try #require(Oracle.shared?.files["formats/mrc/ROI_Random_Scan_movie.mrc"]?.signals?.first)
    #expect(oracle.shape == [348, 16, 16] && values.reduce(0, +) == 104_477_835)
    let box = [3..<5, 2..<12, 4..<9, 1..<2]
    let whole = MemoryArray(shape: map.array.shape, elementSize: 2, bytes: try map.allBytes())
    #expect(try map.array.read(box) == whole.read(box))
  }

  @Test(.enabled(if: Oracle.shared != nil)) func aCustomScanIsAStackWithItsPlaces() throws {
    let map = try Self.read("Custom_movie.mrc")
    #expect(map.notes.contains { $0.contains("do not fill a grid") })
    guard case .list(let places)? = map.metadata.vendor[path: "de_metadata.scan_coordinates"] else {
      throw Damage.Uncontrolled("no places")
    }
    #expect(places.count == 30 && places[14] == [4, 4])
  }

  @Test(.enabled(if: Oracle.shared != nil)) func settingsOfDirectElectron() throws {
    let metadata = try Self.read("20241021_00405_movie.mrc").metadata
    #expect(metadata.instrument.beamEnergy == 300)
    #expect(metadata.instrument.magnification == 1000)
    #expect(metadata.instrument.cameraLength == 1)
    #expect(metadata.instrument.detector == "DESim")
    #expect(metadata.instrument.acquisitionMode == "STEM")
    #expect(metadata.instrument.dwellTime.map { abs($0 - 0.001464212499) < 1e-12 } == true)
    #expect(metadata.acquired == "2024-10-21T14:36:50-05:00")
    #expect(metadata.hyperspy[path: "Acquisition_instrument.TEM.Detector.Camera.frames_per_second"]?.number == 700)
    #expect(metadata.vendor[path: "de_metadata"]?["Scan - Type"] == "Raster")
  }

  @Test(.enabled(if: Oracle.shared != nil)) func recordsOfThermoFisher() throws {
    let map = try Self.read("HAADFscan.mrc")
    let instrument = map.metadata.instrument
    #expect(instrument.beamEnergy == 300)
    #expect(instrument.microscope == "Spectra")
    #expect(instrument.detector == "HAADF")
    #expect(instrument.acquisitionMode == "STEM")
    #expect(instrument.cameraLength.map { abs($0 - 91.1) < 1e-9 } == true)
    #expect(instrument.convergenceAngle.map { abs($0 - 14.327324427576586) < 1e-9 } == true)
    #expect(instrument.dwellTime.map { abs($0 - 0.01) < 1e-9 } == true)
    #expect(instrument.stageX.map { abs($0 - 0.0238563) < 1e-9 } == true)
    #expect(instrument.stageY.map { abs($0 + 0.00711972) < 1e-9 } == true)
    #expect(instrument.tiltAlpha.map { abs($0 - 0.008116119) < 1e-9 } == true)
    #expect(instrument.tiltBeta == 0)
    #expect(map.metadata.acquired == "2022-12-05T12:13:07")
    guard case .list(let records)? = map.metadata.vendor["extended_header"] else { throw Damage.Uncontrolled("no records") }
    #expect(records.count == 1)
    #expect(records[0]["Application version"] == "3.7.0.872-b0a7ba")
    // Its mask says that it has no value.
    #expect(records[0]["Dose"] == nil)
    #expect(records[0]["Full scan FOV Y"]?.number == 1.4538576102432451e-06)
  }
}
