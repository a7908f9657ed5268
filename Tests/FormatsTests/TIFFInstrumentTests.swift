import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

/// What makers of instruments write, as their files have it; no such file could be had, these are made of what is known of them.
@Suite struct TIFFInstrumentTests {
  private typealias Builder = TIFFFileBuilder

  private static func page(_ tags: [Int: TIFFFileBuilder.Value], width: Int = 2, height: Int = 1) -> TIFFFileBuilder.Page {
    TIFFFileBuilder.Page(width: width, height: height, values: [UInt8](repeating: 1, count: width * height), tags: tags)
  }

  private static func read(
    _ tags: [Int: TIFFFileBuilder.Value], width: Int = 2, beside: (String, String)? = nil, _ order: ByteOrder = .little
  ) throws -> ImportedMap {
    let scratch = try ScratchFolder()
    if let beside { _ = try scratch.write(beside.0, beside.1) }
    return try #require(
      FormatCatalogue.read(scratch.write("a.tif", Builder(byteOrder: order).file([page(tags, width: width)]))).first)
  }

  private static func isNear(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) <= 1e-9 * max(abs(expected), 1e-3) } ?? false
  }

  @Test(arguments: [34_680, 34_682]) func scanningMicroscopesOfFEI(_ tag: Int) throws {
    let text = """
      [User]\r\nDate=02/21/2016\r\nTime=05:53:06 PM\r\nUser=N. N.\r\nUserText=a note\r\n[System]\r\nSystemType=Helios\r\n\
      [Beam]\r\nHV=5000\r\nBeam=EBeam\r\n[EBeam]\r\nBeamCurrent=4e-10\r\nWD=0.0041\r\n[Scan]\r\nPixelWidth=2.5e-09\r\n\
      PixelHeight=5e-09\r\nDwelltime=1e-06\r\n[Stage]\r\nStageX=0.001\r\nStageY=-0.002\r\nStageZ=0.003\r\nStageR=3.14159265358979\r\n\
      StageT=0.785398163397448\r\nWorkingDistance=0.004\r\n[Detectors]\r\nName=ETD\r\n
      """
    let map = try Self.read([tag: .text(text)])
    let instrument = map.metadata.instrument
    #expect(map.metadata.axes.map(\.units) == ["nm", "nm"])
    #expect(Self.isNear(map.metadata.axes[0].scale, 5) && Self.isNear(map.metadata.axes[1].scale, 2.5))
    #expect(instrument.beamEnergy == 5 && Self.isNear(instrument.beamCurrent, 0.4))
    #expect(instrument.workingDistance == 4 && instrument.dwellTime == 1e-6)
    #expect(instrument.stageX == 1 && instrument.stageY == -2 && instrument.stageZ == 3)
    #expect(Self.isNear(instrument.stageRotation, 180) && Self.isNear(instrument.tiltAlpha, 45))
    #expect(instrument.microscope == "Helios" && instrument.detector == "ETD" && instrument.acquisitionMode == "SEM")
    #expect(map.metadata.acquired == "2016-02-21T17:53:06")
    #expect(map.metadata.authors == "N. N." && map.metadata.notes == "a note")
    #expect(map.metadata.vendor[path: "fei_metadata.Beam.HV"] == 5000)
  }

  @Test func zeiss() throws {
    let text = """
      0\r\n0\r\n0\r\n1e-8\r\nAP_ACTUALKV\r\nEHT = 3.00 kV\r\nAP_MAG\r\nMag = 50.00 K X\r\nAP_WD\r\nWD = 5.1 mm\r\nAP_IPROBE\r\n\
      I Probe = 100 pA\r\nAP_STAGE_AT_X\r\nStage at X = 62.5 mm\r\nAP_STAGE_AT_T\r\nStage at T = 10.0 °\r\nDP_DWELL_TIME\r\n\
      Dwell Time = 100 ns\r\nDP_DETECTOR_CHANNEL\r\nSignal A = InLens\r\nAP_DATE\r\nDate :14 Feb 2013\r\nAP_TIME\r\n\
      Time :11:46:17\r\nSV_USER_NAME\r\nUser Name = N. N.\r\nAP_PIXEL_SIZE\r\nPixel Size = 7.0 nm\r\n
      """
    let map = try Self.read([34_118: .text(text)], width: 512)
    let instrument = map.metadata.instrument
    #expect(Self.isNear(map.metadata.axes[1].scale, 20) && map.metadata.axes[1].units == "nm")
    #expect(instrument.beamEnergy == 3 && instrument.magnification == 50_000)
    #expect(Self.isNear(instrument.workingDistance, 5.1) && Self.isNear(instrument.beamCurrent, 0.1))
    #expect(Self.isNear(instrument.stageX, 62.5) && instrument.tiltAlpha == 10)
    #expect(Self.isNear(instrument.dwellTime, 1e-7) && instrument.detector == "InLens")
    #expect(map.metadata.acquired == "2013-02-14T11:46:17" && map.metadata.authors == "N. N.")
    let named = try Self.read([34_118: .text("AP_PIXEL_SIZE\r\nPixel Size = 7.0 nm\r\n")])
    #expect(Self.isNear(named.metadata.axes[1].scale, 7))
  }

  @Test func tescan() throws {
    let text =
      "[MAIN]\nDate=2016-02-21\nTime=17:53:06\nDevice=MIRA\nMagnification=1000\nPixelSizeX=1e-7\nPixelSizeY=2e-7\nUserName=N.\n"
      + "[SEM]\nHV=20000\nWD=0.01\nDetector=SE\nStageX=0.001\nStageTilt=5\nDwellTime=1e-5\n"
    let inside = try Self.read([50_431: .bytes([0, 1, 2] + Array(text.utf8) + [0, 0xFF])])
    let beside = try Self.read([:], beside: ("a-tif.hdr", text))
    #expect(beside.files.count == 2)
    for map in [inside, beside] {
      #expect(Self.isNear(map.metadata.axes[1].scale, 100) && Self.isNear(map.metadata.axes[0].scale, 200))
      #expect(map.metadata.instrument.beamEnergy == 20 && map.metadata.instrument.workingDistance == 10)
      #expect(map.metadata.instrument.stageX == 1 && map.metadata.instrument.tiltAlpha == 5)
      #expect(map.metadata.instrument.microscope == "MIRA" && map.metadata.instrument.detector == "SE")
      #expect(map.metadata.acquired == "2016-02-21T17:53:06")
    }
  }

  @Test func textsOfHitachiAndJEOL() throws {
    let hitachi = """
      [SemImageFile]\r\nInstructName=SU8000\r\nDate=2016/02/21\r\nTime=17:53:06\r\nPixelSize=1.65\r\nSignalName=SE(U)\r\n\
      AcceleratingVoltage=5000 Volt\r\nWorkingDistance=8200 um\r\nMagnification=60000\r\n
      """
    let map = try Self.read([:], beside: ("a.txt", hitachi))
    #expect(Self.isNear(map.metadata.axes[1].scale, 1.65) && map.metadata.axes[1].units == "nm")
    #expect(map.metadata.instrument.beamEnergy == 5 && Self.isNear(map.metadata.instrument.workingDistance, 8.2))
    #expect(map.metadata.instrument.microscope == "SU8000" && map.metadata.instrument.detector == "SE(U)")
    let jeol = """
      $CM_FORMAT JEOL/EM\r\n$CM_ACCEL_VOLT 15.00\r\n$CM_MAG 1000\r\n$CM_SIGNAL SEI\r\n$$SM_MICRON_BAR 125\r\n\
      $$SM_MICRON_MARKER 10um\r\n$$SM_WD 10.1\r\n$CM_DATE 2013/02/26\r\n$CM_TIME 14:55:31\r\n$CM_INSTRUMENT JSM-7500F\r\n
      """
    let other = try Self.read([:], beside: ("a.txt", jeol))
    #expect(Self.isNear(other.metadata.axes[1].scale, 80) && other.metadata.axes[1].units == "nm")
    #expect(other.metadata.instrument.beamEnergy == 15 && other.metadata.instrument.workingDistance == 10.1)
    #expect(other.metadata.instrument.detector == "SEI" && other.metadata.acquired == "2013-02-26T14:55:31")
    #expect(try Self.read([:], beside: ("a.txt", "any text")).files.isEmpty)
  }

  @Test(arguments: ByteOrder.allCases) func gatan(_ order: ByteOrder) throws {
    let map = try Self.read(
      [
        65_003: .text("nm"), 65_004: .text("micron"), 65_006: .double([3]), 65_007: .double([0]), 65_009: .double([0.5]),
        65_010: .double([2]), 65_022: .text("e-"), 65_024: .double([1]), 65_025: .double([4]),
      ], order)
    #expect(map.metadata.axes[1] == Axis(name: "x", size: 2, scale: 0.5, offset: 3, units: "nm", role: .signal))
    #expect(map.metadata.axes[0] == Axis(name: "y", size: 1, scale: 2, units: "µm", role: .signal))
    #expect(map.metadata.quantity == "e-")
    #expect(map.metadata.hyperspy[path: "Signal.Noise_properties.Variance_linear_model.gain_factor"] == 4.0)
  }

  @Test(arguments: ByteOrder.allCases) func tvips(_ order: ByteOrder) throws {
    let size = TIFFDescription.tvipsSize
    var header = [UInt8](repeating: 0, count: size)
    func put(_ place: Int, _ value: UInt32) {
      let four = little(Int(value), 4)
      header.replaceSubrange(place..<place + 4, with: order == .little ? four : four.reversed())
    }
    put(0, 2)
    put(244 + 320 + 20, 132_122_901)
    put(244 + 320 + 24, 3661)
    // The pixel's size comes behind both comments, the scaling, the statistics and two numbers.
    let pixel = 244 + 320 + 28 + 2048 + 64 + 256 + 8
    put(pixel, Float(0.25).bitPattern)
    put(pixel + 4, Float(0.5).bitPattern)
    put(pixel + 16 + 128 + 160, Float(200_000).bitPattern)
    put(size - 4, 0xAAAA_AAAA)
    let map = try Self.read([37_706: .bytes(header)], order)
    #expect(map.metadata.axes.map(\.scale) == [0.5, 0.25] || Self.isNear(map.metadata.axes[0].scale, 0.5))
    #expect(map.metadata.axes[1].units == "nm" && map.metadata.instrument.beamEnergy == 200)
    #expect(map.metadata.acquired == "2016-09-21T01:01:01")
  }

  @Test func olympus() throws {
    // The tag points to the structure, which points to its blocks; both lie behind the pixels here.
    var page = Self.page([:])
    let start = 8 + 2
    var block = [UInt8](repeating: 0, count: 10) + little(0xFFF7, 2) + bytes([0.5, 0.25]) + [UInt8](repeating: 0, count: 8)
    block += bytes([20_000.0]) + [0, 0] + Array("Veleta".utf8) + [UInt8](repeating: 0, count: 28 + 32)
    var header = Array("SIS0".utf8) + [UInt8](repeating: 0, count: 6) + [53, 0, 17, 0, 21, 0, 1, 0, 116, 0]
    header += [UInt8](repeating: 0, count: 6) + Array("name".utf8) + [UInt8](repeating: 0, count: 28) + [1, 0]
    header += [1, 0, 1, 0] + little(start + 68, 4)
    page.trailing = header + block
    page.tags[33_560] = .long([start])
    let scratch = try ScratchFolder()
    let map = try FormatCatalogue.read(scratch.write("a.tif", Builder().file([page])))[0]
    #expect(Self.isNear(map.metadata.axes[1].scale, 0.5) && Self.isNear(map.metadata.axes[0].scale, 0.25))
    #expect(map.metadata.axes[1].units == "nm")
    #expect(map.metadata.instrument.magnification == 20_000 && map.metadata.instrument.detector == "Veleta")
    #expect(map.metadata.acquired == "2016-02-21T17:53:00")
  }

  @Test func reportsOfJEOL() throws {
    let report = { (mode: String, unit: String, value: String) in
      """
      <TemReporter><Instruments>JEM-F200</Instruments><DateTime>2021-03-02T10:11:12.1234567+09:00</DateTime>\
      <Eos><EosMode>eosTEM</EosMode></Eos><ElectronGun><AccelerationVoltage>200000</AccelerationVoltage></ElectronGun>\
      <ImageFormingSystem><ModeString>\(mode)</ModeString><SelectorValue>\(value)</SelectorValue>\
      <SelectorUnitString>\(unit)</SelectorUnitString></ImageFormingSystem></TemReporter>
      """
    }
    func read(_ text: String) throws -> MapMetadata {
      try Self.read([
        270: .text(text), 271: .text("JEOL Ltd."), 282: .rational(1000, 1), 283: .rational(1000, 1), 296: .short([3]),
      ]).metadata
    }
    let image = try read(report("MAG", "X", "10000"))
    #expect(Self.isNear(image.axes[1].scale, 1) && image.axes[1].units == "nm")
    #expect(image.instrument.magnification == 10_000 && image.instrument.beamEnergy == 200)
    #expect(image.acquired == "2021-03-02T10:11:12+09:00" && image.instrument.microscope == "JEM-F200")
    let pattern = try read(report("DIFF", "cm", "100"))
    #expect(pattern.instrument.cameraLength == 1000 && pattern.axes[1].units == "1/nm")
    // λ = 2.508 pm at 200 kV: 10 µm a pixel at 1 m.
    #expect(abs(pattern.axes[1].scale - 1e-5 / 2.5079e-12 * 1e-9) < 1e-6)
  }

  @Test func streakCameras() throws {
    var page = Self.page([:], width: 4, height: 3)
    page.trailing = bytes([500, 502, 504, 506] as [Float]) + bytes([0, 1, 4] as [Float])
    let start = 8 + 12
    page.tags[270] = .text(
      "[Application],Date=\"2021\"\r\n[Scaling],ScalingXUnit=\"nm\",ScalingXScalingFile=\"#\(start),0004\",ScalingYUnit=\"ns\",ScalingYScalingFile=\"#\(start + 16)\""
    )
    page.tags[305] = .text("HPD-TA 9")
    page.tags[315] = .text("Copyright Hamamatsu GmbH")
    let scratch = try ScratchFolder()
    let map = try FormatCatalogue.read(scratch.write("a.tif", Builder().file([page])))[0]
    #expect(map.metadata.axes[1] == Axis(name: "Wavelength", size: 4, scale: 2, offset: 500, units: "nm", role: .signal))
    #expect(map.metadata.axes[0].values == [0, 1, 4] && map.metadata.axes[0].units == "ns")
    #expect(map.metadata.authors == nil)
  }

  @Test func imagesOfNIH() throws {
    var header = [UInt8](repeating: 0, count: 512)
    header.replaceSubrange(160..<168, with: bytes([4.0]).reversed())
    header[173] = 6
    let map = try Self.read([43_314: .bytes(header)])
    #expect(Self.isNear(map.metadata.axes[1].scale, 250) && map.metadata.axes[1].units == "nm")
  }
}
