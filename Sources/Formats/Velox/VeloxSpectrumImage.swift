internal import Blocks
internal import HDF5
internal import Microscopy

/// The X-ray spectrum image of a file: one stream of events for each detector, or segment of a detector.
struct VeloxSpectrumImage {
  let file: VeloxFile
  let options: ImportOptions
  let streams: [VeloxStream]
  /// The JSON of the spectrum image itself, which says what became of the streams.
  let settings: MetadataTree
  let metadata: MetadataTree
  private var notes: [String] = []

  static let maximalPixelCount = 1 << 40

  init(in file: VeloxFile, _ options: ImportOptions) throws(FormatError) {
    self.file = file
    self.options = options
    var streams: [VeloxStream] = []
    for object in file.objects("SpectrumStream") {
      do throws(FormatError) {
        streams.append(try VeloxStream(object, in: file))
      } catch {
        notes.append("\(object.path) was left out: \(error.problem).")
      }
    }
    self.streams = streams
    if let object = file.objects("SpectrumImage").first {
      settings = file.json(object.group, "SpectrumImageSettings") ?? .empty
      metadata = file.spectrumImages.first ?? .empty
    } else {
      settings = .empty
      metadata = streams.first?.metadata ?? .empty
    }
  }

  /// The map of the sum of all detectors, or a map of each.
  func maps() throws(FormatError) -> [ImportedMap] {
    guard !streams.isEmpty else {
      let isWanted = options.dataset == nil || options.dataset?.contains("SpectrumImage") == true
      var maps: [ImportedMap] = []
      for object in isWanted ? file.objects("SpectrumImage") : [] {
        if let map = try packedMap(object) { maps.append(map) }
      }
      guard maps.isEmpty, !notes.isEmpty else {
        if !maps.isEmpty { maps[0].notes = notes + maps[0].notes }
        return maps
      }
      throw FormatError(
        VeloxReader.name, file: file.path, field: "/Data/SpectrumStream", notes.joined(separator: " "),
        advice: "The file is damaged, or of a kind that is not known: save the data again from Velox.")
    }
    var sets: [[VeloxStream]] = [streams]
    var notes = notes
    if options.separatesDetectors {
      sets = streams.sorted { ($0.detectorName, $0.object.name) < ($1.detectorName, $1.object.name) }.map { [$0] }
    } else if let first = streams.first, streams.contains(where: { !$0.agrees(with: first) }) {
      sets = streams.map { [$0] }
      notes.append("The detectors do not share their channels and energies, so they were not summed.")
    }
    let (size, doubts) = try size()
    notes += doubts
    var maps: [ImportedMap] = []
    for set in sets {
      maps.append(try map(set, height: size.height, width: size.width))
      if maps.count == 1 { maps[0].notes = notes + maps[0].notes }
    }
    return maps
  }

  /// Rows and columns of the map.
  ///
  /// The area that was scanned is what the file says; it is compared with the marks in the stream. Where they differ the
  /// sizes of the images that were taken with it and of the whole scan are tried.
  private func size() throws(FormatError) -> (size: (height: Int, width: Int), notes: [String]) {
    guard let first = streams.first else { return ((1, 1), []) }
    var candidates: [(height: Int, width: Int)] = []
    if let area = first.scanArea { candidates.append(area) }
    for object in file.objects("EelsSpectrumImage") {
      let info = file.json(object.group, "Info")
      if let height = info?["height"]?.numeric.flatMap({ Int(exactly: $0) }),
        let width = info?["width"]?.numeric.flatMap({ Int(exactly: $0) })
      {
        candidates.append((height, width))
      }
    }
    for object in file.objects("Image").reversed() {
      do throws(FormatError) {
        let shape = try file.reading { () throws(HDF5Error) in try object.group.dataset("Data").shape }
        if shape.count >= 2 { candidates.append((shape[0], shape[1])) }
      } catch {
        continue
      }
    }
    if let raster = first.raster { candidates.append(raster) }
    candidates.removeAll { size in
      let (pixels, overflow) = size.height.multipliedReportingOverflow(by: size.width)
      return size.height < 1 || size.width < 1 || overflow || pixels > Self.maximalPixelCount
    }
    guard let likeliest = candidates.first else {
      throw file.error(first.object, "the file does not say how many rows and columns were scanned")
    }
    let fits: (Int) -> Bool
    if let pixels = try first.pixelsInFirstFrame() {
      fits = { $0 == pixels }
    } else {
      // One frame, or a number of them; the last mark may be missing.
      let marks = try first.marks(in: 0..<first.events.count)
      let frames = frameCountInSettings ?? 1
      fits = { pixels in
        let (all, overflow) = pixels.multipliedReportingOverflow(by: max(1, frames))
        return !overflow && (marks == all || marks == all - 1)
      }
    }
    if let found = candidates.first(where: { fits($0.height * $0.width) }) { return (found, []) }
    // A scan that was broken off is shorter than its map, but something of it must be there.
    let pixels = try first.marks(in: 0..<first.events.count)
    guard likeliest.height * likeliest.width <= max(1 << 22, 64 * (pixels + 1)) else {
      throw file.error(
        first.object, "a map of \(likeliest.height) × \(likeliest.width) is stated and the stream has \(pixels) pixels")
    }
    return (
      likeliest,
      ["The marks in the streams do not fit \(likeliest.height) rows of \(likeliest.width) pixels, which the file states."]
    )
  }

  /// The number of frames that the file states.
  private var frameCountInSettings: Int? {
    settings["endFramePosition"]?.numeric.flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  private func map(_ set: [VeloxStream], height: Int, width: Int) throws(FormatError) -> ImportedMap {
    guard let first = set.first else { throw FormatError(VeloxReader.name, file: file.path, "has no stream", advice: "") }
    let channelCount = first.channelCount
    let indexed = try DatasetEvents.indexed(set.map(\.events), frameSize: height * width, channelCount: channelCount)
    var notes = notes(on: set, indexed)
    let frames = try frames(indexed, &notes)
    let type = set.map(\.type).max { $0.size < $1.size } ?? .uint16
    let array = try EventArray(
      indexed, height: height, width: width, channelCount: channelCount, frames: frames, keepsFrames: options.keepsFrames,
      type: type)
    if array.type != type {
      notes.append("Counts are larger than \(type.rawValue) holds, which the file names; they are given as \(array.type.rawValue).")
    }
    let area = VeloxFile.Area(first.metadata) ?? file.spectrumImageArea ?? VeloxFile.Area()
    var axes = area.axes(height: height, width: width, role: .navigation)
    if options.keepsFrames {
      let time = first.metadata[path: "Scan.FrameTime"]?.numeric
      axes.insert(
        VeloxFile.timeAxis(frames.count, step: time, first: frames.lowerBound, extent: Double(frames.count) / 2), at: 0)
    }
    axes.append(
      VeloxSpectrum.energyAxis(channelCount, name: "X-ray energy", VeloxDetector(first.metadata), first.metadata))
    let described = try describe(set, axes, frames)
    let isAlone = set.count == 1 && streams.count > 1
    let name = isAlone && !first.detectorName.isEmpty ? "EDS \(first.detectorName)" : "EDS"
    return ImportedMap(suggestedName: name, metadata: described, type: array.type, array: array, notes: notes)
  }

  /// The map of a pruned file, from what Velox packed of the streams; nil where there is none.
  private func packedMap(_ object: VeloxFile.Object) throws(FormatError) -> ImportedMap? {
    guard let cube = try VeloxPackedCube(object, in: file) else { return nil }
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

  private func notes(on set: [VeloxStream], _ indexed: [EventArray.Stream]) -> [String] {
    var notes: [String] = []
    for (stream, part) in zip(set, indexed) {
      let index = part.index
      let name = stream.detectorName.isEmpty ? stream.object.path : stream.detectorName
      if index.strayCount > 0 {
        notes.append("\(name): \(index.strayCount) events beyond the \(stream.channelCount) channels were left out.")
      }
      if index.isLastFrameIncomplete {
        let pixels = index.pixelCount % index.frameSize
        notes.append("\(name): the last frame ends after \(pixels) of \(index.frameSize) pixels.")
      }
      let stated = stream.frameStarts
      // The table may go on behind the last frame.
      let isRight = stated.enumerated().allSatisfy { frame, start in
        let place = frame * index.placesPerFrame
        return index.places.indices.contains(place) ? index.places[place] == start : start >= index.count
      }
      if !isRight { notes.append("\(name): the table of frames does not fit the stream; frames were found by its marks.") }
    }
    return notes
  }

  /// The frames that are read: those asked for, else those that the file says were used.
  private func frames(_ indexed: [EventArray.Stream], _ notes: inout [String]) throws(FormatError) -> Range<Int> {
    let count = indexed.map(\.index.frameCount).max() ?? 0
    if let wanted = options.frames {
      guard wanted.lowerBound >= 0, !wanted.isEmpty, wanted.upperBound <= count else {
        throw FormatError(
          VeloxReader.name, file: file.path, field: "/Data/SpectrumStream",
          "has \(count) frames, not all of \(wanted.lowerBound) to \(wanted.upperBound - 1)",
          advice: "Choose frames between 0 and \(max(0, count - 1)).")
      }
      return wanted
    }
    guard let stated = frameCountInSettings, stated < count else { return 0..<count }
    notes.append("The streams have \(count) frames, of which Velox used \(stated); name frames to read others.")
    return 0..<stated
  }

  private func describe(_ set: [VeloxStream], _ axes: [Axis], _ frames: Range<Int>) throws(FormatError) -> MapMetadata {
    let first = set[0]
    // Times grow from frame to frame: those of the last one read count.
    var last: [VeloxDetector] = []
    var trees: [MetadataTree] = []
    for stream in set {
      let columns = file.columnCount(stream.object)
      let column = max(0, min(frames.upperBound, columns) - 1)
      let tree = column == 0 ? stream.metadata : try file.metadata(stream.object, column: column)
      trees.append(tree)
      if let detector = VeloxDetector(tree) { last.append(detector) }
    }
    let object = set.count == 1 ? first.object : file.objects("SpectrumImage").first ?? first.object
    var described = VeloxMetadata(file, object, first.metadata).map(axes, title: "EDS", signalType: "EDS_TEM")
    described.quantity = "X-rays (Counts)"
    described.sample.elements = file.elements("EDS")
    described.instrument.frames = frames.count
    described.instrument.set(last, of: VeloxDetector.all(first.metadata))
    for key in [\Instrument.liveTime, \Instrument.realTime] where frames.lowerBound > 0 {
      described.instrument[keyPath: key] = nil
    }
    for (index, stream) in set.enumerated() {
      let place = ["SpectrumStream", stream.object.name]
      described.vendor.replace(place + ["AcquisitionSettings"], by: stream.settings)
      if let detector = stream.metadata["BinaryResult"] { described.vendor.replace(place + ["BinaryResult"], by: detector) }
      if trees[index] != stream.metadata { described.vendor.replace(place + ["LastFrame"], by: trees[index]) }
    }
    described.vendor.replace(["SpectrumImageSettings"], by: settings)
    if !metadata.isEmpty, set.count > 1 { described.vendor.replace(["SpectrumImage"], by: metadata) }
    return described
  }
}

extension VeloxStream {
  /// Whether the channels of two streams mean the same energies, so that they may be summed.
  func agrees(with other: VeloxStream) -> Bool {
    let (own, theirs) = (VeloxDetector(metadata)?.energies, VeloxDetector(other.metadata)?.energies)
    return channelCount == other.channelCount && own?.scale == theirs?.scale && own?.offset == theirs?.offset
  }
}
