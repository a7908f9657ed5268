internal import Foundation
internal import Microscopy

extension TIAReader {
  /// What the series and its object say, in the terms of Lamella; both are kept whole under `vendor`.
  static func metadata(
    _ member: SeriesGroup.Member, _ layout: SeriesHeader.Layout, in group: SeriesGroup
  ) -> MapMetadata {
    let object = member.object
    let kind = signalKind(member)
    var metadata = MapMetadata(axes: layout.axes, signalType: kind, quantity: quantity(kind))
    metadata.originalFile = fileName(of: member.path)
    let time = member.header.tag(0)?.time
    if let object, let date = object.date {
      metadata.acquired = date.iso8601(universal: time)
    } else if let time, time > 0 {
      metadata.acquired = ClockDate.iso8601(time)
    }
    if let neighbour = member.neighbour {
      let instrument = instrument(neighbour, kind, member.header.content, isScanned: false)
      metadata.authors = neighbour.text("ExperimentalDescription.User")
      metadata.instrument.microscope = instrument.microscope
      metadata.instrument.beamEnergy = instrument.beamEnergy
    }
    var vendor: [String: MetadataTree] = ["ser_header_parameters": member.header.tree]
    if let object {
      metadata.authors = object.text("ExperimentalDescription.User")
      metadata.instrument = instrument(object, kind, member.header.content, isScanned: member.header.offsets.count > 1)
      vendor["ObjectInfo"] = object.tree
      if let exposure = object.number("AcquireInfo.DwellTimePath"), object.value("AcquireInfo.CameraNamePath") != nil {
        metadata.hyperspy.replace(
          ["Acquisition_instrument", "TEM", "Detector", "Camera", "exposure"], by: .real(exposure))
      }
    }
    let others = (group.objects?.objects ?? []).filter { !$0.isEmpty && $0.tree != object?.tree }.map(\.tree)
    if !others.isEmpty { vendor["OtherObjects"] = .list(others) }
    metadata.vendor = .dictionary(vendor)
    return metadata
  }

  private static func quantity(_ kind: String) -> String {
    switch kind {
    case "EELS": "Electrons (Counts)"
    case "EDS_TEM": "X-rays (Counts)"
    default: ""
    }
  }

  /// The spectrometer shows in its settings: X-ray detectors have a shaping time, cameras corrections.
  private static func signalKind(_ member: SeriesGroup.Member) -> String {
    guard member.header.content == .spectrum, let object = member.object else { return "" }
    if object.value("AcquireInfo.ShapingTime") != nil { return "EDS_TEM" }
    if object.value("AcquireInfo.BiasCorrection") != nil || object.value("AcquireInfo.GainCorrection") != nil { return "EELS" }
    return ""
  }

  private static func instrument(
    _ object: ObjectInfo, _ kind: String, _ content: SeriesHeader.Content, isScanned: Bool
  ) -> Instrument {
    var instrument = Instrument()
    let known = { (value: Double?) in value.flatMap { $0 > 0 ? $0 : nil } }
    instrument.beamEnergy =
      known(object.condition("High tension_kV"))
      ?? known(object.number("ExperimentalConditions.MicroscopeConditions.AcceleratingVoltage")).map { $0 / 1000 }
    instrument.microscope = object.text("ExperimentalDescription.Microscope")?
      .replacingOccurrences(of: "Microscope ", with: "")
    instrument.acquisitionMode = object.text("ExperimentalDescription.Mode").map { $0.contains("STEM") ? "STEM" : "TEM" }
    instrument.cameraLength = known(object.condition("Camera length_m")).map { $0 * 1000 }
    instrument.magnification = known(object.condition("Magnification_x"))
    instrument.stageX = object.condition("Stage X_um").map { $0 * 1e-3 }
    instrument.stageY = object.condition("Stage Y_um").map { $0 * 1e-3 }
    instrument.stageZ = object.condition("Stage Z_um").map { $0 * 1e-3 }
    instrument.tiltAlpha = object.condition("Stage A_deg")
    instrument.tiltBeta = object.condition("Stage B_deg")
    instrument.detector = object.text("AcquireInfo.CameraNamePath")
    if content == .spectrum {
      instrument.detector = object.text("Manufacturer")
      // What a single spectrum took is no dwell time.
      let time = known(object.number("AcquireInfo.IntegrationTime"))
      if isScanned || kind != "EDS_TEM" { instrument.dwellTime = time } else { instrument.realTime = time }
    } else if instrument.detector == nil {
      // The pixels of a scan have a dwell time, those of a camera an exposure.
      instrument.dwellTime = known(object.number("AcquireInfo.DwellTimePath"))
    }
    return instrument
  }
}

extension SeriesHeader {
  /// The header under the names of its description, with the tags of the first elements.
  var tree: MetadataTree {
    let tags = (0..<min(offsets.count, 4096)).compactMap { index in
      tag(index).map { tag in
        var entries: [String: MetadataTree] = ["Time": .integer(Int64(tag.time))]
        if let x = tag.x, let y = tag.y {
          entries["PositionX"] = .real(x)
          entries["PositionY"] = .real(y)
        }
        return MetadataTree.dictionary(entries)
      }
    }
    let list = dimensions.map { dimension in
      MetadataTree.dictionary([
        "DimensionSize": .integer(Int64(dimension.size)), "CalibrationOffset": .real(dimension.offset),
        "CalibrationDelta": .real(dimension.delta), "CalibrationElement": .integer(Int64(dimension.element)),
        "Description": .text(dimension.description), "Units": .text(dimension.units),
      ])
    }
    let calibrations = first.calibrations.map { calibration in
      MetadataTree.dictionary([
        "CalibrationOffset": .real(calibration.offset), "CalibrationDelta": .real(calibration.delta),
        "CalibrationElement": .integer(Int64(calibration.element)),
      ])
    }
    return [
      "SeriesVersion": .integer(Int64(version)), "DataTypeID": .integer(Int64(content.rawValue)),
      "TagTypeID": .integer(Int64(tagKind)), "TotalNumberElements": .integer(Int64(total)),
      "ValidNumberElements": .integer(Int64(offsets.count)), "OffsetArrayOffset": .integer(Int64(table)),
      "Dimensions": .list(list), "FirstElement": .list(calibrations), "Tags": .list(tags),
    ]
  }
}
