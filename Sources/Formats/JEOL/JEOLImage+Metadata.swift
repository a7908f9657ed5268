internal import Microscopy

extension JEOLImage {
  var metadata: MapMetadata {
    let instrument = tags.tag("Instrument")
    var metadata = MapMetadata(title: title, axes: axes, quantity: element == nil ? "Intensity" : "X-rays (Counts)")
    metadata.originalFile = fileName(of: file.path)
    metadata.acquired = tags.tag("Image", "Created")?.number.flatMap(JEOLText.date)
    metadata.notes = tags.tag("Image", "Memo")?.text.flatMap { $0.isEmpty ? nil : $0 }
    if let element { metadata.sample.elements = [element] }
    metadata.instrument = JEOLBeam(
      energy: instrument?.tag("AccV")?.number, current: instrument?.tag("Currnnt")?.number,
      magnification: instrument?.tag("Mag")?.number, workingDistance: instrument?.tag("WorkD")?.number,
      microscope: instrument?.tag("Name")?.text
    ).instrument(isScanned: true)
    if let map = tags.tag("Map") {
      metadata.instrument.dwellTime = map.tag("DwellTime")?.number.flatMap(JEOLBeam.positive).map { $0 / 1000 }
      metadata.instrument.frames = map.tag("SweepCount")?.integer.flatMap { $0 > 0 ? $0 : nil }
    }
    metadata.vendor = tags.tree
    // The values are the map itself.
    for name in ["Bits", "Bits16"] {
      if let array = tags.tag("Image", name)?.array { metadata.vendor.replace(["Image", name], by: array.descriptor) }
    }
    return metadata
  }

  private var axes: [Axis] {
    let scale = JEOLBeam.micrometres(
      scanSize: tags.tag("Instrument", "ScanSize")?.number, magnification: tags.tag("Instrument", "Mag")?.number)
    // Pixels are square; the longer side is that of the field of view.
    let longer = Double(max(height, width))
    return [("y", height), ("x", width)].map { name, size in
      Axis(name: name, size: size, scale: scale.map { $0 / longer } ?? 1, units: scale == nil ? "" : "µm", role: .signal)
    }
  }
}
