internal import Blocks
internal import Microscopy

/// An image (.img), or a map of an element or a detector (.map).
///
/// After 36 bytes of signature come three numbers: where a preview's tags begin, their length, and where the tags of the
/// image itself begin; 12 bytes lie before either.
struct JEOLImage: Sendable {
  static let signature: [UInt8] = [52, 0, 0, 0] + Array("JED-".utf8)

  let file: FileBytes
  let tags: JEOLTag
  let width: Int
  let height: Int

  init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    var header = ByteReader(try file.read(upTo: 64), format: file.format, file: file.path)
    guard try Array(header.take(Self.signature.count)) == Self.signature else {
      throw FormatError(
        file.format, file: file.path, offset: 0, "the file does not begin as an image of Analysis Station does",
        advice: "Maps of other programs of JEOL cannot be read; export them from there as TIFF or text.")
    }
    try header.seek(to: 44)
    let start = Int(try header.integer(UInt32.self, nil, "place of the tags"))
    tags = try JEOLTagReader.read(file, at: start + 12, before: file.size)
    guard let size = tags.tag("Image", "Size")?.numbers?.compactMap(Int.init(exactly:)), size.count == 2,
      size.allSatisfy({ $0 > 0 && $0 <= 1 << 20 })
    else {
      throw FormatError(
        file.format, file: file.path, offset: tags.tag("Image")?.offset ?? start, field: "Image.Size",
        "is missing or not possible", advice: "The file is damaged: copy it again from its source.")
    }
    width = size[0]
    height = size[1]
  }

  var title: String { tags.tag("Image", "Title")?.text ?? "" }

  /// The group of files that belong to one acquisition.
  var group: String { tags.tag("Image", "GroupName")?.text ?? "" }

  /// The symbol of the element that is mapped.
  var element: String? {
    guard tags.tag("Map", "MapType")?.integer != 1 else { return nil }
    return tags.tag("Map", "ElementNo")?.integer.flatMap { Element(atomicNumber: $0)?.symbol }
  }

  /// The image, and, behind it, its counts where the file holds more than the image shows.
  func maps() throws(FormatError) -> [ImportedMap] {
    guard let bits = tags.tag("Image", "Bits") else { throw missing("Bits") }
    let shown = try plane(bits)
    let name = title.isEmpty ? fileStem(of: file.path) : title
    var maps = [ImportedMap(suggestedName: name, metadata: metadata, type: shown.type, array: shown, files: [file.path])]
    // An image shows at most 255 of a map's counts; programs of later years keep all of them beside it.
    if let counts = try? tags.tag("Image", "Bits16").map({ tag throws(FormatError) in try plane(tag) }),
      try !isSame(shown, counts)
    {
      var metadata = metadata
      metadata.title += " (counts)"
      maps.append(
        ImportedMap(
          suggestedName: "\(name) (counts)", metadata: metadata, type: counts.type, array: counts,
          notes: ["The image '\(name)' shows these counts scaled to 255."], files: [file.path]))
    }
    return maps
  }

  private func missing(_ field: String) -> FormatError {
    FormatError(
      file.format, file: file.path, offset: tags.tag("Image")?.offset ?? 0, field: "Image.\(field)", "is missing",
      advice: "The file is damaged: copy it again from its source.")
  }

  private func plane(_ tag: JEOLTag) throws(FormatError) -> StridedFile {
    guard let array = tag.array else { throw missing(tag.name) }
    guard array.count >= width * height else {
      throw FormatError(
        file.format, file: file.path, offset: array.offset, field: "Image.\(tag.name)",
        "\(width) × \(height) pixels are announced and \(array.count) are there",
        advice: "The file is damaged: copy it again from its source.")
    }
    return try StridedFile(
      file, offset: array.offset, shape: [height, width], type: array.type, byteOrder: .little)
  }

  /// Whether two planes of integers hold the same numbers.
  private func isSame(_ bytes: StridedFile, _ words: StridedFile) throws(FormatError) -> Bool {
    guard bytes.type == .uint8, words.type == .uint16 else { return false }
    let rows = max(1, (1 << 20) / width)
    for first in stride(from: 0, to: height, by: rows) {
      let box = [first..<min(height, first + rows), 0..<width]
      let low = try bytes.read(box)
      let wide = try words.read(box)
      for index in low.indices where wide[2 * index] != low[index] || wide[2 * index + 1] != 0 { return false }
    }
    return true
  }
}
