import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct OracleTests {
  @Test func theDigestIsThatOfTheStandard() {
    #expect(sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(.enabled(if: TestData.folder != nil, "60 files of LAMELLA_TEST_DATA are skipped"))
  func rippleFilesAreReadAsRosettaSciIOReadsThem() throws {
    let files = try TestData.oracle("rpl")
    #expect(files.count == 60)
    for (name, signals) in files { try compare(name, signals) }
  }

  /// The units "Energy Loss (eV)" of ISO 22029:2022 are a label with its unit: the unit is taken, RosettaSciIO takes both.
  @Test(.enabled(if: TestData.folder != nil, "13 files of LAMELLA_TEST_DATA are skipped"))
  func emsaFilesAreReadAsRosettaSciIOReadsThem() throws {
    let files = try TestData.oracle("msa")
    #expect(files.count == 13)
    for (name, signals) in files {
      var signals = signals
      if signals[0].axes[0].units == "Energy Loss (eV)" { signals[0].axes[0].units = "eV" }
      try compare(name, signals)
    }
  }

  @Test(.enabled(if: TestData.folder != nil, "4 files of LAMELLA_TEST_DATA are skipped"))
  func numpyFilesAreReadAsNumPyReadsThem() throws {
    let maps = try FormatCatalogue.read(TestData.path("eels/Mn3O4_SI.npz"))
    #expect(maps.map(\.suggestedName) == ["X", "ev"])
    #expect(maps.map(\.array.shape) == [[24, 22, 138], [138]])
    #expect(maps.map(\.type) == [.float64, .float64])
    #expect(sha256(try maps[0].allBytes()) == "5e813673eb5945a4b6adea0b23846437fa52d489ded95de4624987d3e9bb0fd7")
    #expect(sha256(try maps[1].allBytes()) == "938e87352aa0e0b00b4a3a7d74c84466ea4314831857adaac921c667584ca8ad")
    var onDisk = ImportOptions()
    onDisk.memoryLimit = 1000
    let again = try FormatCatalogue.read(TestData.path("eels/Mn3O4_SI.npz"), options: onDisk)
    #expect(try again[0].allBytes() == maps[0].allBytes())
    let plain = [
      ("formats/bruker/30x30_16bit.npy", "29f6277252f9f23e3f56f575e0b8f71a59c287e27f917c8af1ab886f6f13ee15"),
      ("formats/bruker/30x30_16bit_ds.npy", "f0eec3f737ff5ddd8518d218ff1fb9b65cf071947c862059cf2fc39020f92f84"),
      ("formats/tia/old/64x64_TEM_images_acquire.npy", "20fd751042ef894f260100b19a9ca2c10d487117e018551cec1cf4cc53985aa7"),
    ]
    for (name, digest) in plain {
      #expect(sha256(try FormatCatalogue.read(TestData.path(name))[0].allBytes()) == digest, "\(name)")
    }
  }

  private func compare(_ name: String, _ signals: [TestData.Signal]) throws {
    let maps = try FormatCatalogue.read(TestData.path(name))
    #expect(maps.count == signals.count, "\(name)")
    for (map, signal) in zip(maps, signals) {
      #expect(map.array.shape == signal.shape, "\(name)")
      #expect(map.metadata.shape == signal.shape, "\(name)")
      #expect(map.type.rawValue == signal.dtype, "\(name)")
      #expect(map.metadata.title == signal.title, "\(name)")
      #expect(map.metadata.signalType == signal.signal_type, "\(name)")
      for (axis, expected) in zip(map.metadata.axes, signal.axes) {
        #expect(axis.scale == expected.scale, "\(name)")
        #expect(axis.offset == expected.offset, "\(name)")
        #expect(axis.units == expected.units, "\(name)")
        #expect(axis.role == (expected.navigate ? .navigation : .signal), "\(name)")
      }
      #expect(sha256(try map.allBytes()) == signal.sha256, "\(name)")
    }
  }
}
