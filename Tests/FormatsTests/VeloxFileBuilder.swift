import Foundation
import HDF5

@testable import Formats

/// Small Velox files of X-ray streams: what is in them, and what they should be read as.
struct VeloxFileBuilder {
  struct Detector {
    var name: String
    /// For each frame, for each of its pixels, the channels of its events.
    var frames: [[[UInt16]]]
    /// Values that replace the stream made of `frames`.
    var values: [UInt16]?
    var frameStarts: [UInt64]?
    var dispersion = "10"
  }

  var height = 3
  var width = 4
  var channels = 20
  var detectors: [Detector] = []
  var encoding = "uint16"
  /// The part of a scan of 16 × 16 that is the map; none is stated when nil.
  var statesArea = true
  var endFrame: Int?
  var version = "11"
  var filters: [Filter] = []
  var lacksLastMark = false
  /// Extents of an image beside the streams.
  var image: [Int]? = [3, 4, 1]

  /// Events that are different for each detector, frame and pixel.
  static func events(_ height: Int, _ width: Int, frames: Int, channels: Int, seed: UInt64) -> [[[UInt16]]] {
    var noise = Noise(state: seed)
    return (0..<frames).map { _ in
      (0..<height * width).map { _ in
        (0..<Int.random(in: 0..<9, using: &noise)).map { _ in UInt16.random(in: 0..<UInt16(channels), using: &noise) }
      }
    }
  }

  init() {
    for number in 1...2 {
      detectors.append(
        Detector(
          name: "SuperXG2\(number)",
          frames: Self.events(height, width, frames: 3, channels: channels, seed: UInt64(number))))
    }
  }

  /// The counts of a naive reading: frame, pixel, channel.
  func counts(_ detectors: [Int], frames: Range<Int>) -> [[Int]] {
    frames.map { frame in
      var plane = [Int](repeating: 0, count: height * width * channels)
      for detector in detectors {
        for (pixel, events) in self.detectors[detector].frames[frame].enumerated() {
          for event in events where event < channels { plane[pixel * channels + Int(event)] += 1 }
        }
      }
      return plane
    }
  }

  private func stream(_ detector: Detector) -> [UInt16] {
    if let values = detector.values { return values }
    var stream: [UInt16] = []
    for frame in detector.frames {
      for pixel in frame { stream += pixel + [EventIndex.mark] }
    }
    if lacksLastMark { stream.removeLast() }
    return stream
  }

  private func starts(_ detector: Detector) -> [UInt64] {
    if let starts = detector.frameStarts { return starts }
    var start = 0
    return detector.frames.map { frame in
      defer { start += frame.reduce(0) { $0 + $1.count + 1 } }
      return UInt64(start)
    }
  }

  private func metadata(_ detector: Int?, frame: Int = 0) -> String {
    let described = detectors.enumerated().map { index, detector in
      """
      "Detector-\(index)": {"DetectorName": "\(detector.name)", "DetectorType": "AnalyticalDetector",
       "Dispersion": "\(detector.dispersion)", "OffsetEnergy": "-250", "ElevationAngle": "0.31415927", "AzimuthAngle": "\(index)",
       "LiveTime": "\(Double(frame + 1) * 0.5)", "RealTime": "\(frame + 1)"}
      """
    }
    let area =
      #""ScanArea": {"left": "0.25", "top": "0.5", "right": "\#(0.25 + Double(width) / 16)", "#
      + #""bottom": "\#(0.5 + Double(height) / 16)"}, "ScanSize": {"width": "16", "height": "16"},"#
    let named = detector.map { #""Detector": "\#(detectors[$0].name)", "DetectorIndex": "\#($0)""# } ?? #""Detector": "SuperXG2""#
    return """
      {"Core": {"UserId": "N. N."}, "Instrument": {"InstrumentClass": "Titan", "InstrumentModel": "Themis"},
       "Acquisition": {"AcquisitionStartDatetime": {"DateTime": "1709189884"}},
       "Optics": {"AccelerationVoltage": "200000", "OperatingMode": "2"},
       "Scan": {\(statesArea ? area : "") "FrameTime": "0.25", "DwellTime": "0.01"},
       "Detectors": {\(described.joined(separator: ", "))},
       "BinaryResult": {\(named), "PixelSize": {"width": "2e-9", "height": "3e-9"}, "PixelUnitX": "m",
        "Offset": {"x": "1e-8", "y": "-1e-8"}}, "Sample": ""}
      """
  }

  private func putMetadata(_ group: Group, _ texts: [String]) throws {
    let size = texts.reduce(6000) { max($0, $1.utf8.count) }
    let dataset = try group.createDataset(
      "Metadata", type: .uint8, shape: [size, texts.count], layout: .chunked([size, 1]))
    for (column, text) in texts.enumerated() {
      let bytes = Array(text.utf8)
      try dataset.write(
        bytes + [UInt8](repeating: 0, count: size - bytes.count), .box([0..<size, column..<column + 1]))
    }
  }

  func write(_ path: String, _ change: (Group) throws -> Void = { _ in }) throws {
    let file = try File.create(path)
    let root = try file.root
    try root.createDataset("Version", [#"{"version": "\#(version)", "format": "Velox"}"#])
    for (number, detector) in detectors.enumerated() {
      let group = try root.createGroup("Data/SpectrumStream/\(number)")
      try group.createDataset(
        "AcquisitionSettings", [#"{"bincount": "\#(channels)", "StreamEncoding": "\#(encoding)"}"#])
      let values = stream(detector)
      try group.createDataset(
        "Data", values, shape: [values.count, 1], maxShape: [nil, 1], layout: .chunked([16, 1]), filters: filters)
      let starts = starts(detector)
      try group.createDataset("FrameLocationTable", starts, shape: [starts.count, 1])
      try putMetadata(group, detector.frames.indices.map { metadata(number, frame: $0) })
    }
    let spectrumImage = try root.createGroup("Data/SpectrumImage/0")
    if let endFrame {
      try spectrumImage.createDataset(
        "SpectrumImageSettings", [#"{"startFramePosition": "1", "endFramePosition": "\#(endFrame)"}"#])
    }
    try putMetadata(spectrumImage, [metadata(nil)])
    if let image {
      let group = try root.createGroup("Data/Image/0")
      let values = (0..<image.reduce(1, *)).map { UInt16($0) }
      try group.createDataset("Data", values, shape: image)
      try putMetadata(group, [metadata(0)])
    }
    try change(root)
    try file.close()
  }
}
