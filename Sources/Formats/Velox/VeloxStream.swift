internal import HDF5
internal import Microscopy

/// A stream of X-ray events of one detector, as Velox describes it.
struct VeloxStream: Sendable {
  let object: VeloxFile.Object
  let events: DatasetEvents
  let settings: MetadataTree
  let metadata: MetadataTree
  /// The values at which frames begin, as the file says; it may be wrong.
  let frameStarts: [Int]
  let channelCount: Int
  /// The type of the counts that the file names.
  let type: ScalarType

  static let maximalFrameCount = 1 << 20

  init(_ object: VeloxFile.Object, in file: VeloxFile) throws(FormatError) {
    self.object = object
    settings = file.json(object.group, "AcquisitionSettings") ?? .empty
    metadata = try file.metadata(object)
    guard let count = settings["bincount"]?.numeric.flatMap({ Int(exactly: $0) }), (1...Int(EventIndex.mark)).contains(count)
    else { throw file.error(object, "its settings name no number of channels (bincount) between 1 and 65535") }
    channelCount = count
    let name = (settings["StreamEncoding"] ?? settings["encoding"])?.text ?? "uint16"
    type = ScalarType(rawValue: name).flatMap { [.uint8, .uint16, .uint32].contains($0) ? $0 : nil } ?? .uint16
    events = try DatasetEvents(try file.data(object), format: VeloxReader.name, file: file.path)
    frameStarts = try file.reading { () throws(HDF5Error) -> [Int] in
      guard try object.group.kind(of: "FrameLocationTable") == .dataset else { return [] }
      let table = try object.group.dataset("FrameLocationTable")
      let shape = try table.shape
      guard case .integer = table.type, let count = shape.first, count > 0, count <= Self.maximalFrameCount, shape.count <= 2
      else { return [] }
      try table.checkClaims(beyond: 1 << 16)
      let selection: Selection = shape.count == 2 ? .box([0..<count, 0..<min(1, shape[1])]) : .all
      return try table.read(as: UInt64.self, selection).map { Int(clamping: $0) }
    }
  }

  /// The name of the detector: "SuperXG21".
  var detectorName: String { VeloxDetector(metadata)?.name ?? metadata[path: "BinaryResult.Detector"]?.text ?? "" }

  /// Rows and columns of the part of the scan that was recorded.
  var scanArea: (height: Int, width: Int)? {
    let scan = metadata["Scan"]
    func extent(_ size: String, _ low: String, _ high: String) -> Int? {
      guard let whole = scan?[path: "ScanSize.\(size)"]?.numeric, whole >= 1, whole <= 1e6 else { return nil }
      let from = scan?[path: "ScanArea.\(low)"]?.numeric ?? 0
      let to = scan?[path: "ScanArea.\(high)"]?.numeric ?? 1
      guard from >= 0, to <= 1.001, from < to else { return nil }
      return max(1, Int(((to - from) * whole).rounded()))
    }
    guard let height = extent("height", "top", "bottom"), let width = extent("width", "left", "right") else { return nil }
    return (height, width)
  }

  /// Rows and columns that the detector was set up for: those of the whole scan, of which an area may have been recorded.
  var raster: (height: Int, width: Int)? {
    guard let width = settings[path: "RasterScanDefinition.Width"]?.numeric.flatMap({ Int(exactly: $0) }),
      let height = settings[path: "RasterScanDefinition.Height"]?.numeric.flatMap({ Int(exactly: $0) }),
      (1...1_000_000).contains(width), (1...1_000_000).contains(height)
    else { return nil }
    return (height, width)
  }

  /// Pixels in the first frame, by the marks before the second in the file's table; nil where there is no table.
  func pixelsInFirstFrame() throws(FormatError) -> Int? {
    guard frameStarts.count > 1, frameStarts[0] == 0, frameStarts[1] > 0, frameStarts[1] <= events.count else { return nil }
    return try marks(in: 0..<frameStarts[1])
  }

  func marks(in range: Range<Int>) throws(FormatError) -> Int {
    var count = 0
    try unsafe events.forEachPiece(of: range) { _, values in
      for index in values.indices where unsafe values[index] == EventIndex.mark { count += 1 }
      return true
    }
    return count
  }
}
