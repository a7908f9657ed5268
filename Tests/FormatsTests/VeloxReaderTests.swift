import Blocks
import Microscopy
import Testing

@testable import Formats

/// What Velox files say beside their values, and the choices of a user, on the real files.
@Suite(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: no Velox file was read"))
struct VeloxReaderTests {
  private static let small = "velox_emd_version11/Test SI 16x16 215 kx.emd"
  private static let energyLoss = "velox_EELS_EDS/example_velox_EELS_EDS.emd"

  private func read(_ file: String, _ options: ImportOptions = ImportOptions()) throws -> [ImportedMap] {
    try VeloxReader.read(try #require(Oracle.shared).path("formats/emd/\(file)"), options: options)
  }

  private func map(_ file: String, _ options: ImportOptions = ImportOptions()) throws -> ImportedMap {
    try #require(try read(file, options).last)
  }

  @Test func metadataOfAnXRayMap() throws {
    let map = try map(Self.small)
    let metadata = map.metadata
    #expect(metadata.acquired == "2024-02-29T06:58:04+00:00")
    #expect(metadata.quantity == "X-rays (Counts)" && metadata.sample.elements == ["C", "O", "Ca", "Cu"])
    let instrument = metadata.instrument
    #expect(instrument.microscope == "Titan Themis" && instrument.acquisitionMode == "STEM")
    #expect(instrument.beamEnergy == 300 && instrument.magnification == 225_000)
    #expect(instrument.detector == "SuperXG2" && instrument.detectorType == "Super-X G2" && instrument.frames == 2)
    func expect(_ value: Double?, _ expected: Double) { #expect(abs((value ?? .nan) - expected) < 1e-6 * abs(expected)) }
    expect(instrument.cameraLength, 115.9)
    expect(instrument.convergenceAngle, 25.010652711104642)
    expect(instrument.beamCurrent, 0.21654615914878048)
    expect(instrument.dwellTime, 0.001)
    expect(instrument.elevationAngle, 18)
    #expect(instrument.azimuthAngle == nil)
    // Velox gives 0.7 sr to each of the four segments, which is what they have together.
    expect(instrument.solidAngle, 0.7)
    // After both frames, the mean of the four segments.
    expect(instrument.realTime, (0.511995625 + 0.5119965 + 0.51199645 + 0.5119956) / 4)
    expect(instrument.liveTime, (0.50281844755782945 + 0.49210381111044865 + 0.51199645 + 0.49973625994300769) / 4)
    expect(instrument.tiltAlpha, 8.9243432770017006e-05 * 180 / .pi)
    expect(instrument.stageX, -0.416116365)
    expect(instrument.stageZ, -0.14365038)
    #expect(metadata.vendor[path: "Optics.SpotIndex"]?.text == "6")
    #expect(metadata.vendor[path: "Info.applicationVersion"]?.text == "3.10.1.9-7e5f4afb1c")
    #expect(metadata.vendor[path: "SpectrumImageSettings.endFramePosition"]?.text == "2")
    #expect(metadata.vendor[path: "Features.SIFeature"] != nil && metadata.vendor[path: "Data.Text"] != nil)
    guard case .dictionary(let streams)? = metadata.vendor["SpectrumStream"] else {
      Issue.record("the streams are not described")
      return
    }
    #expect(streams.count == 4)
  }

  @Test func spectraAreNamedByTheirDetectors() throws {
    let spectra = try read(Self.small).prefix(4)
    #expect(spectra.map(\.suggestedName).sorted() == (1...4).map { "EDS SuperXG2\($0)" })
    let first = try #require(spectra.first { $0.metadata.instrument.detector == "SuperXG21" })
    #expect(first.metadata.instrument.azimuthAngle.map { abs($0 - 45) < 1e-9 } == true)
    #expect(first.metadata.instrument.liveTime == 0.49210381111044865)
  }

  /// Digests of what RosettaSciIO 0.13 reads with `sum_frames=False`, `first_frame=1` and `sum_EDS_detectors=False`.
  @Test func framesAndDetectorsAsRosettaSciIOReadsThem() throws {
    var options = ImportOptions()
    options.keepsFrames = true
    let frames = try map(Self.small, options)
    #expect(frames.array.shape == [2, 16, 16, 4096])
    #expect(
      Oracle.sha256(try frames.allBytes()) == "98157b4456b5b1de7efbf2c246520d530bfa0edb95163529e546099c9433267b")
    let time = frames.metadata.axes[0]
    #expect(time.name == "Time" && time.units == "ms" && time.scale == 288.00000000000006 && time.role == .navigation)
    options = ImportOptions()
    options.frames = 1..<2
    #expect(
      Oracle.sha256(try map(Self.small, options).allBytes())
        == "1bd444a8624b127d14993136d38844dc75f0b503632158f581bccc2890a1ff1f")
    options = ImportOptions()
    options.separatesDetectors = true
    let maps = try read(Self.small, options).filter { $0.array.shape.count == 3 }
    let digests = try maps.map { "\($0.suggestedName) \(Oracle.sha256(try $0.allBytes()).prefix(16))" }
    #expect(
      digests == [
        "EDS SuperXG21 0f942b250b471f21", "EDS SuperXG22 87c36122f3e9df09", "EDS SuperXG23 b9e1c5721504b6bc",
        "EDS SuperXG24 237d1338aa67eee1",
      ])
  }

  @Test func onlyWhatIsAskedForIsRead() throws {
    var options = ImportOptions()
    options.dataset = "/Data/Image/f03a0d4a7c05495f95856e6708f94863"
    #expect(try read(Self.small, options).map(\.suggestedName) == ["HAADF"])
    options.dataset = "/Data/SpectrumImage/fb57a4c0cb494f738fc9894e320e5caf"
    #expect(try read(Self.small, options).map(\.array.shape) == [[16, 16, 4096]])
    options.dataset = "/Data/Image/nothing"
    #expect(throws: FormatError.self) { try read(Self.small, options) }
  }

  @Test func imagesBesideASpectrumImageKeepTheirFramesWhenAsked() throws {
    let single = try #require(try read(Self.small).first { $0.metadata.title == "HAADF" })
    #expect(single.array.shape == [16, 16] && single.notes.contains { $0.contains("2 frames") })
    // The amplifier of a detector is no model of noise.
    #expect(single.metadata.hyperspy[path: "Signal.Noise_properties"] == nil)
    #expect(single.metadata.authors == "Thorsten" && single.metadata.sample.name == "Test")
    var options = ImportOptions()
    options.keepsFrames = true
    let both = try #require(try read(Self.small, options).first { $0.metadata.title == "HAADF" })
    #expect(both.array.shape == [2, 16, 16])
    #expect(try Array(both.allBytes().prefix(512)) == single.allBytes())
    options.frames = 1..<2
    options.keepsFrames = false
    let second = try #require(try read(Self.small, options).first { $0.metadata.title == "HAADF" })
    #expect(try both.array.read([1..<2, 0..<16, 0..<16]) == second.allBytes())
  }

  @Test func framesOfAStack() throws {
    let stack = try map("fei_example_tem_stack.emd")
    #expect(stack.metadata.instrument.acquisitionMode == "TEM" && stack.metadata.instrument.frames == 2)
    #expect(stack.metadata.hyperspy[path: "Acquisition_instrument.TEM.Camera.exposure"]?.number == 0.8)
    #expect(stack.metadata.instrument.cameraLength == 478 && stack.metadata.instrument.magnification == nil)
    var options = ImportOptions()
    options.frames = 1..<2
    let second = try map("fei_example_tem_stack.emd", options)
    #expect(second.array.shape == [3, 3])
    #expect(try second.allBytes() == stack.array.read([1..<2, 0..<3, 0..<3]))
    options.frames = 2..<5
    #expect(throws: FormatError.self) { try map("fei_example_tem_stack.emd", options) }
  }

  @Test func energyLossMaps() throws {
    let maps = try read(Self.energyLoss).filter { $0.metadata.signalType == "EELS" }
    #expect(maps.map(\.suggestedName) == ["EELS 800 eV", "EELS 480 eV", "EELS low loss"])
    let exposure = { (map: ImportedMap) in
      map.metadata.hyperspy[path: "Acquisition_instrument.TEM.Detector.EELS.exposure"]?.number
    }
    #expect(maps.map(exposure) == [0.004, 0.005, 2e-6])
    for map in maps {
      #expect(map.metadata.quantity == "Electrons (Counts)" && map.metadata.sample.elements == ["O", "Fe", "Co"])
      #expect(map.metadata.instrument.collectionAngle == 3.3435492928249842)
      #expect(map.metadata.instrument.detector == "Zebra" && map.metadata.instrument.beamEnergy == 300)
      #expect(map.metadata.acquired == "2026-06-11T10:01:03+00:00")
      #expect(map.metadata.vendor[path: "AcquisitionMetadata.Data.intensityScale"]?.number == 0.082287381012713559)
      let whole = MemoryArray(shape: map.array.shape, elementSize: 2, bytes: try map.allBytes())
      let box = [3..<7, 5..<6, 100..<2000]
      #expect(try map.array.read(box) == whole.read(box))
    }
  }

  /// Velox gives maps of elements by EELS neither the size of their pixels nor their place. They cover the same part of the
  /// scan as the spectrum image, whose calibration is theirs; RosettaSciIO leaves them without.
  @Test func calibrationIsThatOfTheSpectrumImage() throws {
    let maps = try read(Self.energyLoss)
    let own = try #require(maps.first { $0.metadata.title == "Fe-EELS" })
    let other = try #require(maps.first { $0.metadata.title == "Fe" })
    #expect(own.metadata.axes == other.metadata.axes && own.metadata.axes[1].units == "µm")
    #expect(own.notes.contains { $0.contains("spectrum image") })
    #expect(maps.first { $0.metadata.title == "a" }?.suggestedName == "Ref DF-S")
  }

  @Test func elementsMayNotBeChosen() throws {
    let map = try map("velox_emd_v11_elementSelection/SI_empty selection.emd")
    #expect(map.metadata.sample.elements.isEmpty && map.metadata.instrument.frames == 1)
  }

  /// RosettaSciIO reads no map from a pruned file. This one was made from the other, so that both hold the same counts.
  @Test func aPrunedFileHasTheSameMap() throws {
    let whole = try map(Self.small)
    let pruned = try map("velox_emd_version11/Test SI 16x16 ReducedData 215 kx.emd")
    #expect(pruned.metadata.axes == whole.metadata.axes && pruned.type == whole.type)
    #expect(pruned.metadata.signalType == "EDS_TEM")
    // The stage was read again for each object.
    let (own, other) = (pruned.metadata.instrument, whole.metadata.instrument)
    #expect(own.liveTime == other.liveTime && own.realTime == other.realTime && own.solidAngle == other.solidAngle)
    #expect(own.detector == other.detector && own.detectorType == other.detectorType && own.frames == other.frames)
    #expect(pruned.metadata.sample.elements == whole.metadata.sample.elements)
    #expect(try pruned.allBytes() == whole.allBytes())
    for box in [[3..<9, 4..<5, 20..<90], [0..<1, 0..<16, 4095..<4096], [15..<16, 2..<14, 0..<4096]] {
      #expect(try pruned.array.read(box) == whole.array.read(box))
    }
    #expect(pruned.notes.contains { $0.contains("pruned") })
  }

  /// Files that were not pruned hold both, too.
  @Test(arguments: [
    (energyLoss, "/Data/SpectrumImage/2bb1e67c2c4748f5b0263a81a02db29d"),
    ("velox_emd_v11_elementSelection/SI_empty selection.emd", "/Data/SpectrumImage/2012eb1ad8a94cc9acd070bf4cfc550a"),
    (small, "/Data/SpectrumImage/fb57a4c0cb494f738fc9894e320e5caf"),
  ])
  func packedSpectraAreThoseOfTheStreams(_ name: String, _ path: String) throws {
    let file = try VeloxFile(try #require(Oracle.shared).path("formats/emd/\(name)"), ImportOptions())
    let object = try #require(file.objects("SpectrumImage").first { $0.path == path })
    let cube = try #require(try VeloxPackedCube(object, in: file))
    #expect(try cube.read(cube.wholeBox) == map(name).allBytes())
  }
}
