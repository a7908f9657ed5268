internal import Blocks
internal import Microscopy

/// What the program shows of a scan while it runs (.apb): its spectrum, its images, and where its frames end.
///
/// The layout was found out by comparing such files with the event streams beside them: 284 bytes of header, the X-rays of
/// the 4,096 channels, an image of bytes for each frame and one more, and for each frame where it ends in the stream and
/// how many ticks of live and of real time have gone by until then.
struct JEOLPreview: Sendable {
  static let signature: [UInt8] = [28, 1, 0, 0] + Array("APBDATA".utf8)
  private static let headerLength = 284
  private static let channelCount = 4096

  let file: FileBytes
  let width: Int
  let height: Int
  let frameCount: Int
  let group: String
  let memo: String
  let frames: [MetadataTree]

  init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    var reader = ByteReader(try file.read(upTo: Self.headerLength), format: file.format, file: file.path)
    guard try Array(reader.take(Self.signature.count)) == Self.signature else {
      throw FormatError(
        file.format, file: file.path, offset: 0, "the file does not begin as a preview of Analysis Station does",
        advice: "Check that this is an .apb file of Analysis Station.")
    }
    try reader.seek(to: 18)
    width = Int(try reader.integer(UInt16.self))
    height = Int(try reader.integer(UInt16.self))
    try reader.skip(2)
    frameCount = Int(try reader.integer(UInt16.self))
    try reader.skip(2)
    group = JEOLText.field(try reader.take(128))
    memo = JEOLText.field(try reader.take(128))
    let table = Self.headerLength + 4 * Self.channelCount + (frameCount + 1) * width * height
    guard width > 0, height > 0, table + 16 * frameCount == file.size else {
      throw FormatError(
        file.format, file: file.path, offset: 18, field: "size",
        "\(frameCount) frames of \(height) × \(width) pixels take \(table + 16 * frameCount) bytes, not \(file.size)",
        advice: "The file is cut short, damaged, or of a later version; the .pts file beside it holds the same data.")
    }
    var rows = ByteReader(
      try file.read(table, 16 * frameCount), base: table, format: file.format, file: file.path)
    var frames: [MetadataTree] = []
    for _ in 0..<frameCount {
      let end = try rows.integer(UInt64.self)
      let live = try rows.integer(UInt32.self)
      let real = try rows.integer(UInt32.self)
      frames.append([
        "End": .integer(Int64(truncatingIfNeeded: end)), "LiveTime": .real(Double(live) * JEOLEventIndex.tick),
        "RealTime": .real(Double(real) * JEOLEventIndex.tick),
      ])
    }
    self.frames = frames
  }

  func maps() throws(FormatError) -> [ImportedMap] {
    let spectrum = try StridedFile(
      file, offset: Self.headerLength, shape: [Self.channelCount], type: .uint32, byteOrder: .little)
    let images = try StridedFile(
      file, offset: Self.headerLength + 4 * Self.channelCount, shape: [frameCount + 1, height, width], type: .uint8,
      byteOrder: .little)
    let stack = ["image", "y", "x"].enumerated().map { index, name in
      Axis(name: name, size: images.shape[index], role: index == 0 ? .navigation : .signal)
    }
    let channels = Axis(name: "Channel", size: Self.channelCount, role: .signal)
    return [
      ImportedMap(
        suggestedName: "Preview spectrum",
        metadata: metadata("Preview spectrum", [channels], quantity: "X-rays (Counts)"), type: .uint32, array: spectrum,
        notes: ["The preview of a scan has no calibration; the .pts file beside it has it."], files: [file.path]),
      ImportedMap(
        suggestedName: "Preview images", metadata: metadata("Preview images", stack, quantity: "Intensity"), type: .uint8,
        array: images,
        notes: ["Which image of the preview is that of which frame is not documented; one more than the frames is there."],
        files: [file.path]),
    ]
  }

  private func metadata(_ title: String, _ axes: [Axis], quantity: String) -> MapMetadata {
    var metadata = MapMetadata(title: title, axes: axes, quantity: quantity)
    metadata.originalFile = fileName(of: file.path)
    metadata.notes = memo.isEmpty ? nil : memo
    metadata.instrument.frames = frameCount
    metadata.vendor = ["GroupName": .text(group), "Memo": .text(memo), "Frames": .list(frames)]
    return metadata
  }
}
