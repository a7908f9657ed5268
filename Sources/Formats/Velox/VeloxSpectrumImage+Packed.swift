internal import Microscopy

extension VeloxSpectrumImage {
  /// The map of a pruned file, from what Velox packed of the streams; nil where there is none.
  func packedMap(_ object: VeloxFile.Object, _ room: UnpackingRoom) throws(FormatError) -> ImportedMap? {
    guard let cube = try VeloxPackedCube(object, in: file, room) else { return nil }
    let metadata = try file.metadata(object)
    let area = VeloxFile.Area(metadata) ?? VeloxFile.Area()
    var axes = area.axes(height: cube.height, width: cube.width, role: .navigation)
    let segments = VeloxDetector.segments(of: metadata[path: "BinaryResult.Detector"]?.text ?? "", in: metadata)
    axes.append(VeloxSpectrum.energyAxis(cube.channelCount, name: "X-ray energy", segments.first, metadata))
    var described = VeloxMetadata(file, object, metadata).map(axes, title: "EDS", signalType: "EDS_TEM")
    described.quantity = "X-rays (Counts)"
    described.sample.elements = file.elements("EDS")
    described.instrument.frames = frameCountInSettings
    described.instrument.set(segments, of: VeloxDetector.all(metadata))
    described.vendor.replace(["SpectrumImageSettings"], by: settings)
    if let setup = file.json(object.group, "AcquisitionSettings") {
      described.vendor.replace(["AcquisitionSettings"], by: setup)
    }
    var notes = ["The file was pruned; the counts are the sum of frames and detectors that Velox had made of its streams."]
    if options.frames != nil || options.keepsFrames || options.separatesDetectors {
      notes.append("Frames and detectors cannot be told apart in it.")
    }
    return ImportedMap(suggestedName: "EDS", metadata: described, type: .uint16, array: cube, notes: notes)
  }
}
