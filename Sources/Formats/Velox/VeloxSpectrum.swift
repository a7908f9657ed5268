internal import Blocks
internal import HDF5
internal import Microscopy

/// A single X-ray spectrum, or a stack of some.
struct VeloxSpectrum {
  let object: VeloxFile.Object
  let file: VeloxFile
  let metadata: MetadataTree

  init(_ object: VeloxFile.Object, in file: VeloxFile) throws(FormatError) {
    self.object = object
    self.file = file
    metadata = try file.metadata(object)
  }

  func map() throws(FormatError) -> ImportedMap {
    let dataset = try file.data(object)
    let (values, element) = try file.array(object, ranks: 1...2)
    var array = values
    if values.shape.count == 2 {
      let turned = try file.reading { () throws(HDF5Error) in try HDF5Array(dataset, element, order: [1, 0]) }
      array = values.shape[1] == 1 ? ArraySection(turned, turned.wholeBox, dropping: [0]) : turned
    }
    let channels = array.shape.last ?? 0
    var axes = [VeloxSpectrum.energyAxis(channels, name: "Energy", VeloxDetector(metadata), metadata)]
    if array.shape.count == 2 { axes.insert(Axis(name: "Stack", size: array.shape[0], role: .navigation), at: 0) }
    var described = VeloxMetadata(file, object, metadata).map(axes, title: "EDS", signalType: "EDS_TEM")
    described.quantity = "X-rays (Counts)"
    described.sample.elements = file.elements("EDS")
    described.instrument.set(VeloxDetector(metadata).map { [$0] } ?? [], of: VeloxDetector.all(metadata))
    let name = described.instrument.detector.map { "EDS \($0)" } ?? "EDS"
    return ImportedMap(suggestedName: name, metadata: described, type: element.type, array: array)
  }

  /// The energies of the channels of a detector; plain channels where it has no calibration.
  static func energyAxis(_ count: Int, name: String, _ detector: VeloxDetector?, _ metadata: MetadataTree) -> Axis {
    var axis = Axis(name: name, size: count, role: .signal)
    let named = VeloxDetector.segments(of: metadata[path: "BinaryResult.Detector"]?.text ?? "", in: metadata)
    guard let energies = detector?.energies ?? named.lazy.compactMap(\.energies).first else { return axis }
    axis.scale = energies.scale
    axis.offset = energies.offset
    axis.units = "keV"
    return axis
  }
}

extension Instrument {
  /// Takes over what X-ray detectors say: times are their mean, angles only where they agree.
  ///
  /// - Parameter all: all detectors of the microscope.
  mutating func set(_ detectors: [VeloxDetector], of all: [VeloxDetector]) {
    guard let first = detectors.first else { return }
    func mean(_ key: String) -> Double? {
      let values = detectors.compactMap { $0.number(key) }.filter { $0 > 0 }
      // In order, so that the sum does not depend on that of the detectors.
      return values.count == detectors.count ? values.sorted().reduce(0, +) / Double(values.count) : nil
    }
    func common(_ value: (VeloxDetector) -> Double?) -> Double? {
      let values = Set(detectors.map(value))
      return values.count == 1 ? values.first ?? nil : nil
    }
    liveTime = mean("LiveTime")
    realTime = mean("RealTime")
    elevationAngle = common { $0.degrees("ElevationAngle") }
    azimuthAngle = common { $0.degrees("AzimuthAngle") }
    let stem = commonPrefix(detectors.map(\.name))
    detector = detectors.count == 1 ? first.name : stem
    solidAngle = solidAngle(detectors, of: all)
  }

  /// sr. Velox gives the segments of the first Super-X their own solid angles, those of later detectors that of the whole.
  private func solidAngle(_ detectors: [VeloxDetector], of all: [VeloxDetector]) -> Double? {
    let values = detectors.compactMap { $0.number("CollectionAngle") }.filter { $0 > 0 }
    guard values.count == detectors.count, let first = values.first else { return nil }
    let segments = all.filter { $0.isAnalytical && $0.number("CollectionAngle") != nil }
    if segments.count == 1 || detectors.allSatisfy({ $0.name.hasPrefix("SuperXG1") }) { return values.reduce(0, +) }
    let isWhole = detectors.count == segments.count && Set(values).count == 1
    return isWhole && ["SuperXG2", "UltraX"].contains(where: detectors[0].name.hasPrefix) ? first : nil
  }

  private func commonPrefix(_ names: [String]) -> String {
    var common = names.first ?? ""
    while !common.isEmpty, !names.allSatisfy({ $0.hasPrefix(common) }) { common.removeLast() }
    return common
  }
}
