import Blocks
import Foundation
import Microscopy
import Store

/// A file with one of everything that pictures are drawn of, its names as unkind as names can be.
enum PictureSample {
  static let mapName = "grain <b>&\"'"
  static let mapShape = [6, 8, 300]

  static func axes(_ names: [String], _ sizes: [Int], scale: Double = 2, units: String = "nm") -> [Axis] {
    zip(names, sizes).map { Axis(name: $0, size: $1, scale: scale, units: units, role: .navigation) }
  }

  static let energy = Axis(name: "Energy", size: 300, scale: 0.02, offset: 0.05, units: "keV", role: .signal)

  /// A file at a path, closed.
  static func make(_ path: String) throws {
    let store = try Store.create(path)
    let navigation = axes(["y", "x"], [6, 8])
    let map = try addMap(to: store)
    let made = try Provenance(operation: "spectrum", parameters: ["mask": "<script>alert(1)</script>"], note: "a <i>note</i>")
    try map.addMask("a&b", (0..<48).map { $0 < 12 }, made: made)
    try map.addMask("other", (0..<48).map { $0 % 3 == 0 }, made: made)
    try map.addImage(
      "haadf", title: "HAADF <x>", quantity: "Intensity", axes: navigation.map { axis($0, .signal) }, type: .float32,
      array: floats((0..<48).map { Float($0) }, [6, 8]), made: made)
    let colour = Axis(name: "colour", size: 3, role: .signal)
    try map.addImage(
      "photo", axes: axes(["y", "x"], [4, 5]).map { axis($0, .signal) } + [colour], type: .uint8,
      array: MemoryArray(shape: [4, 5, 3], elementSize: 1, bytes: (0..<60).map { UInt8($0 * 4) }))
    try addResults(to: map, made: made)
    try store.addSeries("all", [.init(map.name)])
    try store.series("all").addResult("nmf", made: try Provenance(operation: "nmf", parameters: [String: Int]())) { result in
      try result.spectra(StoredArray((0..<600).map { Float($0 % 50) }, shape: [2, 300]))
      try result.images(perMap: [StoredArray((0..<96).map { Float($0) }, shape: [2, 6, 8])])
    }
    try store.close()
  }

  private static func axis(_ axis: Axis, _ role: Axis.Role) -> Axis {
    var axis = axis
    axis.role = role
    return axis
  }

  private static func floats(_ values: [Float], _ shape: [Int]) -> MemoryArray {
    MemoryArray(shape: shape, elementSize: 4, bytes: unsafe values.withUnsafeBytes { unsafe Array($0) })
  }

  private static func addMap(to store: Store) throws -> Map {
    var metadata = MapMetadata(
      title: "<h1>Title</h1>", axes: axes(["y", "x"], [6, 8]) + [energy], signalType: "EDS_TEM", quantity: "X-rays (Counts)")
    metadata.sample.elements = ["Fe", "Mg", "Si"]
    metadata.instrument.beamEnergy = 200
    var bytes: [UInt8] = []
    for pixel in 0..<48 {
      for channel in 0..<300 {
        let peak = channel == 60 ? 40 : 0
        bytes.append(UInt8(peak + (pixel + channel) % 4))
      }
    }
    return try store.addMap(
      mapName, metadata: metadata, type: .uint8, array: MemoryArray(shape: mapShape, elementSize: 1, bytes: bytes))
  }

  private static func addResults(to map: Map, made: Provenance) throws {
    func provenance(_ operation: String) throws -> Provenance { try Provenance(operation: operation, parameters: ["k": 3]) }
    func values(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 31) % 17) } }
    try map.addResult("pca", made: provenance("pca")) { result in
      try result.spectra(StoredArray(values(600).map { $0 - 8 }, shape: [2, 300]))
      try result.images(StoredArray(values(96).map { $0 - 8 }, shape: [2, 6, 8]))
      let scree = [Axis(name: "component", size: 5, scale: 1, offset: 1, role: .signal)]
      try result.array("explained_variance_ratio", StoredArray([0.8, 0.1, 0.01, 0.009, 0.008]), axes: scree)
      try result.array("explained_variance", StoredArray([8, 1, 0.1, 0.09, 0.08]), axes: scree)
      try result.scalar("above_noise", 2)
      try result.scalar("elbow", 3)
    }
    try map.addResult("sum", made: made) { result in
      try result.array("spectrum", StoredArray((0..<300).map { Double($0 % 40) }), axes: [energy])
      try result.array("variance", StoredArray((0..<300).map { Double($0 % 40) }), axes: [energy])
      try result.array("common_deviation", StoredArray((0..<300).map { Double($0 % 3) }), axes: [energy])
      try result.scalar("pixels", 12)
    }
    try map.addResult("sum-all", made: made) { result in
      try result.array("spectrum", StoredArray((0..<300).map { Double(4 * ($0 % 40)) }), axes: [energy])
      try result.scalar("pixels", 48)
    }
    for (name, spectrum, factor) in [("detect-part", "sum", 1.0), ("detect-all", "sum-all", 2)] {
      let inputs = [try map.result(spectrum).input("spectrum")]
      let made = try Provenance(operation: "detect", parameters: ["k": 3], inputs: inputs)
      try map.addResult(name, made: made) { result in
        try result.table(
          "detection",
          [
            TableColumn("symbol", texts: ["Nd", "U"]), TableColumn("line", texts: ["La", "Ma"]),
            TableColumn("snr", numbers: [4 * factor, factor]),
            TableColumn("lod_ppm", units: "ppm", numbers: [50 / factor, 90 / factor]),
          ])
      }
    }
    try map.addResult("composition", made: provenance("quantify")) { result in
      for (name, factor) in [("counts", 1.1), ("model", 1.0), ("background", 0.2), ("residuals", 0.1)] {
        try result.array(name, StoredArray((0..<300).map { factor * Double(10 + $0 % 7) }), axes: [energy])
      }
      try result.table(
        "composition",
        [TableColumn("symbol", texts: ["Fe", "Mg"]), TableColumn("atomic_percent", units: "at.%", numbers: [2.05, 18.3])])
      try result.scalar("reduced_chi_square", 1.24)
      try result.text("convention", "<u>Currie</u> 1968")
    }
    try map.addResult("traces", made: provenance("detect")) { result in
      try result.table(
        "lines",
        [
          TableColumn("line", texts: ["Nd La", "Nd La", "Sm La", "Sm La"]), TableColumn("pixels", numbers: [100, 400, 100, 400]),
          TableColumn("snr", numbers: [2, 4, 3, 6]), TableColumn("lod_ppm", units: "ppm", numbers: [100, 50, 80, 40]),
        ])
    }
    try map.addResult("unmixed", made: provenance("abundances")) { result in
      var fractions = values(144).map { $0 / 17 }
      fractions[5] = .nan
      try result.images(StoredArray(fractions, shape: [3, 6, 8]))
      let navigation = map.axes.filter { $0.role == .navigation }
      try result.array("thickness", StoredArray([Double](repeating: 7, count: 48), shape: [6, 8]), axes: navigation)
      try result.array("residual", StoredArray([Double](repeating: .nan, count: 48), shape: [6, 8]), axes: navigation)
    }
    try map.addResult("pixels", made: provenance("quantify")) { result in
      for (name, factor) in [("counts", 1.1), ("model", 1.0)] {
        try result.array(name, StoredArray((0..<300).map { factor * Double(10 + $0 % 7) }), axes: [energy])
      }
      try result.images(StoredArray(values(96), shape: [2, 6, 8]), name: "atomic_percent")
      try result.images(StoredArray(values(96), shape: [2, 6, 8]), name: "net_counts")
      try result.table("composition", [TableColumn("symbol", texts: ["Fe", "Mg"])])
    }
    // What was made of a sum: the sum less a part of another one.
    let parts = [try map.result("sum").input("spectrum"), try map.result("sum-all").input("spectrum")]
    try map.addResult("rest", made: try Provenance(operation: "subtract", parameters: ["k": 3], inputs: parts)) { result in
      try result.array("spectrum", StoredArray((0..<300).map { Double($0 % 40) * 0.5 }), axes: [energy])
      try result.array("variance", StoredArray([Double](repeating: 4, count: 300)), axes: [energy])
      try result.scalar("scale", 0.125)
    }
    let rest = [try map.result("rest").input("spectrum")]
    try map.addResult("rest-fit", made: try Provenance(operation: "quantify", parameters: ["k": 3], inputs: rest)) { result in
      try result.array("counts", StoredArray((0..<300).map { Double($0 % 40) * 0.5 }), axes: [energy])
      try result.array("model", StoredArray((0..<300).map { Double($0 % 40) * 0.5 - 6 }), axes: [energy])
    }
    let phases = try Provenance(operation: "unmix", parameters: ["k": 3], inputs: [map.result("unmixed").input])
    try map.addResult("whole", made: phases) { result in
      try result.table(
        "composition",
        [
          TableColumn("phase", texts: ["a", "a", "b", "b"]), TableColumn("symbol", texts: ["Fe", "Mg", "Fe", "Mg"]),
          TableColumn("atomic_percent", units: "%", numbers: [2, 18, 0, 42]),
          TableColumn("atomic_percent_error", units: "%", numbers: [0.1, 0.2, 0.01, 0.3]),
        ])
    }
    try map.addResult("bare", made: provenance("other")) { try $0.scalar("number", 3) }
    try map.addResult("odd", made: provenance("other")) { result in
      try result.scalar("nothing", .nan)
      try result.array("cube", StoredArray(values(24), shape: [2, 3, 4]), axes: axes(["a", "b", "c"], [2, 3, 4]))
      try result.array("one", StoredArray([3.0]), axes: [Axis(name: "t", size: 1, role: .signal)])
    }
  }
}
