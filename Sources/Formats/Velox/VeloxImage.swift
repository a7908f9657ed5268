internal import Blocks
internal import HDF5
internal import Microscopy

/// An image or a stack of images; also half of a Fourier transform, and the vectors of differential phase contrast.
struct VeloxImage {
  let object: VeloxFile.Object
  let file: VeloxFile
  let metadata: MetadataTree

  init(_ object: VeloxFile.Object, in file: VeloxFile) throws(FormatError) {
    self.object = object
    self.file = file
    metadata = try file.metadata(object)
  }

  func map(_ options: ImportOptions) throws(FormatError) -> ImportedMap {
    let (stored, element) = try file.array(object, ranks: 2...3)
    var notes: [String] = []
    var array = stored
    var axes: [Axis] = []
    let (height, width) = (stored.shape[0], stored.shape[1])
    if stored.shape.count == 3 {
      let dataset = try file.data(object)
      let count = stored.shape[2]
      let frames = try frames(count, options)
      // Images that were taken with a spectrum image are its company, not series.
      let isStack = frames.count > 1 && (!file.isSpectrumImage || options.keepsFrames)
      if !isStack, frames.count > 1 {
        notes.append("The first of \(frames.count) frames is given; keep the frames to have all.")
      }
      let kept = isStack ? frames : frames.lowerBound..<frames.lowerBound + 1
      let turned = try file.reading { () throws(HDF5Error) in try HDF5Array(dataset, element, order: [2, 0, 1]) }
      array = ArraySection(turned, [kept, 0..<height, 0..<width], dropping: isStack ? [] : [0])
      if isStack {
        axes.append(
          VeloxFile.timeAxis(kept.count, step: frameTime, first: kept.lowerBound, extent: Double(kept.count)))
      }
    }
    var area = VeloxFile.Area(metadata)
    if area == nil, let borrowed = file.area(like: metadata) {
      area = borrowed
      notes.append("The size of its pixels is that of the spectrum image, which was taken over the same area.")
    }
    axes += (area ?? VeloxFile.Area()).axes(height: height, width: width, role: .signal)
    let title = file.title(ofImage: object, metadata)
    var described = VeloxMetadata(file, object, metadata).map(axes, title: title, signalType: "")
    described.quantity = element.type.isComplex ? "" : "Intensity"
    if stored.shape.count == 3, stored.shape[2] > 1 { described.instrument.frames = stored.shape[2] }
    if let exposure = VeloxDetector(metadata)?.number("ExposureTime"), described.instrument.acquisitionMode == "TEM" {
      described.hyperspy.replace(["Acquisition_instrument", "TEM", "Camera", "exposure"], by: .real(exposure))
    }
    return ImportedMap(
      suggestedName: file.suggestedName(ofImage: object, title: title), metadata: described, type: element.type, array: array,
      notes: notes)
  }

  private func frames(_ count: Int, _ options: ImportOptions) throws(FormatError) -> Range<Int> {
    guard let wanted = options.frames else { return 0..<count }
    let frames = wanted.clamped(to: 0..<count)
    // Maps of elements have one frame, whatever was chosen of the spectrum image.
    if count == 1 { return 0..<1 }
    guard !frames.isEmpty else {
      throw file.error(
        object, "has \(count) frames, of which none is among \(wanted.lowerBound) to \(wanted.upperBound - 1)",
        advice: "Choose frames between 0 and \(count - 1).")
    }
    return frames
  }

  /// s; cameras have an exposure instead.
  private var frameTime: Double? {
    metadata[path: "Scan.FrameTime"]?.numeric ?? VeloxDetector(metadata)?.number("ExposureTime")
  }
}

extension VeloxFile {
  /// The calibration of the spectrum image, for an image without one that was recorded over the same part of the scan.
  func area(like metadata: MetadataTree) -> Area? {
    guard let scan = metadata[path: "Scan.ScanArea"] else { return nil }
    for own in spectrumImages where own[path: "Scan.ScanArea"] == scan {
      if own[path: "Scan.ScanSize"] == metadata[path: "Scan.ScanSize"], let area = Area(own) { return area }
    }
    return nil
  }
}
