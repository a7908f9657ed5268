import HDF5

@testable import Formats

extension Damage {
  static func otherLibraryFiles(in scratch: ScratchFolder) throws -> [Damage] {
    try [
      libraryFile("entry.nxs", "nexus", in: scratch, entry),
      libraryFile("cube.emd", "emd", in: scratch, simulation),
      libraryFile("image.dm5", "dm5", in: scratch, GatanHDF5Sample.fill),
    ]
  }

  /// A NeXus entry with instrument and sample, and a signal with an auxiliary one and errors.
  private static func entry(_ root: Group) throws {
    for (path, type) in [
      ("entry", "NXentry"), ("entry/sample", "NXsample"), ("entry/instrument", "NXinstrument"),
      ("entry/instrument/source", "NXsource"), ("entry/data", "NXdata"),
    ] {
      try root.createGroup(path).attributes.set("NX_class", to: type)
    }
    try root.createDataset("entry/sample/chemical_formula", ["Fe2 O3"])
    try root.createDataset("entry/instrument/source/voltage", [200.0]).attributes.set("units", to: "kV")
    let data = try root.group("entry/data")
    try data.attributes.set("signal", to: "counts")
    try data.attributes.set("auxiliary_signals", to: ["other"])
    try data.attributes.set("axes", to: ["y", "."])
    try data.attributes.set("y_indices", to: [0])
    try data.createDataset("counts", [1, 2, 3, 4, 5, 6] as [UInt16], shape: [2, 3])
    try data.createDataset("other", [6, 5, 4, 3, 2, 1] as [Int8], shape: [2, 3])
    try data.createDataset("errors", [Float](repeating: 1, count: 6), shape: [2, 3])
    try data.createDataset("y", [1.0, 3.0])
  }

  /// A simulation with a stack of two depths, a cube and a list of points.
  private static func simulation(_ root: Group) throws {
    for index in 0..<2 {
      let group = try root.createGroup("4DSTEM_simulation/data/realslices/virtual_detector_depth000\(index)")
      try group.attributes.set("emd_group_type", to: 1)
      try group.createDataset("realslice", (0..<12).map { Float($0) }, shape: [2, 2, 3], layout: .chunked([1, 2, 3]))
      for (place, (name, size)) in [("R_x", 2), ("R_y", 2), ("bin_outer_angle", 3)].enumerated() {
        let dimension = try group.createDataset("dim\(place + 1)", (0..<size).map { Float($0) * 0.5 })
        try dimension.attributes.set("name", to: name)
        try dimension.attributes.set("units", to: "[n_m]")
      }
    }
    let cube = try root.createGroup("4DSTEM_simulation/data/datacubes/cube")
    try cube.attributes.set("emd_group_type", to: 1)
    try cube.createDataset("datacube", (0..<16).map { Int16($0) }, shape: [2, 2, 2, 2])
    try cube.createDataset("dim4", ["one", "two"])
    let points = try root.createGroup("4DSTEM_simulation/data/pointlists/points")
    try points.attributes.set("emd_group_type", to: 1)
    try points.createDataset("qx/data", [1.0, 2.0])
    let parameters = try root.createGroup("4DSTEM_simulation/metadata/metadata_0/original/simulation_parameters")
    for (name, value) in [("rx", 0.5), ("s", 2), ("ns", 1), ("zs", 0), ("E", 80), ("d", 500)] {
      try parameters.attributes.set(name, to: value)
    }
    try parameters.attributes.set("t", to: [1.0, 1, 1])
    try parameters.attributes.set("c", to: [4.0, 4, 4])
  }
}
