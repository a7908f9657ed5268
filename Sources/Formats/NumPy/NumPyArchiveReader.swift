internal import Blocks
internal import Microscopy

/// Reads .npz files: a zip file of .npy members, each of which becomes a map.
///
/// Stored members are read in place. Deflated ones are unpacked when the file is read: into memory, or into a temporary
/// file when they are larger than the memory limit of the options.
public enum NumPyArchiveReader: FormatReader {
  public static let name = "NumPy archive"
  public static let extensions = ["npz"]
  public static let summary = "The arrays of an archive of NumPy, compressed or not."
  public static let options: Set<ReadingOption> = [.dataset]

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    let isZip = firstBytes.starts(with: [0x50, 0x4B, 3, 4])
    guard isZip, firstBytes.count >= 30 else { return false }
    let nameLength = Int(firstBytes[26]) | Int(firstBytes[27]) << 8
    return decodeText(firstBytes[30..<min(firstBytes.count, 30 + nameLength)]).hasSuffix(".npy")
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let bytes = try FileBytes(path, format: name)
    let archive = try ZipArchive(bytes)
    let members = archive.members.filter { $0.name.hasSuffix(".npy") }
    let known = members.map { mapName($0) }.joined(separator: ", ")
    if let wanted = options.dataset {
      guard let member = members.first(where: { $0.name == wanted || mapName($0) == wanted }) else {
        throw FormatError(name, file: path, field: wanted, "there is no such array", advice: "The file has: \(known).")
      }
      var room = options.memoryLimit
      return [try map(member, in: archive, &room)]
    }
    guard !members.isEmpty else {
      throw FormatError(
        name, file: path, offset: archive.directoryOffset, "holds no array",
        advice: "Give a file that numpy.savez or savez_compressed has written.")
    }
    var maps: [ImportedMap] = []
    var refusals: [FormatError] = []
    var room = options.memoryLimit
    for member in members {
      do throws(FormatError) {
        maps.append(try map(member, in: archive, &room))
      } catch {
        // Texts and objects beside the arrays are no reason to refuse the arrays.
        guard error.field == "descr" else { throw error }
        refusals.append(error)
      }
    }
    if maps.isEmpty, let refusal = refusals.first { throw refusal }
    maps[0].notes += refusals.map { "An array of the file is left out: \($0.problem)." }
    return maps
  }

  private static func mapName(_ member: ZipArchive.Member) -> String { String(member.name.dropLast(4)) }

  /// - Parameter room: bytes of memory that unpacked members may still take.
  private static func map(
    _ member: ZipArchive.Member, in archive: ZipArchive, _ room: inout Int
  ) throws(FormatError) -> ImportedMap {
    let bytes = archive.bytes
    guard !member.isEncrypted, member.method == 0 || member.method == 8 else {
      throw FormatError(
        name, file: bytes.path, offset: member.headerOffset, field: member.name,
        member.isEncrypted ? "is encrypted" : "is packed by method \(member.method)",
        advice: "Write the file again with numpy.savez or numpy.savez_compressed.")
    }
    let start = try archive.dataOffset(of: member)
    let mapName = mapName(member)
    if member.method == 0 {
      let array = try NumPyReader.stridedFile(bytes, at: start, end: start + member.packedSize)
      return NumPyReader.map(array, type: array.type, name: mapName, file: bytes.path)
    }
    let packed = Inflation(
      bytes: bytes, offset: start, packedSize: member.packedSize, size: member.size, checksum: member.checksum,
      name: member.name)
    do throws(FormatError) {
      if member.size > room {
        let unpacked = try packed.temporaryFile()
        let array = try NumPyReader.stridedFile(unpacked, at: 0, end: unpacked.size)
        return NumPyReader.map(array, type: array.type, name: mapName, file: bytes.path)
      }
      let unpacked = try packed.memory()
      let header = try NumPyHeader(unpacked, file: bytes.path)
      let array = try memoryArray(header, unpacked, member, bytes)
      room -= member.size
      return NumPyReader.map(array, type: header.type, name: mapName, file: bytes.path)
    } catch {
      // Places within what was unpacked are no places of the file.
      var error = error
      if error.offset != start, let inner = error.offset { error.problem += ", at byte \(inner) of \(member.name)" }
      error.file = bytes.path
      error.offset = start
      throw error
    }
  }

  private static func memoryArray(
    _ header: NumPyHeader, _ unpacked: [UInt8], _ member: ZipArchive.Member, _ bytes: FileBytes
  ) throws(FormatError) -> MemoryArray {
    var count = header.type.size
    var isPossible = true
    for extent in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      isPossible = isPossible && !overflow
      count = product
    }
    guard header.shape.count <= StridedFile.greatestRank, isPossible, count <= unpacked.count - header.length else {
      throw FormatError(
        name, file: bytes.path, offset: header.length, field: member.name,
        "\(header.shape.map(String.init).joined(separator: " × ")) values of type \(header.type.rawValue) do not fit into "
          + "the \(unpacked.count - header.length) bytes there are",
        advice: "The file is damaged: copy it again from its source.")
    }
    var values = Array(unpacked[header.length..<header.length + count])
    if header.byteOrder != .native { swapBytes(&values, width: header.type.swapWidth) }
    if header.isFortranOrder, !values.isEmpty {
      values = reordered(values, size: header.type.size, fortranShape: header.shape)
    }
    return MemoryArray(shape: header.shape, elementSize: header.type.size, bytes: values)
  }

  private static func reordered(_ values: [UInt8], size: Int, fortranShape shape: [Int]) -> [UInt8] {
    var dimensions = shape.map { CopyDimension(count: $0, from: 0, to: 0) }
    var from = size
    var to = size
    for index in shape.indices {
      dimensions[index].from = from
      from *= shape[index]
      let last = shape.count - 1 - index
      dimensions[last].to = to
      to *= shape[last]
    }
    return unsafe [UInt8](unsafeUninitializedCapacity: values.count) { buffer, initialized in
      unsafe values.withUnsafeBytes { source in
        if let source = source.baseAddress, let target = buffer.baseAddress {
          unsafe copyElements(dimensions, size: size, from: source, to: UnsafeMutableRawPointer(target))
        }
      }
      initialized = values.count
    }
  }
}
