internal import Microscopy

extension RippleHeader {
  /// Everything the header says, with the given axes.
  func metadata(axes: [Axis]) -> MapMetadata {
    var metadata = MapMetadata(title: text("title") ?? "", axes: axes, signalType: text("signal") ?? "")
    metadata.originalFile = fileName(of: file)
    if let date = text("date") {
      metadata.acquired = text("time").map { "\(date)T\($0)" } ?? date
    }
    metadata.instrument.beamEnergy = number("beam-energy")
    metadata.instrument.convergenceAngle = number("convergence-angle")
    metadata.instrument.collectionAngle = number("collection-angle")
    metadata.instrument.azimuthAngle = number("azimuth-angle")
    metadata.instrument.elevationAngle = number("elevation-angle")
    metadata.instrument.energyResolution = number("detector-peak-width-ev")
    metadata.instrument.tiltAlpha = number("tilt-stage")
    metadata.instrument.liveTime = number("live-time")
    metadata.vendor = .dictionary(values.mapValues { .text($0) })
    return metadata
  }
}
