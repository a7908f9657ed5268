internal import Blocks
internal import Microscopy

extension JEOLPoints {
  /// Frames that are read, and what is to be said about the others.
  struct Choice {
    var frames: [Int]
    var notes: [String] = []
  }

  /// The spectrum image, the image of the beam where there is one, and the sum spectrum as the program showed it.
  func maps(_ options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let scan = try scan()
    let choice = try choose(scan, options)
    var notes = notes + choice.notes
    if scan.index.strangeWords > 0 {
      notes.append("\(scan.index.strangeWords) words of the event stream are of unknown kinds and were left out.")
    }
    var shifts = [JEOLScan.Shift](repeating: .init(), count: choice.frames.count)
    let hasImages = scan.index.frames.contains { $0.images > 0 }
    if options.correctsDrift, choice.frames.count > 1 {
      if hasImages {
        shifts = try JEOLDrift(scan).shifts(choice.frames)
      } else {
        notes.append("The drift was not corrected: the file holds no images of its frames.")
      }
    }
    var counts = JEOLScanArray(
      scan: scan, content: .counts, frames: choice.frames, shifts: shifts, keepsFrames: options.keepsFrames, type: .uint8)
    if shifts.contains(where: { $0 != .init() }) { notes.append(try note(onDrift: counts)) }
    counts.type = try counts.typeOfCounts()
    if let note = calibrationNote { notes.append(note) }
    let times = Times(scan.index, choice.frames)
    var maps = [
      ImportedMap(
        suggestedName: "EDS", metadata: metadata(of: counts, times, shifts), type: counts.type, array: counts,
        notes: notes, files: [file.path])
    ]
    if hasImages {
      let images = images(of: counts)
      maps.append(
        ImportedMap(
          suggestedName: "Image", metadata: metadata(of: images, times, shifts), type: images.type, array: images,
          notes: self.notes + choice.notes, files: [file.path]))
    }
    if let spectrum = try sumSpectrumMap(times) { maps.append(spectrum) }
    return maps
  }

  /// What went by while some frames were taken.
  struct Times {
    /// s
    var real: Double
    /// s
    var live: Double
    /// Whether these are all frames of the file.
    var isWhole: Bool

    init(_ index: JEOLEventIndex, _ frames: [Int]) {
      real = Double(frames.reduce(0) { $0 + index.frames[$1].realTicks }) * JEOLEventIndex.tick
      live = Double(frames.reduce(0) { $0 + index.frames[$1].liveTicks }) * JEOLEventIndex.tick
      isWhole = frames.count == index.frames.count
    }
  }

  private func choose(_ scan: JEOLScan, _ options: ImportOptions) throws(FormatError) -> Choice {
    let all = scan.index.frames.indices
    let complete = completeFrames(scan)
    let wanted = options.frames ?? 0..<max(1, all.count)
    let inFile = wanted.clamped(to: all)
    guard options.frames == nil || !inFile.isEmpty else {
      throw FormatError(
        file.format, file: file.path, offset: stream.offset, field: "frames",
        "frames \(wanted.lowerBound) to \(wanted.upperBound - 1) are asked for and the file has \(all.count)",
        advice: "Frames are counted from 0.")
    }
    var choice = Choice(frames: complete.filter { inFile.contains($0) })
    let broken = inFile.filter { !choice.frames.contains($0) }
    if options.frames != nil, inFile.upperBound < wanted.upperBound {
      choice.notes.append("The file has \(all.count) frames; those asked for beyond the last do not exist.")
    }
    guard !broken.isEmpty else { return choice }
    let names = broken.prefix(8).map(String.init).joined(separator: ", ") + (broken.count > 8 ? ", …" : "")
    let what = broken.count == 1 ? "Frame \(names) is incomplete" : "Frames \(names) are incomplete"
    if choice.frames.isEmpty, options.frames != nil || options.keepsFrames {
      choice.frames = Array(broken)
      choice.notes.append("\(what); what there is of them was read, since there are no others.")
    } else {
      choice.notes.append(
        "\(what), as when an acquisition is stopped, and \(broken.count == 1 ? "was" : "were") left out"
          + (choice.frames.isEmpty ? ": no frame is left, and all counts are zero. Ask for the frame to read it." : "."))
    }
    return choice
  }

  /// The images of the same frames: each value is a 12-bit number, or the sum of several.
  private func images(of counts: JEOLScanArray) -> JEOLScanArray {
    let scan = counts.scan
    let greatest = counts.frames.map { scan.index.frames[$0].mostImages * 0xFFF }
    let bound = counts.keepsFrames ? greatest.max() ?? 0 : greatest.reduce(0, +)
    return JEOLScanArray(
      scan: scan, content: .images, frames: counts.frames, shifts: counts.shifts, keepsFrames: counts.keepsFrames,
      type: bound <= Int(UInt16.max) ? .uint16 : .uint32)
  }

  private func note(onDrift counts: JEOLScanArray) throws(FormatError) -> String {
    let greatest = counts.shifts.reduce(0) { max($0, abs($1.y), abs($1.x)) }
    let all = counts.frames.reduce(0) { $0 + counts.scan.index.frames[$1].xRays }
    let kept = try counts.totalCount()
    return "Frames were shifted onto each other by their images, by up to \(greatest) pixels; "
      + "\(all - kept) of \(all) X-rays fell out of the map by it."
  }

  /// Where the program itself places low energies elsewhere than the axis does.
  private var calibrationNote: String? {
    guard let terms = template?.tag("ExCoef")?.numbers, terms.count == 4, terms.allSatisfy(\.isFinite), terms[3] > 0,
      terms[3] < 2
    else { return nil }
    return "The axis is linear; the vendor's programs take an energy e below \(terms[3]) keV for "
      + "\(terms[0])·e² + \(terms[1])·e + \(terms[2]) keV."
  }

  private func sumSpectrumMap(_ times: Times) throws(FormatError) -> ImportedMap? {
    guard let array = sumSpectrum?.array, array.count > 0, array.type == .int32 else { return nil }
    if let values = sumSpectrum?.numbers, values.allSatisfy({ $0 == 0 }) { return nil }
    let counts = try StridedFile(file, offset: array.offset, shape: [array.count], type: array.type, byteOrder: .little)
    return ImportedMap(
      suggestedName: "EDS sum spectrum", metadata: sumSpectrumMetadata(array.count), type: array.type, array: counts,
      notes: ["The spectrum of the whole scan as the vendor's program showed it, without the noise peak."],
      files: [file.path])
  }
}
