internal import Blocks
internal import HDF5
internal import Microscopy

/// One image of a DigitalMicrograph file: its extents, calibrations and tags, and where its values lie.
struct GatanImage: Sendable {
  let file: FileBytes
  let byteOrder: ByteOrder
  let group: GatanTagGroup
  /// Extents as the file lists them, fastest first.
  let sizes: [Int]
  let data: GatanArray
  let dataType: Int
  /// Where the values are in a file of version 5; nil for the earlier ones, whose values lie at `data`.
  let dataset: Dataset?

  struct Calibration: Sendable {
    var scale = 1.0
    var offset = 0.0
    var units = ""
  }

  init(
    _ group: GatanTagGroup, in file: FileBytes, byteOrder: ByteOrder, dataset: Dataset? = nil
  ) throws(FormatError) {
    self.dataset = dataset
    self.file = file
    self.byteOrder = byteOrder
    self.group = group
    func damaged(_ field: String, _ problem: String) -> FormatError {
      FormatError(
        file.format, file: file.path, offset: (group.group("ImageData") ?? group).offset,
        field: field.isEmpty ? "ImageData" : "ImageData.\(field)", problem,
        advice: "The image cannot be read without it: save it again from DigitalMicrograph.")
    }
    guard let imageData = group.group("ImageData") else { throw damaged("", "is missing") }
    guard let dimensions = imageData.group("Dimensions"), !dimensions.entries.isEmpty else {
      throw damaged("Dimensions", "is missing or empty")
    }
    guard dimensions.entries.count <= 8 else {
      throw damaged("Dimensions", "\(dimensions.entries.count) dimensions are more than 8")
    }
    var sizes: [Int] = []
    for entry in dimensions.entries {
      guard let size = entry.tag.value?.number.flatMap(Int.init(exactly:)), size > 0 else {
        throw damaged("Dimensions", "a dimension is not a positive number")
      }
      sizes.append(size)
    }
    self.sizes = sizes
    guard let data = imageData["Data"]?.array else { throw damaged("Data", "is missing") }
    self.data = data
    guard let dataType = imageData.integer("DataType") else { throw damaged("DataType", "is missing") }
    self.dataType = dataType
  }

  var title: String { group.text("Name") ?? "" }

  /// The tags of the acquisition; a stack that was put together from images keeps those of its source.
  var tags: GatanTagGroup {
    let tags = group.group("ImageTags") ?? GatanTagGroup(entries: [])
    return tags.group("source", "Tags at creation") ?? tags
  }

  /// The tags of the image itself.
  var imageTags: GatanTagGroup { group.group("ImageTags") ?? GatanTagGroup(entries: []) }

  /// Fastest dimension first, one per dimension.
  var calibrations: [Calibration] {
    let groups = group.group("ImageData", "Calibrations", "Dimension")?.groups ?? []
    return sizes.indices.map { index in
      guard index < groups.count else { return Calibration() }
      let scale = groups[index].number("Scale") ?? 1
      let origin = groups[index].number("Origin") ?? 0
      // A scale that no axis can have is as good as none.
      guard scale.isFinite, scale != 0, origin.isFinite else { return Calibration() }
      return Calibration(scale: scale, offset: -1 * origin * scale, units: groups[index].text("Units") ?? "")
    }
  }

  /// The unit and the calibration of the values.
  var brightness: GatanTagGroup? { group.group("ImageData", "Calibrations", "Brightness") }

  /// HyperSpy's word for the kind of signal.
  var signalType: String {
    switch imageTags.text("Meta Data", "Signal") {
    case "X-ray": isScanningMicroscope ? "EDS_SEM" : "EDS_TEM"
    case "CL": "CL"
    case "EELS": "EELS"
    default:
      if imageTags.group("Acquisition", "Monarc Spectrometer") != nil {
        "CL"
      } else if imageTags.group("spim", "eels") != nil {
        "EELS"
      } else {
        ""
      }
    }
  }

  /// What the instrument is: the illumination mode of a TEM may also say "STEM".
  var isScanningMicroscope: Bool { acquisitionMode == "SEM" }

  var acquisitionMode: String? {
    guard
      let mode = imageTags.text("Microscope Info", "Illumination Mode")
        ?? tags.text("Microscope Info", "Illumination Mode")
    else { return nil }
    return mode.contains("STEM") ? "STEM" : mode.contains("SEM") ? "SEM" : "TEM"
  }
}
