internal import Blocks
internal import Microscopy

/// Reads .npy files: one array of any numeric type, either byte order, in C or Fortran order.
public enum NumPyReader: FormatReader {
  public static let name = NumPyHeader.format
  public static let extensions = ["npy"]
  public static let summary = "One array of numbers of any shape."
  public static let options: Set<ReadingOption> = []

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    firstBytes.starts(with: NumPyHeader.signature)
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let bytes = try FileBytes(path, format: name)
    let array = try stridedFile(bytes, at: 0, end: bytes.size)
    return [map(array, type: array.type, name: fileStem(of: path), file: path, trailing: array.trailingByteCount)]
  }

  /// The array of an .npy file that lies, uncompressed, at a place in a file.
  static func stridedFile(_ bytes: FileBytes, at start: Int, end: Int) throws(FormatError) -> StridedFile {
    var header = try headerBytes(bytes, at: start, count: 4096)
    let prefix = header.prefix(12)
    if prefix.count == 12, prefix[6] > 1 || prefix[9] > 15 {
      // A header longer than the first look: versions 2 and 3 say its length in four bytes, version 1 in two.
      let digits = prefix[6] == 1 ? prefix[8..<10] : prefix[8..<12]
      let length = digits.reversed().reduce(0) { $0 << 8 | Int($1) }
      header = try headerBytes(bytes, at: start, count: min(length, 16 << 20) + 12)
    }
    let description = try NumPyHeader(header, base: start, file: bytes.path)
    let array = try StridedFile(
      bytes, offset: start + description.length, shape: description.shape, type: description.type,
      byteOrder: description.byteOrder,
      diskOrder: description.isFortranOrder ? description.shape.indices.reversed() : nil)
    guard array.trailingByteCount >= bytes.size - end else {
      throw FormatError(
        name, file: bytes.path, offset: start + description.length, "the values go on behind the end of their member",
        advice: "The file is cut short or damaged: copy it again from its source.")
    }
    return array
  }

  private static func headerBytes(_ bytes: FileBytes, at start: Int, count: Int) throws(FormatError) -> [UInt8] {
    try bytes.read(upTo: count, from: start)
  }

  static func map(
    _ array: any ArraySource, type: ScalarType, name: String, file: String, trailing: Int = 0
  ) -> ImportedMap {
    // A single number is a spectrum of one channel.
    let shape = array.shape.isEmpty ? [1] : array.shape
    let source = array.shape.isEmpty ? ReshapedArray(array, shape: shape) : array
    var metadata = MapMetadata(axes: Axis.defaults(for: shape))
    metadata.originalFile = fileName(of: file)
    return ImportedMap(
      suggestedName: name, metadata: metadata, type: type, array: source,
      notes: trailing > 0 ? ["\(trailing) bytes of the file behind the values are not used."] : [])
  }
}
