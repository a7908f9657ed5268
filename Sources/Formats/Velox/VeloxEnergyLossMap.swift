internal import Blocks
internal import HDF5
internal import Microscopy

/// A spectrum image of one range of energy losses; detectors that are quick enough record several in turn at each position.
struct VeloxEnergyLossMap {
  let object: VeloxFile.Object
  let file: VeloxFile
  let metadata: MetadataTree
  /// What the spectrometer was set to: offset and dispersion in eV, exposure in s.
  let acquisition: MetadataTree

  init(_ object: VeloxFile.Object, in file: VeloxFile) throws(FormatError) {
    self.object = object
    self.file = file
    metadata = try file.metadata(object)
    acquisition = try file.metadata(object, "AcquisitionMetadata")
  }

  func map() throws(FormatError) -> ImportedMap {
    let (stored, element) = try file.array(object, ranks: 1...3)
    let dataset = try file.data(object)
    let shape = stored.shape
    // On disk the rows of the scan are the last dimension.
    let array =
      shape.count == 3
      ? try file.reading { () throws(HDF5Error) -> any ArraySource in try HDF5Array(dataset, element, order: [2, 0, 1]) }
      : stored
    let area = VeloxFile.Area(metadata) ?? file.area(like: metadata) ?? file.spectrumImageArea ?? VeloxFile.Area()
    let channels = array.shape.last ?? 0
    // The unit follows from half a pixel, as in RosettaSciIO.
    let positions = area.axes(
      height: shape.count == 3 ? shape[2] : 1, width: shape[0], role: .navigation, extent: 1)
    var axes = shape.count == 3 ? positions : shape.count == 2 ? [positions[1]] : []
    axes.append(
      Axis(
        name: "Energy-loss", size: channels, scale: setting("dispersion") ?? 1, offset: setting("offset") ?? 0,
        units: setting("dispersion") == nil ? "" : "eV", role: .signal))
    var described = VeloxMetadata(file, object, metadata).map(axes, title: "EELS", signalType: "EELS")
    described.quantity = "Electrons (Counts)"
    described.sample.elements = file.elements("EELS")
    if described.acquired == nil { described.acquired = file.spectrumImageStart }
    described.instrument.collectionAngle = metadata["CustomProperties"]?["EnergyFilter.CollectionAngleRange.End"]?["value"]?
      .numeric.flatMap { $0 > 0 ? $0 * 1000 : nil }
    let place = ["Acquisition_instrument", "TEM", "Detector", "EELS"]
    if let exposure = setting("exposureTime") { described.hyperspy.replace(place + ["exposure"], by: .real(exposure)) }
    if let frames = setting("detectorFramesAveraged") {
      described.hyperspy.replace(place + ["frame_number"], by: .integer(Int64(clamping: Int(exactly: frames) ?? 1)))
    }
    if let name = described.instrument.detector { described.hyperspy.replace(place + ["spectrometer"], by: .text(name)) }
    described.vendor.replace(["AcquisitionMetadata"], by: acquisition)
    if let info = file.json(object.group, "Info") { described.vendor.replace(["EelsSpectrumImageInfo"], by: info) }
    var notes: [String] = []
    if let scale = setting("intensityScale"), let offset = setting("intensityOffset") {
      notes.append("Values are as the detector counted them; by the file, electrons are \(scale) times the value plus \(offset).")
    }
    return ImportedMap(
      suggestedName: suggestedName(axes), metadata: described, type: element.type, array: array, notes: notes)
  }

  private func setting(_ key: String) -> Double? {
    acquisition["Data"]?[key]?.numeric.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The range with the beam that lost nothing is the low loss; others are told apart by where they begin.
  private func suggestedName(_ axes: [Axis]) -> String {
    guard let energies = axes.last, energies.units == "eV", energies.size > 0 else { return "EELS" }
    let last = energies.value(at: energies.size - 1)
    if energies.offset <= 0, last >= 0 { return "EELS low loss" }
    return "EELS \(Int(exactly: energies.offset.rounded()) ?? 0) eV"
  }
}

extension VeloxFile {
  /// The calibration of the first spectrum image.
  var spectrumImageArea: Area? { spectrumImages.lazy.compactMap { Area($0) }.first }

  /// When its acquisition began.
  var spectrumImageStart: String? { spectrumImages.lazy.compactMap { VeloxMetadata.acquired($0) }.first }
}
