import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct OracleTests {
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 60 Ripple files were not read"))
  func rippleFilesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = oracle.names(below: "formats/ripple/", ["rpl"])
    #expect(names.count == 60)
    for name in names { try compare(name, in: oracle) { _ in } }
  }

  /// The units "Energy Loss (eV)" of ISO 22029:2022 are a label with its unit, of which the unit is taken here and both are
  /// there; blanks before a label belong to it there.
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 13 EMSA/MAS files were not read"))
  func emsaFilesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = oracle.names(below: "", ["msa"])
    #expect(names.count == 13)
    for name in names {
      try compare(name, in: oracle) { signal in
        if signal.axes[0].units == "Energy Loss (eV)" { signal.axes[0].units = "eV" }
        if signal.axes[0].name == " Energy" { signal.axes[0].name = "Energy" }
      }
    }
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 4 NumPy files were not read"))
  func numpyFilesReadAsNumPyReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let maps = try FormatCatalogue.read(oracle.path("eels/Mn3O4_SI.npz"))
    #expect(maps.map(\.suggestedName) == ["X", "ev"])
    #expect(maps.map(\.array.shape) == [[24, 22, 138], [138]])
    #expect(maps.map(\.type) == [.float64, .float64])
    #expect(Oracle.sha256(try maps[0].allBytes()) == "5e813673eb5945a4b6adea0b23846437fa52d489ded95de4624987d3e9bb0fd7")
    #expect(Oracle.sha256(try maps[1].allBytes()) == "938e87352aa0e0b00b4a3a7d74c84466ea4314831857adaac921c667584ca8ad")
    var onDisk = ImportOptions()
    onDisk.memoryLimit = 1000
    let again = try FormatCatalogue.read(oracle.path("eels/Mn3O4_SI.npz"), options: onDisk)
    #expect(try again[0].allBytes() == maps[0].allBytes())
    let plain = [
      ("formats/bruker/30x30_16bit.npy", "29f6277252f9f23e3f56f575e0b8f71a59c287e27f917c8af1ab886f6f13ee15"),
      ("formats/bruker/30x30_16bit_ds.npy", "f0eec3f737ff5ddd8518d218ff1fb9b65cf071947c862059cf2fc39020f92f84"),
      ("formats/tia/old/64x64_TEM_images_acquire.npy", "20fd751042ef894f260100b19a9ca2c10d487117e018551cec1cf4cc53985aa7"),
    ]
    for (name, digest) in plain {
      #expect(Oracle.sha256(try FormatCatalogue.read(oracle.path(name))[0].allBytes()) == digest, "\(name)")
    }
  }

  private func compare(_ name: String, in oracle: Oracle, _ correct: (inout Oracle.Signal) -> Void) throws {
    let signals = try #require(oracle.files[name]?.signals)
    let maps = try FormatCatalogue.read(oracle.path(name))
    #expect(maps.count == signals.count, "\(name)")
    for (map, signal) in zip(maps, signals) {
      var signal = signal
      correct(&signal)
      let differences = try Oracle.differences(map, signal)
      #expect(differences.isEmpty, "\(name): \(differences)")
    }
  }
}
