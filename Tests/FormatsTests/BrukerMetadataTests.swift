import Blocks
import Microscopy
import Testing

@testable import Formats

/// What Esprit wrote into the real files, as one reads it in their XML.
@Suite struct BrukerMetadataTests {
  private static func maps(_ name: String) throws -> [ImportedMap] {
    try FormatCatalogue.read(#require(Oracle.shared).path("formats/bruker/\(name)"))
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: metadata of a map were not read"))
  func scanningMaps() throws {
    let map = try #require(try Self.maps("30x30_instructively_packed_16bit_compressed.bcf").last)
    let metadata = map.metadata
    #expect(map.suggestedName == "EDS" && metadata.title == "EDX" && metadata.quantity == "X-rays (Counts)")
    #expect(metadata.acquired == "2018-10-04T13:02:07" && metadata.sample.name == "chevkinite")
    #expect(metadata.originalFile == "30x30_instructively_packed_16bit_compressed.bcf")
    #expect(
      metadata.sample.elements == [
        "Al", "C", "Ca", "Ce", "Fe", "Gd", "K", "Mg", "Na", "Nd", "O", "P", "Si", "Sm", "Th", "Ti",
      ])
    let lines = metadata.hyperspy[path: "Sample.xray_lines"]
    #expect(
      lines == [
        "Al_Ka", "C_Ka", "Ca_Ka", "Ce_La", "Fe_Ka", "Gd_La", "K_Ka", "Mg_Ka", "Na_Ka", "Nd_La", "O_Ka", "P_Ka", "Si_Ka", "Sm_La",
        "Th_Ma", "Ti_Ka",
      ])
    let instrument = metadata.instrument
    #expect(instrument.acquisitionMode == "SEM" && instrument.beamEnergy == 20 && instrument.magnification == 1819.22595)
    #expect(instrument.workingDistance == 8.45761)
    #expect(instrument.elevationAngle == 35 && instrument.azimuthAngle == 90)
    #expect(instrument.detectorType == "XFlash 6|10" && instrument.detector == "XFlash 6|10, serial number 8273/74")
    // Micrometres in the file; the pixel takes 2 averages of 1 µs.
    #expect(abs((instrument.stageX ?? 0) - 66.94081) < 1e-9 && abs((instrument.stageZ ?? 0) - 39.19477) < 1e-9)
    #expect(instrument.stageRotation == 326.10089 && instrument.tiltAlpha == nil)
    #expect(instrument.dwellTime == 2e-6 && instrument.frames == 38_930)
    #expect(abs((instrument.realTime ?? 0) - 70.07298) < 1e-9)
    // √(SigmaAbs + SigmaLin · 5.895 keV) · 2.355
    #expect(abs((instrument.energyResolution ?? 0) - 129.26) < 0.05)
    let header = metadata.vendor[path: "TRTSpectrumDatabase.ClassInstance"]
    #expect(header?[path: "LineCounter"]?.text?.hasPrefix("38930,38930") == true)
    #expect(header?.instance("TRTDSPConfiguration")?["ChannelName0"] == "AsB")
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: metadata of a TEM map were not read"))
  func transmissionMaps() throws {
    let maps = try Self.maps("test_TEM.bcf")
    #expect(maps.map(\.suggestedName) == ["HAADF", "EDS"])
    for map in maps {
      let instrument = map.metadata.instrument
      #expect(instrument.beamEnergy == 200 && instrument.magnification == 225_000 && instrument.acquisitionMode == "STEM")
      // −1 stands for none.
      #expect(instrument.workingDistance == nil && map.metadata.acquired == "2016-08-09T14:48:10")
    }
    let instrument = maps[1].metadata.instrument
    #expect(instrument.detectorType == "SuperX" && instrument.elevationAngle == 18 && instrument.azimuthAngle == 45)
    #expect(maps[1].metadata.sample.elements == ["Cu", "O", "Pd", "Ti"])
    #expect(abs((instrument.realTime ?? 0) - 5.8112) < 1e-9 && instrument.dwellTime == 1e-4 && instrument.frames == 15)
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: images of a map were not read"))
  func overviewsAndTimes() throws {
    let maps = try Self.maps("bcf_v2_50x50px.bcf")
    #expect(maps.map(\.suggestedName) == ["Ch 1", "overview Ch 1", "EDS", "PixelTimes"])
    #expect(maps[1].metadata.acquired == "2017-03-14T19:02:49" && maps[1].metadata.instrument.workingDistance == 5.000011294)
    // 30 frames of 256 averages of 1 µs, in every pixel.
    #expect(maps[3].type == .uint32 && maps[3].metadata.quantity == "Time (µs)")
    #expect(try maps[3].type.doubles(maps[3].allBytes()) == Array(repeating: 7680, count: 2500))
    let instrument = maps[2].metadata.instrument
    #expect(instrument.frames == 30 && instrument.dwellTime == 256e-6 && abs((instrument.realTime ?? 0) - 19.2) < 1e-9)
    let both = try Self.maps("bcf-edx-ebsd.bcf")
    #expect(both[1].notes == ["The file also holds EBSD data, which are not read."])
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: metadata of spectra were not read"))
  func spectra() throws {
    let nano = try #require(try Self.maps("bruker_nano.spx").first)
    #expect(nano.suggestedName == "bruker_nano.spx" && nano.metadata.acquired == "2018-03-02T13:53:04")
    #expect(nano.metadata.sample.elements == ["Fe", "S", "Cu"] && nano.metadata.signalType == "EDS_SEM")
    #expect(nano.metadata.notes?.contains("Analysis made on Cameca SXFiveFE with Bruker Nano detector") == true)
    let instrument = nano.metadata.instrument
    #expect(instrument.realTime == 7.575 && instrument.liveTime == 7.385 && instrument.beamEnergy == 15)
    #expect(instrument.elevationAngle == 35 && instrument.azimuthAngle == 45 && instrument.workingDistance == 9)
    #expect(instrument.magnification == 666.6666667 && instrument.detectorType == "XFlash 5010")
    #expect(nano.notes.isEmpty && instrument.acquisitionMode == "SEM")

    let fluorescence = try #require(try Self.maps("bruker_m6_jetstream_file_example.spx").first)
    #expect(fluorescence.suggestedName == "p 059" && fluorescence.metadata.sample.elements.count == 32)
    // RosettaSciIO gives the angle of the X-ray tube for that of the detector.
    #expect(fluorescence.metadata.instrument.elevationAngle == 60)
    #expect(fluorescence.metadata.instrument.beamEnergy == 50 && fluorescence.metadata.instrument.acquisitionMode == nil)
    #expect(fluorescence.metadata.instrument.liveTime == 28.046 && fluorescence.notes.count == 1)
    let vendor = fluorescence.metadata.vendor[path: "TRTSpectrum.ClassInstance.TRTHeaderedClass"]
    #expect(vendor?.instance("TRTXrfHeader")?["TubeType"] == "ixtube-Rh-30")
  }

  @Test func aFileOfSeveralSpectraIsSeveralMaps() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a", BrukerFileBuilder.spectra(["one": [1, 2, 3], "two": [4, 5]]))
    let maps = try FormatCatalogue.read(path)
    #expect(maps.map(\.suggestedName) == ["one", "two"] && maps.map(\.array.shape) == [[3], [2]])
    #expect(try maps.map { try $0.allBytes() } == [bytes([1, 2, 3] as [UInt64]), bytes([4, 5] as [UInt64])])
    #expect(maps.map { $0.metadata.axes[0].offset } == [-0.47, -0.47] && maps[0].metadata.instrument.realTime == 7.575)
    #expect(maps[1].metadata.vendor["@Name"] == "two" && maps[0].metadata.acquired == "2024-03-01T09:05:07")
  }

  @Test func otherXMLIsNotTaken() throws {
    for text in ["<a/>", "<?xml version=\"1.0\"?><TRTSomething><RTHeader/></TRTSomething>", "TRTSpectrum"] {
      #expect(!BrukerSpectrumReader.recognises("a.spx", firstBytes: Array(text.utf8)))
    }
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.spx", "<TRTSpectrum><RTHeader/><ClassInstance Type=\"TRTSpectrum\"/></TRTSpectrum>")
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
    #expect(error?.problem == "the file holds 0 spectra" && error?.offset == 0)
  }
}
