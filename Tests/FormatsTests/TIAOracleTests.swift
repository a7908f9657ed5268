import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

@Suite struct TIAOracleTests {
  /// RosettaSciIO is followed but for these:
  /// - it turns the scales from metres into nanometres and leaves the offsets in metres;
  /// - it drops the `CalibrationElement` of navigation axes, so that a map's y axis is off by its height; the axes here are
  ///   those of the beam positions that the tags hold (see `mapsHaveTheBeamPositions`);
  /// - single points have a step of 1 "meters" there, which is their number (see `pointsAreNumbered`);
  /// - "1 / nm" is "1/nm" here;
  /// - the signal type is empty there, whatever the spectrometer.
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 21 .emi files were not read"))
  func filesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = oracle.names(below: "formats/tia/", ["emi"])
    #expect(names.count == 21)
    for name in names {
      let signals = try #require(oracle.files[name]?.signals)
      let maps = try FormatCatalogue.read(oracle.path(name))
      #expect(maps.count == signals.count, "\(name)")
      for (map, signal) in zip(maps, signals) {
        var signal = signal
        if map.metadata.axes.last?.units == "eV" { signal.signalType = Self.kinds[fileStem(of: map.files[0])] ?? "EELS" }
        for index in signal.axes.indices {
          if signal.axes[index].units == "nm" {
            signal.axes[index].offset = signal.axes[index].offset.map { $0 * 1e9 }
          } else if signal.axes[index].units == "1 / nm" {
            signal.axes[index].units = "1/nm"
            signal.axes[index].offset = signal.axes[index].offset.map { $0 * 1e-9 }
          }
          // Theirs divide where these multiply.
          let (own, theirs) = (map.metadata.axes[index], signal.axes[index])
          if let scale = theirs.scale, abs(own.scale - scale) < 1e-15 * abs(scale) { signal.axes[index].scale = own.scale }
          if let offset = theirs.offset, abs(own.offset - offset) < 1e-15 * abs(offset) {
            signal.axes[index].offset = own.offset
          }
          if name.contains("point"), theirs.navigate {
            signal.axes[index] = Oracle.Axis(name: "point", size: theirs.size, scale: 1, offset: 0, units: "", navigate: true)
          }
          if theirs.navigate, signal.axes.count == 3, ["y", "x"].contains(theirs.name), signal.axes[2].name == "Energy" {
            signal.axes[index].offset = own.offset
          }
        }
        let differences = try Oracle.differences(map, signal)
        #expect(differences.isEmpty, "\(name): \(differences)")
      }
    }
  }

  /// Of the series of spectra whose spectrometer is no camera.
  private static let kinds = [
    "16x16-diffraction_imagel_5x5x256x256_EDS_1": "EDS_TEM", "16x16-diffraction_imagel_5x5x256x256_EDS_copy_1": "EDS_TEM",
    "16x16-line_profile_horizontal_5x128x128_EDS_1": "EDS_TEM", "16x16-spectrum_image_5x5x4000-not_square_1": "EDS_TEM",
    "no_AcquireDate_1": "EDS_TEM", "more_ser_then_emi_metadata_1": "", "more_ser_then_emi_metadata_2": "EDS_TEM",
  ]

  private static func read(_ name: String) throws -> [ImportedMap] {
    try FormatCatalogue.read(try #require(Oracle.shared).path("formats/tia/" + name))
  }

  @Test(.enabled(if: Oracle.shared != nil)) func aSeriesAloneReadsAsWithItsDescription() throws {
    let oracle = try #require(Oracle.shared)
    let scratch = try ScratchFolder()
    var count = 0
    for name in oracle.names(below: "formats/tia/", ["emi"]) {
      let path = oracle.path(name)
      for map in try FormatCatalogue.read(path) {
        let series = try #require(map.files.first)
        #expect(map.files == [series, path])
        let beside = try FormatCatalogue.read(series)
        #expect(beside.map(\.metadata) == [map.metadata])
        #expect(beside[0].files == map.files)
        let copy = try scratch.write(fileName(of: series), [UInt8](Data(contentsOf: URL(fileURLWithPath: series))))
        let alone = try FormatCatalogue.read(copy)[0]
        #expect(alone.metadata.axes == map.metadata.axes, "\(series)")
        #expect(try alone.allBytes() == map.allBytes())
        #expect(alone.files == [copy])
        #expect(alone.metadata.instrument == Instrument())
        count += 1
      }
    }
    #expect(count == 26)
  }

  /// The image as TIA shows it, exported from there.
  @Test(.enabled(if: Oracle.shared != nil)) func imagesStandAsTheReferenceDoes() throws {
    let map = try Self.read("old/64x64_TEM_images_acquire_1.ser")[0]
    let reference = try Self.read("old/64x64_TEM_images_acquire.npy")[0]
    #expect(try map.allBytes() == reference.allBytes())
  }

  @Test(
    .enabled(if: Oracle.shared != nil),
    arguments: [
      "old/16x16-spectrum_image-5x5x1024", "new/16x16-diffraction_imagel_5x5x256x256_EDS",
      "new/16x16-spectrum_image_5x5x4000-not_square",
    ])
  func mapsHaveTheBeamPositions(_ name: String) throws {
    let map = try Self.read(name + "_1.ser")[0]
    guard case .list(let tags)? = map.metadata.vendor[path: "ser_header_parameters.Tags"] else { throw Damage.Uncontrolled("") }
    #expect(tags.count == 25)
    for (index, tag) in tags.enumerated() {
      let y = try #require(tag["PositionY"]?.number) * 1e9
      let x = try #require(tag["PositionX"]?.number) * 1e9
      #expect(abs(map.metadata.axes[0].value(at: index / 5) - y) < 1e-6)
      #expect(abs(map.metadata.axes[1].value(at: index % 5) - x) < 1e-6)
    }
  }

  @Test(.enabled(if: Oracle.shared != nil)) func pointsAreNumbered() throws {
    let map = try Self.read("old/16x16-2_point-spectra-2x1024.emi")[0]
    #expect(map.metadata.axes[0] == Axis(name: "point", size: 2, role: .navigation))
    #expect(map.notes.contains { $0.contains("single points") })
    let position = map.metadata.vendor[path: "ser_header_parameters.Tags"]
    guard case .list(let tags)? = position else { throw Damage.Uncontrolled("no tags") }
    #expect(tags[1]["PositionX"]?.number == -1.8869955792914768e-10)
  }

  /// RosettaSciIO gives the first series the first object, which here is the image that the scan was set on.
  @Test(.enabled(if: Oracle.shared != nil)) func conditionsAreThoseOfTheSeries() throws {
    let maps = try Self.read("new/16x16-line_profile_horizontal_5x128x128_EDS.emi")
    let xrays = maps[0].metadata
    #expect(xrays.signalType == "EDS_TEM" && xrays.quantity == "X-rays (Counts)")
    #expect(xrays.vendor[path: "ObjectInfo.Manufacturer"] == "FEI-Edx")
    #expect(xrays.instrument.detector == "FEI-Edx")
    #expect(xrays.instrument.dwellTime == 0.05)
    let patterns = maps[1].metadata
    #expect(patterns.signalType.isEmpty)
    #expect(patterns.instrument.detector == "BM-Ceta")
    #expect(patterns.instrument.dwellTime == nil)
    #expect(patterns.hyperspy[path: "Acquisition_instrument.TEM.Detector.Camera.exposure"]?.number == 0.05)
    for metadata in [xrays, patterns] {
      #expect(metadata.instrument.beamEnergy == 200)
      #expect(metadata.instrument.microscope == "TalosF200X 200 kV D6308 XTwin")
      #expect(metadata.instrument.acquisitionMode == "STEM")
      #expect(metadata.instrument.cameraLength == 260)
      #expect(metadata.instrument.magnification == 115_000)
      #expect(metadata.instrument.stageX.map { abs($0 - 1.49e-4) < 1e-12 } == true)
      #expect(metadata.instrument.stageY.map { abs($0 - 2.54e-4) < 1e-12 } == true)
      #expect(metadata.instrument.stageZ.map { abs($0 - 2.1e-5) < 1e-12 } == true)
      #expect(metadata.instrument.tiltAlpha == 0 && metadata.instrument.tiltBeta == 0)
      #expect(metadata.authors == "ERIC")
      #expect(metadata.vendor[path: "ObjectInfo.ExperimentalDescription.Spot size"] == 8)
    }
    #expect(xrays.acquired == "2016-02-22T19:18:16+00:00")
    #expect(patterns.acquired == "2016-02-22T19:18:24+00:00")
    guard case .list(let others)? = xrays.vendor["OtherObjects"] else { throw Damage.Uncontrolled("no other objects") }
    #expect(others.count == 2)
  }

  /// The computer's clock was an hour ahead of the universal time of the series.
  @Test(.enabled(if: Oracle.shared != nil)) func theZoneFollowsFromBothTimes() throws {
    let images = try Self.read("old/16x16_STEM_BF_DF_acquire.emi")
    #expect(images.map(\.metadata.acquired) == ["2016-02-21T17:53:06+01:00", "2016-02-21T17:53:06+01:00"])
    #expect(images.map(\.metadata.instrument.dwellTime) == [0.000048, 0.000048])
    #expect(images.map(\.suggestedName) == ["16x16_STEM_BF_DF_acquire_1", "16x16_STEM_BF_DF_acquire_2"])
  }

  /// The one object was made two minutes after the first series and with the second one.
  @Test(.enabled(if: Oracle.shared != nil)) func anObjectGoesToTheSeriesOfItsTime() throws {
    let maps = try Self.read("old/more_ser_then_emi_metadata.emi")
    #expect(maps.map { $0.metadata.instrument.beamEnergy } == [300, 300])
    #expect(maps.map(\.metadata.instrument.realTime).first == .some(nil) && maps[0].metadata.instrument.tiltAlpha == nil)
    #expect(maps.map(\.metadata.acquired) == ["2020-08-05T22:18:07+00:00", "2020-08-05T18:20:11-04:00"])
    #expect(maps[0].notes.contains { $0.contains("describes no acquisition") })
    #expect(maps[0].metadata.vendor["OtherObjects"] != nil)
    #expect(maps.map(\.metadata.signalType) == ["", "EDS_TEM"])
    // Five objects have nothing but an identifier there.
    let other = try Self.read("old/no_AcquireDate.emi")[0].metadata
    #expect(other.instrument.beamEnergy == 300)
    #expect(other.instrument.tiltAlpha == 15.61)
    #expect(other.acquired == "2020-08-05T17:46:07-04:00")
  }

  @Test(.enabled(if: Oracle.shared != nil)) func stoppedSeriesAreCut() throws {
    let stack = try Self.read("old/03_Scanning Preview.emi")[0]
    #expect(stack.array.shape == [5, 128, 128])
    #expect(stack.notes == ["The acquisition was stopped after 5 of 200 elements."])
    let spectrum = try Self.read("old/X - Au NP EELS_2.ser")[0]
    #expect(spectrum.array.shape == [2048])
    #expect(spectrum.metadata.axes == [Axis(name: "Energy", size: 2048, scale: 0.2, offset: 2160, units: "eV", role: .signal)])
  }

  /// Packed, since both files are 16 MB of next to nothing; the size of an aperture is "V" there, in µm.
  @Test(.enabled(if: Oracle.shared != nil)) func aConditionThatShouldBeANumber() throws {
    let scratch = try ScratchFolder()
    let archive = try #require(Oracle.shared).path("formats/tia/old/non_float_meta_value_zeroed.tar.gz")
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-xzf", archive, "-C", scratch.path]
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    let map = try #require(try FormatCatalogue.read(scratch.file("non_float_meta_value_zeroed.emi")).first)
    #expect(map.metadata.vendor[path: "ObjectInfo.ExperimentalDescription.OBJ Aperture_um"] == "V")
    #expect(map.metadata.instrument.stageX.map { abs($0 + 0.191473) < 1e-9 } == true)
    #expect(map.array.shape == [2048, 2048] && map.type == .int32)
    // Elements of 16 MB are read in bands of rows.
    let bytes = try map.allBytes()
    #expect(bytes == [UInt8](repeating: 0, count: 1 << 24))
  }
}
