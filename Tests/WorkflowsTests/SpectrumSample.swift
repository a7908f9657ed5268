import Blocks
import Microscopy
import Store
import XRay

/// Small maps of spectra for tests.
struct SpectrumSample {
  let store: Store

  init(_ path: String) throws { store = try Store.create(path) }

  /// A simulated map of 6 × 5 pixels, with other metadata as they are wanted.
  @discardableResult
  func add(_ name: String, seed: UInt64 = 1, height: Int = 6, _ change: (inout MapMetadata) -> Void = { _ in }) throws -> Map {
    var settings = MineralSettings()
    (settings.height, settings.width, settings.channels, settings.counts, settings.seed) = (height, 5, 512, 3000, seed)
    let mineral = try MineralMap(settings)
    var metadata = mineral.metadata
    change(&metadata)
    return try store.addMap(name, metadata: metadata, type: .uint16, array: mineral)
  }

  /// A map of given values, y × x × channels.
  @discardableResult
  func add<Value: BitwiseCopyable>(
    _ name: String, _ values: [Value], _ type: ScalarType, shape: [Int], offset: Double = 0
  ) throws -> Map {
    var axes = shape.dropLast().enumerated().map { Axis(name: ["y", "x"][$0], size: $1, role: .navigation) }
    axes.append(Axis(name: "Energy", size: shape.last ?? 0, scale: 0.01, offset: offset, units: "keV", role: .signal))
    return try store.addMap(name, metadata: MapMetadata(axes: axes), type: type, array: MemoryArray(shape: shape, values))
  }
}
