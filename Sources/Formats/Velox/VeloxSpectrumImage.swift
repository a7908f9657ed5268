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

  private static let maximalStreamCount = 64

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
  ///
  /// What is packed is unpacked once; 32 MB of the file are kept in memory, the rest in temporary files.
  func maps() throws(FormatError) -> [ImportedMap] {
    guard streams.count <= Self.maximalStreamCount else {
      throw FormatError(
        VeloxReader.name, file: file.path, field: "/Data/SpectrumStream",
        "has \(streams.count) streams of X-rays, more than detectors have segments",
        advice: "The file is damaged, or of a kind that is not known: save the data again from Velox.")
    }
    let room = UnpackingRoom(streams: streams.count)
    guard !streams.isEmpty else {
      let isWanted = options.dataset == nil || options.dataset?.contains("SpectrumImage") == true
      var maps: [ImportedMap] = []
      for object in isWanted ? file.objects("SpectrumImage") : [] {
        if let map = try packedMap(object, room) { maps.append(map) }
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
      maps.append(try map(set, height: size.height, width: size.width, room))
      if maps.count == 1 { maps[0].notes = notes + maps[0].notes }
    }
    return maps
  }

  /// The number of frames that the file states.
  var frameCountInSettings: Int? {
    settings["endFramePosition"]?.numeric.flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  private func map(
    _ set: [VeloxStream], height: Int, width: Int, _ room: UnpackingRoom
  ) throws(FormatError) -> ImportedMap {
    guard let first = set.first else { throw FormatError(VeloxReader.name, file: file.path, "has no stream", advice: "") }
    let channelCount = first.channelCount
    let indexed = try DatasetEvents.indexed(
      set.map(\.events), frameSize: height * width, channelCount: channelCount, room: room)
    var notes = notes(on: set, indexed)
    let frames = try frames(indexed, &notes)
    let type = set.map(\.type).max { $0.size < $1.size } ?? .uint16
    let array = try EventArray(
      indexed, height: height, width: width, channelCount: channelCount, frames: frames, keepsFrames: options.keepsFrames,
      type: type)
    if array.type != type {
      notes.append(
        "Counts are larger than \(type.rawValue) holds, which the file names; they are given as \(array.type.rawValue).")
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
    let (last, trees) = try detectors(set, after: frames.upperBound)
    let object = set.count == 1 ? first.object : file.objects("SpectrumImage").first ?? first.object
    var described = VeloxMetadata(file, object, first.metadata).map(axes, title: "EDS", signalType: "EDS_TEM")
    described.quantity = "X-rays (Counts)"
    described.sample.elements = file.elements("EDS")
    described.instrument.frames = frames.count
    described.instrument.set(last, of: VeloxDetector.all(first.metadata))
    if frames.lowerBound > 0 {
      var before = Instrument()
      before.set(try detectors(set, after: frames.lowerBound).detectors, of: [])
      for key in [\Instrument.liveTime, \Instrument.realTime] {
        guard let whole = described.instrument[keyPath: key], let earlier = before[keyPath: key] else { continue }
        described.instrument[keyPath: key] = whole > earlier ? whole - earlier : nil
      }
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

  /// What is said of the detectors after a number of frames: their times grow from frame to frame.
  private func detectors(
    _ set: [VeloxStream], after frames: Int
  ) throws(FormatError) -> (detectors: [VeloxDetector], trees: [MetadataTree]) {
    var trees: [MetadataTree] = []
    for stream in set {
      let column = max(0, min(frames, file.columnCount(stream.object)) - 1)
      trees.append(column == 0 ? stream.metadata : try file.metadata(stream.object, column: column))
    }
    return (trees.compactMap { VeloxDetector($0) }, trees)
  }
}

extension VeloxStream {
  /// Whether the channels of two streams mean the same energies, so that they may be summed.
  func agrees(with other: VeloxStream) -> Bool {
    let (own, theirs) = (VeloxDetector(metadata)?.energies, VeloxDetector(other.metadata)?.energies)
    return channelCount == other.channelCount && own?.scale == theirs?.scale && own?.offset == theirs?.offset
  }
}
