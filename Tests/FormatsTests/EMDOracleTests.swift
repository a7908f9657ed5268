import Blocks
import Microscopy
import Testing

@testable import Formats

struct EMDOracleTests {
  /// The files of the family that are not Velox's.
  static func names(_ oracle: Oracle) -> [String] {
    let names = ["formats/emd/Si100", "formats/emd/example", "formats/emd/py4DSTEM", "diffraction/Si100"]
    return names.flatMap { oracle.names(below: $0, ["emd", "h5"]) }
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: 14 EMD files were not read"))
  func filesReadAsRosettaSciIOReadsThem() throws {
    let oracle = try #require(Oracle.shared)
    let names = Self.names(oracle)
    #expect(names.count >= 14)
    for name in names {
      let path = oracle.path(name)
      #expect(try FormatCatalogue.reader(for: path).name == "EMD", "\(name)")
      let signals = try #require(oracle.files[name]?.signals)
      if name.contains("object_dtype") {
        // Texts, which are no map.
        let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
        #expect(error?.problem.contains("no numbers") == true)
        continue
      }
      let maps = try FormatCatalogue.read(path)
      #expect(maps.count == signals.count, "\(name)")
      for (map, signal) in zip(maps, signals) {
        let differences = try Oracle.differences(map, corrected(signal, map))
        #expect(differences.isEmpty, "\(name): \(differences)")
        #expect(map.metadata.originalFile == path.split(separator: "/").last.map(String.init))
      }
    }
  }

  /// RosettaSciIO has units as pint writes them, takes Prismatic's wrong units over (see `EMDParameters`), averages steps in
  /// the single precision of the file, and lets no axis of NCEM's and py4DSTEM's files navigate.
  private func corrected(_ signal: Oracle.Signal, _ map: ImportedMap) -> Oracle.Signal {
    var signal = signal
    let isPrismatic = map.metadata.instrument.microscope == "Prismatic simulation"
    for (index, axis) in map.metadata.axes.enumerated() where signal.axes.indices.contains(index) {
      var theirs = signal.axes[index]
      theirs.units = theirs.units == "[]" ? "" : theirs.units.replacing("1 / ", with: "1/")
      if isPrismatic {
        theirs.units = theirs.units.replacing("nm", with: "Å").replacing("mrad", with: "rad")
      } else {
        theirs.navigate = axis.role == .navigation
      }
      if let scale = theirs.scale, abs(scale - axis.scale) <= 2e-6 * abs(scale) { theirs.scale = axis.scale }
      signal.axes[index] = theirs
    }
    // A scan of diffraction patterns is one, whoever wrote it.
    if map.metadata.title == "datacube" { signal.signalType = "electron_diffraction" }
    return signal
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: Prismatic files were not read"))
  func prismaticParametersFillTheFields() throws {
    let oracle = try #require(Oracle.shared)
    let maps = try FormatCatalogue.read(oracle.path("formats/emd/Si100_2D_3D_DPC_potential_2slices.emd"))
    #expect(maps.map(\.suggestedName) == ["DPC_CoM", "annular_detector", "ppotential", "virtual_detector"])
    for map in maps {
      #expect(map.metadata.instrument.beamEnergy == 100)
      #expect(map.metadata.instrument.convergenceAngle == 10)
      #expect(map.metadata.instrument.acquisitionMode == "STEM")
      #expect(map.metadata.vendor[path: "simulation_parameters.probeStepX"] == 0.25)
      #expect(map.metadata.vendor[path: "simulation_parameters.save4DOutput"] == 0)
      let original = "4DSTEM_simulation.metadata.metadata_0.original.simulation_parameters"
      #expect(map.metadata.vendor[path: "\(original).i"] == "/home/eric/test_prismatic/SI100.XYZ")
      #expect(map.notes.contains { $0.contains("Å") })
    }
    #expect(maps[0].notes.contains { $0.contains("DPC_CoM_x, DPC_CoM_y") })
    // The cell of silicon: 16 pixels of the potential, and half the side of the square that is sampled in reciprocal space.
    #expect(abs(maps[2].metadata.axes[2].scale * 16 - 5.43) < 1e-4)
    #expect(maps[2].metadata.axes[2].units == "Å")
    // The depths of this one are not those of its parameters.
    let odd = try FormatCatalogue.read(oracle.path("formats/emd/Si100_1x1x3-zStart6.7875.emd"))
    #expect(odd[0].notes.contains { $0.contains("depths") })
    #expect(odd[0].metadata.axes[1].units == "rad")
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: NCEM files were not read"))
  func groupsOfMetadataFillTheFields() throws {
    let oracle = try #require(Oracle.shared)
    let metadata = try #require(try FormatCatalogue.read(oracle.path("formats/emd/example_metadata.emd")).first).metadata
    #expect(metadata.instrument.beamEnergy == 300)
    #expect(metadata.instrument.microscope == "Titan")
    #expect(metadata.sample.name == "TiO2")
    #expect(metadata.sample.description == "FIB")
    #expect(metadata.authors == "John Doe")
    #expect(metadata.notes == "Test")
    #expect(metadata.vendor[path: "user.email"] == "johndoe@web.de")
    #expect(metadata.axes.allSatisfy { $0.role == .signal })
  }

  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: Prismatic and py4DSTEM files were not read"))
  func boxesAreThoseOfTheWhole() throws {
    let oracle = try #require(Oracle.shared)
    for name in ["Si100_2D_3D_DPC_potential_2slices.emd", "Si100_4D.emd", "py4DSTEM_size2x3x4x5.h5"] {
      for map in try FormatCatalogue.read(oracle.path("formats/emd/\(name)")) {
        let whole = MemoryArray(shape: map.array.shape, elementSize: map.array.elementSize, bytes: try map.allBytes())
        let boxes = [
          map.array.shape.map { $0 / 2..<$0 }, map.array.shape.map { $0 - 1..<$0 },
          map.array.shape.enumerated().map { $0 == 0 ? 0..<1 : 0..<$1 },
        ]
        for box in boxes { #expect(try map.array.read(box) == whole.read(box), "\(name) \(box)") }
      }
    }
  }
}
