internal import Blocks
internal import Microscopy

/// TIFF images, classic and BigTIFF, with what microscopes and image programs write into them.
///
/// Pages of one form are a stack; other forms are maps of their own. Pages that are another one made smaller are left out.
/// Values are those of the file: colours keep their samples along a last axis, palettes are kept as their indices.
public enum TIFFReader: FormatReader {
  public static let name = "TIFF"
  public static let extensions = ["tif", "tiff", "btf", "tf8"]
  public static let summary =
    "Images and stacks with the calibration and settings of FEI, Zeiss, TESCAN, Hitachi, JEOL, Gatan, TVIPS, Olympus, ImageJ, OME."
  public static let options: Set<ReadingOption> = []

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool { TIFFFile.recognises(firstBytes) }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let file = try TIFFFile(path)
    var pages: [TIFFPage] = []
    var failure: FormatError?
    var notes: [String] = []
    let lost = Set(file.directories.flatMap(\.lost)).sorted()
    if !lost.isEmpty {
      notes.append(
        "The values of the tags \(lost.prefix(8).map(String.init).joined(separator: ", ")) are not in the file, which may be cut short."
      )
    }
    var segments = 0
    for directory in file.directories {
      // Each has at least two bytes of its own in a table.
      segments += (directory.entry(273) ?? directory.entry(324))?.count ?? 0
      guard segments <= file.file.size else {
        throw FormatError(
          name, file: path, offset: directory.start, field: "StripOffsets", "the tables of the pages overlap each other",
          advice: "The file is damaged: copy it again from its source.")
      }
      do throws(FormatError) {
        let page = try TIFFPage(directory)
        try check(page, options, path)
        pages.append(page)
      } catch {
        // A damaged page does not take the others with it.
        failure = failure ?? error
      }
    }
    if let failure {
      guard !pages.isEmpty, pages.count * 2 > file.directories.count else { throw failure }
      notes.append("\(file.directories.count - pages.count) pages were left out: \(failure.problem).")
    }
    let full = pages.filter { !$0.isReduced }
    let kept = full.isEmpty ? pages : full
    if kept.count < pages.count {
      notes.append("\(pages.count - kept.count) pages that are others made smaller were left out.")
    }
    var forms: [TIFFPage.Form] = []
    var groups: [TIFFPage.Form: [TIFFPage]] = [:]
    for page in kept {
      if groups[page.form] == nil { forms.append(page.form) }
      groups[page.form, default: []].append(page)
    }
    guard forms.count <= 4096 else {
      throw FormatError(
        name, file: path, offset: file.directories[0].start,
        "\(forms.count) images of different forms are more than any file has",
        advice: "The file is damaged: copy it again from its source.")
    }
    let description = try TIFFDescription(file.directories[0], kept[0], path: path)
    var maps: [ImportedMap] = []
    for (index, form) in forms.enumerated() {
      guard let group = groups[form] else { continue }
      maps.append(
        try map(group, of: file, description, isFirst: index == 0, suffix: forms.count > 1 ? "-\(index + 1)" : "", notes, path))
    }
    return maps
  }

  /// Segments are unpacked whole.
  private static func check(_ page: TIFFPage, _ options: ImportOptions, _ path: String) throws(FormatError) {
    guard page.compression != .plain else { return }
    let size = page.rowBytes * page.segmentHeight
    guard size > options.memoryLimit, let packed = page.byteCounts.max(), size / 64 > packed else { return }
    throw FormatError(
      name, file: path, offset: page.place, field: "StripByteCounts",
      "a part of the image has \(size) bytes in \(packed) compressed ones, which may not be unpacked at once",
      advice: "Save the image again in strips or tiles, or without compression.")
  }

  private static func map(
    _ pages: [TIFFPage], of file: TIFFFile, _ description: TIFFDescription, isFirst: Bool, suffix: String, _ common: [String],
    _ path: String
  ) throws(FormatError) -> ImportedMap {
    let page = pages[0]
    let form = page.form
    var notes = common + description.notes
    var arrangement = TIFFArrangement.stack(pages.count, description.z)
    if isFirst {
      if let ome = description.vendor["OME"], let pixels = TIFFDescription.omePixels(["OME": ome]) {
        arrangement = TIFFArrangement(ome: pixels, pages: pages.count, samples: form.samples) ?? arrangement
      } else if case .dictionary? = description.vendor["ImageJ"], let text = try file.directories[0].text(270) {
        let values = TIFFDescription.lines(text)
        arrangement = TIFFArrangement(imageJ: values, pages: pages.count, z: description.z) ?? arrangement
      }
    }
    var array: any ArraySource = TIFFArray(file.file, pages)
    if arrangement.isPacked {
      if let packed = try packed(page, arrangement.count, file, &notes) {
        array = packed
      } else {
        arrangement = .stack(pages.count, description.z)
      }
    }
    let grid = arrangement.axes.map(\.size)
    if grid.count != 1 || arrangement.order != nil { array = FrameGrid(array, grid, order: arrangement.order) }
    var axes = arrangement.axes + pixelAxes(form, description)
    if form.samples > 1 {
      let isColour = form.photometric == 2 && (3...4).contains(form.samples)
      axes.append(Axis(name: isColour ? form.samples == 3 ? "rgb" : "rgba" : "sample", size: form.samples, role: .signal))
    }
    switch form.photometric {
    case 0: notes.append("The file shows low values bright; the values are as they are in the file.")
    case 3: notes.append("The values are indices into the palette of colours that the tag ColorMap holds.")
    default: break
    }
    var metadata = MapMetadata(title: description.title, axes: axes, quantity: description.quantity)
    metadata.originalFile = fileName(of: path)
    metadata.acquired = description.acquired
    metadata.authors = description.authors
    metadata.notes = description.comment
    metadata.instrument = description.instrument
    metadata.hyperspy = description.hyperspy
    metadata.vendor = .dictionary(description.vendor)
    return ImportedMap(
      suggestedName: fileStem(of: path) + suffix, metadata: metadata, type: form.type, array: array, notes: notes,
      files: description.files.isEmpty ? [] : [path] + description.files)
  }

  /// ImageJ keeps stacks of more than 4 GB, and others keep any, behind the pixels of a single page.
  private static func packed(
    _ page: TIFFPage, _ count: Int, _ file: TIFFFile, _ notes: inout [String]
  ) throws(FormatError) -> StridedFile? {
    let form = page.form
    guard page.compression == .plain, page.predictor == 1, page.isAligned, !page.isTiled, !page.isPlanar else { return nil }
    let shape = [count, form.height, form.width] + (form.samples > 1 ? [form.samples] : [])
    do throws(FormatError) {
      return try StridedFile(file.file, offset: page.offsets[0], shape: shape, type: form.type, byteOrder: file.byteOrder)
    } catch {
      notes.append("The description speaks of \(count) images, and there is one.")
      return nil
    }
  }

  private static func pixelAxes(_ form: TIFFPage.Form, _ description: TIFFDescription) -> [Axis] {
    if let axes = description.axes, axes.y.size == form.height, axes.x.size == form.width { return [axes.y, axes.x] }
    return [("y", form.height, description.y), ("x", form.width, description.x)].map { name, size, step in
      Axis(name: name, size: size, scale: step?.scale ?? 1, offset: step?.offset ?? 0, units: step?.units ?? "", role: .signal)
    }
  }
}
