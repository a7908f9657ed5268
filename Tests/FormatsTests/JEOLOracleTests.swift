import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

@Suite(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 41 files of Analysis Station were not read"))
struct JEOLOracleTests {
  let oracle: Oracle

  init() throws { oracle = try #require(Oracle.shared) }

  private func read(_ name: String, _ change: (inout ImportOptions) -> Void = { _ in }) throws -> [ImportedMap] {
    var options = ImportOptions()
    change(&options)
    return try JEOLReader.read(oracle.path("formats/jeol/\(name)"), options: options)
  }

  /// RosettaSciIO leaves out the images and the sum spectra of point lists, and previews.
  private func isKnown(_ map: ImportedMap) -> Bool {
    !["Image", "EDS sum spectrum", "Preview spectrum", "Preview images"].contains { map.suggestedName.hasSuffix($0) }
  }

  @Test func filesReadAsRosettaSciIOReadsThem() throws {
    let names = oracle.names(below: "formats/jeol/", ["ASW", "pts", "map", "img", "EDS", "eds"])
    #expect(names.count > 25)
    var compared = 0
    for name in names where !name.hasSuffix("181019-BN.ASW") {
      let signals = try #require(oracle.files[name]?.signals, "\(name)")
      let maps = try FormatCatalogue.read(oracle.path(name)).filter(isKnown)
      #expect(maps.count == signals.count, "\(name)")
      for (map, signal) in zip(maps, signals) {
        let differences = try Oracle.differences(map, signal)
        #expect(differences.isEmpty, "\(name): \(differences)")
        compared += 1
      }
    }
    #expect(compared == 60)
  }

  @Test func aProjectWithoutItsFilesSaysWhichAreMissing() throws {
    let error = #expect(throws: FormatError.self) { try read("181019-BN.ASW") }
    #expect(error?.problem.contains("視野000_0000000.img") == true)
    #expect(error?.offset != nil)
  }

  @Test func aScanSaysHowItWasMade() throws {
    let map = try #require(try read("Sample/00_View000/View000_0000006.pts").first)
    #expect(map.suggestedName == "EDS")
    let instrument = map.metadata.instrument
    #expect(instrument.microscope == "JEM-2100F(UHR)")
    #expect(instrument.beamEnergy == 200 && instrument.beamCurrent == 2.562 && instrument.magnification == 40_000)
    #expect(instrument.dwellTime == 1e-4 && instrument.frames == 14)
    #expect(instrument.liveTime == 325.46 && instrument.realTime == 366.90000000000003)
    #expect(instrument.elevationAngle == 22.3 && instrument.azimuthAngle == 90)
    #expect(instrument.energyResolution == 138 && instrument.detectorType == "EX24075JGT")
    #expect(instrument.workingDistance == 6)
    #expect(map.metadata.acquired == "2017-04-07T18:16:41")
    #expect(map.metadata.notes == "View001")
    #expect(map.metadata.vendor[path: "PTTD Param.Params.PARAMPAGE0_SEM.ValidSize"] == 30.0)
    #expect(map.metadata.vendor["PTTD Cond"]?["Meas Cond"]?["CONDPAGE0_C.R"]?["Tpl"]?["index"] == 3)
    #expect(map.notes.count == 1 && map.notes[0].contains("0.0916874·e² + 0.899658·e + 0.0274085"))
  }

  @Test func aSpectrumSaysHowItWasMade() throws {
    let map = try #require(try read("met03.EDS").first)
    let metadata = map.metadata
    #expect(map.suggestedName == "EDS" && map.notes.isEmpty)
    #expect(metadata.authors == "gatan" && metadata.acquired == "2018-06-25T14:14:51")
    #expect(metadata.instrument.liveTime == 30 && metadata.instrument.realTime == 34.97)
    #expect(metadata.instrument.elevationAngle == 22.3 && metadata.instrument.beamCurrent == 2.562)
    #expect(metadata.instrument.acquisitionMode == "TEM")
    #expect(metadata.sample.elements == ["S", "Fe"])
    #expect(metadata.vendor[path: "Footer.Selected elements.Fe K.Lines.Fe_Ka.energy"] == 6.398)
    #expect(metadata.vendor[path: "Footer.Parameters.WinChem"] == "C5H8O2")
    #expect(metadata.vendor[path: "Header.Tpl"] == "T2")
  }

  @Test func aProjectNamesTheFilesOfItsMaps() throws {
    let maps = try read("rawdata.ASW")
    #expect(maps.map(\.suggestedName) == ["IMG1", "C K", "O K", "S K", "Fe K", "Cu K", "EDS", "EDS sum spectrum"])
    #expect(maps[0].files.map(fileName) == ["rawdata.ASW", "View000_0000000.img"])
    let cube = maps[6].metadata
    #expect(cube.sample.name == "Sample" && cube.sample.elements == ["C", "O", "S", "Fe", "Cu"])
    #expect(cube.vendor[path: "asw.SampleInfo.0.ViewInfo.0.ViewData.6.Keyword"] == "MAP,PTTD,")
    #expect(cube.vendor[path: "asw.SampleInfo.0.ViewInfo.0.ViewData.0"] == nil)
    #expect(cube.vendor[path: "asw.SampleInfo.0.HolderName"] == "32p")
    #expect(maps[4].metadata.quantity == "X-rays (Counts)" && maps[4].metadata.instrument.dwellTime == 1e-4)
    let spectra = try read("jeol_seq_eds_files/1/1.ASW")
    #expect(spectra.map(\.suggestedName) == ["BF", "EDS 030", "EDS 035"])
  }

  /// The vendor's maps are the sums of windows, ends included, that the program shifts as it shifts low energies.
  @Test func windowsOfAScanAreTheMapsOfTheVendor() throws {
    let maps = try read("rawdata.ASW")
    let cube = maps[6]
    let zero = 96
    let slope = (0.0916874, 0.899658, 0.0274085, 0.525)
    /// The channel of the stream that the program shows as one of its spectrum.
    func channel(_ shown: Int) -> Int {
      let energy = Double(shown) * 0.01
      guard energy < slope.3 else { return shown + zero }
      let root = (slope.1 * slope.1 - 4 * slope.0 * (slope.2 - energy)).squareRoot()
      return Int(((root - slope.1) / (2 * slope.0) / 0.01).rounded()) + zero
    }
    let height = cube.array.shape[0]
    for map in maps[1...5] {
      let first = try #require(map.metadata.vendor[path: "Map.StartRoi"]?.number)
      let last = try #require(map.metadata.vendor[path: "Map.EndRoi"]?.number)
      let window = channel(Int(first))...channel(Int(last))
      let theirs = try map.allBytes()
      var differing = 0
      for row in 0..<height {
        let counts = try cube.array.read([row..<row + 1, 0..<512, window.lowerBound..<window.upperBound + 1])
        for column in 0..<512 {
          let sum = counts[column * window.count..<(column + 1) * window.count].reduce(0) { $0 + Int($1) }
          if sum != Int(theirs[row * 512 + column]) { differing += 1 }
        }
      }
      #expect(differing == 0, "\(map.suggestedName): \(differing) pixels differ")
    }
  }

  /// readme.txt beside the files says how many frames of each are whole.
  @Test func incompleteFramesAreLeftOut() throws {
    let folder = "InvalidFrame/Sample/00_Dummy-Data/Dummy-Data_00000"
    let none = try read(folder + "07.pts")
    #expect(none[0].notes.contains { $0.contains("Frame 0 is incomplete") && $0.contains("all counts are zero") })
    #expect(none[0].metadata.instrument.frames == 0)
    let one = try read(folder + "15.pts")
    #expect(one[0].notes.contains { $0.contains("Frame 1 is incomplete") && $0.contains("left out") })
    #expect(one[0].metadata.instrument.frames == 1)
    // Ticks of the frame that is left: the header has the times of both.
    #expect(one[0].metadata.instrument.liveTime == 20.48 && one[0].metadata.instrument.realTime == 20.56)
    let whole = try read(folder + "23.pts")
    #expect(!whole[0].notes.contains { $0.contains("incomplete") })
    // What is asked for by its number is read, as far as it goes.
    let part = try read(folder + "15.pts") { $0.frames = 1..<2 }
    #expect(try part[0].allBytes().reduce(0) { $0 + Int($1) } == 922)
    #expect(part[0].notes.contains { $0.contains("what there is of them was read") })
    let image = try #require(one.first { $0.suggestedName == "Image" })
    #expect(image.type == .uint16 && image.array.shape == [64, 64])
    #expect(try image.allBytes() == bytes([UInt16](repeating: 87, count: 64 * 64)))
    #expect(image.metadata.title == "S(T)EM Image extracted from Dummy-Data_0000015.pts")
  }

  @Test func framesAddUpToTheirSum() throws {
    let name = "Sample/00_View000/View000_0000006.pts"
    let sum = try read(name)[0]
    let frames = try read(name) { $0.keepsFrames = true }[0]
    #expect(frames.array.shape == [14, 512, 512, 4096])
    #expect(frames.metadata.axes[0].name == "Frame" && frames.metadata.axes[0].units == "s")
    // 0.1 ms for each of 512 × 512 pixels.
    #expect(abs(frames.metadata.axes[0].scale - 26.2144) < 1e-12)
    let box = [200..<204, 17..<400, 90..<1000]
    var total = [Int](repeating: 0, count: 4 * 383 * 910)
    for frame in 0..<14 {
      for (index, value) in try frames.array.read([frame..<frame + 1] + box).enumerated() { total[index] += Int(value) }
    }
    #expect(total == (try sum.array.read(box).map(Int.init)))
    #expect(total.reduce(0, +) > 500)
    let some = try read(name) { $0.frames = 3..<5 }[0]
    let chosen = try some.array.read(box)
    let third = try frames.array.read([3..<4] + box)
    let fourth = try frames.array.read([4..<5] + box)
    #expect(chosen == zip(third, fourth).map { $0 + $1 })
    #expect(some.metadata.instrument.frames == 2)
    // Two of fourteen frames.
    #expect(abs((some.metadata.instrument.realTime ?? 0) - 52.42) < 0.1)
    let far = #expect(throws: FormatError.self) { try read(name) { $0.frames = 20..<21 } }
    #expect(far?.problem.contains("the file has 14") == true)
  }

  @Test func aPreviewHoldsTheSpectrumAndTheTimesOfTheFrames() throws {
    let maps = try read("InvalidFrame/Sample/00_Dummy-Data/Dummy-Data_0000016.apb")
    #expect(maps.map(\.suggestedName) == ["Preview spectrum", "Preview images"])
    #expect(maps[0].array.shape == [4096] && maps[1].array.shape == [3, 64, 64])
    let frames = maps[0].metadata.vendor["Frames"]
    guard case .list(let values) = frames else {
      Issue.record("no frames")
      return
    }
    #expect(values.map { $0["LiveTime"]?.number } == [20.48, 27.45])
    #expect(values.map { $0["End"]?.number } == [62_562, 72_824])
  }
}
