internal import HDF5
internal import Microscopy

/// A map's metadata in its NeXus places; the schema of a map lists them.
///
/// Every value is written once here, and this place binds; the HyperSpy view repeats some for HyperSpy's sake.
extension Group {
  func put(_ metadata: MapMetadata) throws {
    try putText("title", metadata.title)
    try putText("start_time", metadata.acquired)
    try putText("experiment_description", metadata.notes)
    if let authors = metadata.authors { try requireGroup("user", nexusClass: "NXuser").putText("name", authors) }
    try attributes.set("signal_type", to: metadata.signalType)
    try attributes.set("quantity", to: metadata.quantity)
    if let file = metadata.originalFile { try attributes.set("original_file", to: file) }
    for (path, nexusClass) in InstrumentField.groups { _ = try requireGroup(path, nexusClass: nexusClass) }
    let sample = try group("sample")
    try sample.putText("name", metadata.sample.name)
    try sample.putText("description", metadata.sample.description)
    try sample.putTexts("elements", metadata.sample.elements)
    try sample.putNumber("thickness", metadata.sample.thickness, units: "nm")
    try sample.putNumber("density", metadata.sample.density, units: "g/cm^3")
    let instrument = try group("instrument")
    try instrument.putText("name", metadata.instrument.microscope)
    try instrument.putText("acquisition_mode", metadata.instrument.acquisitionMode)
    try instrument.group("source").putText("probe", "electron")
    try instrument.group("detector").putText("description", metadata.instrument.detector)
    try instrument.group("detector").putText("type", metadata.instrument.detectorType)
    try instrument.group("detector").putInteger("frames", metadata.instrument.frames)
    for field in InstrumentField.all {
      try group(field.group).putNumber(field.name, field.get(metadata), units: field.units)
    }
    if !metadata.hyperspy.isEmpty { try createGroup(FileLayout.hyperspy).put(metadata.hyperspy) }
    let vendor = try createGroup(FileLayout.vendor)
    try vendor.put(metadata.vendor)
  }

  func metadata(axes: [Axis]) throws -> MapMetadata {
    var metadata = MapMetadata(axes: axes)
    metadata.title = try textIfPresent("title") ?? ""
    metadata.acquired = try textIfPresent("start_time")
    metadata.notes = try textIfPresent("experiment_description")
    metadata.authors = try textIfPresent("user/name")
    metadata.signalType = try attributes.readIfPresent("signal_type") ?? ""
    metadata.quantity = try attributes.readIfPresent("quantity") ?? ""
    metadata.originalFile = try attributes.readIfPresent("original_file")
    metadata.sample.name = try textIfPresent("sample/name")
    metadata.sample.description = try textIfPresent("sample/description")
    metadata.sample.elements = try textsIfPresent("sample/elements") ?? []
    metadata.sample.thickness = try numberIfPresent("sample/thickness")
    metadata.sample.density = try numberIfPresent("sample/density")
    metadata.instrument.microscope = try textIfPresent("instrument/name")
    metadata.instrument.acquisitionMode = try textIfPresent("instrument/acquisition_mode")
    metadata.instrument.detector = try textIfPresent("instrument/detector/description")
    metadata.instrument.detectorType = try textIfPresent("instrument/detector/type")
    metadata.instrument.frames = try integerIfPresent("instrument/detector/frames")
    for field in InstrumentField.all { field.set(&metadata, try numberIfPresent("\(field.group)/\(field.name)")) }
    if try exists(FileLayout.hyperspy) { metadata.hyperspy = try group(FileLayout.hyperspy).tree() }
    if try exists(FileLayout.vendor) { metadata.vendor = try group(FileLayout.vendor).tree() }
    return metadata
  }
}

extension MapMetadata {
  /// The name of the dataset of values.
  var signalName: String { quantity.lowercased().contains("counts") ? "counts" : "intensity" }
  /// How a viewer shows the values first.
  var interpretation: String { signalAxes.count == 2 ? "image" : "spectrum" }
}
