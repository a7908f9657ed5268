import Foundation

@testable import Formats

/// Writes Bruker's maps for the tests: SFS containers of plain or compressed members, hypermaps of all packings, headers.
enum BrukerFileBuilder {
  /// What a pixel of a hypermap holds.
  enum Pixel {
    case pulses16([Int])
    case pulses12([Int])
    /// Runs of channels, then further pulses.
    case runs([Run], pulses: [Int] = [])

    /// The counts of `count` channels.
    func counts(_ count: Int) -> [UInt64] {
      var counts = [UInt64](repeating: 0, count: count)
      func add(_ channel: Int, _ value: UInt64) { if channel < count { counts[channel] += value } }
      switch self {
      case .pulses16(let pulses), .pulses12(let pulses): pulses.forEach { add($0, 1) }
      case .runs(let runs, let pulses):
        var channel = 0
        for run in runs {
          for index in 0..<run.count { add(channel + index, run.value(index)) }
          channel += run.count
        }
        pulses.forEach { add($0, 1) }
      }
      return counts
    }

    fileprivate func bytes(_ column: Int) -> [UInt8] {
      let (flag, pulses, body, behind): (Int, [Int], [UInt8], [UInt8]) =
        switch self {
        case .pulses16(let pulses): (0, pulses, pulses.flatMap { little($0, 2) }, [])
        case .pulses12(let pulses): (1, pulses, Pixel.packed12(pulses), [])
        case .runs(let runs, let pulses):
          // The size counts the number of bytes of the pulses, and not those.
          (3, pulses, runs.flatMap(\.bytes) + little(2 * pulses.count, 4), pulses.flatMap { little($0, 2) })
        }
      let header = little(column, 4) + little(64, 2) + little(64, 2) + little(786_432, 4) + little(flag, 2)
      return header + little(body.count & 0xFFFF, 2) + little(pulses.count, 2) + little(body.count, 4) + body + behind
    }

    /// 12 bits each, the highest first, in words of 16 bits.
    private static func packed12(_ pulses: [Int]) -> [UInt8] {
      var bits = pulses.flatMap { pulse in (0..<12).reversed().map { pulse >> $0 & 1 } }
      while bits.count % 16 != 0 { bits.append(0) }
      return stride(from: 0, to: bits.count, by: 16).flatMap { start in
        little(bits[start..<start + 16].reduce(0) { $0 << 1 | $1 }, 2)
      }
    }
  }

  /// Channels with a common base and, for each, a value to add; none of both when the width is 0.
  struct Run {
    var width: Int
    var base: UInt64 = 0
    var values: [UInt64] = []
    var zeros = 0

    static func zeros(_ count: Int) -> Run { Run(width: 0, zeros: count) }

    var count: Int { width == 0 ? zeros : values.count }
    func value(_ index: Int) -> UInt64 { width == 0 ? 0 : base + values[index] }

    fileprivate var bytes: [UInt8] {
      let head = [UInt8(width), UInt8(count)] + little(base, width)
      switch width {
      case 0: return head
      case 1:
        let padded = values + [0]
        return head + stride(from: 0, to: count, by: 2).map { UInt8(padded[$0] | padded[$0 + 1] << 4) }
      default: return head + values.flatMap { little($0, width / 2) }
      }
    }
  }

  /// A hypermap; each row lists its pixels by column, and leaves out what is empty.
  static func hypermap(height: Int, width: Int, _ rows: [[(Int, Pixel)]]) -> [UInt8] {
    let head = little(height, 4) + little(width, 4) + [UInt8](repeating: 0, count: 0x198)
    return head + rows.flatMap { row in little(row.count, 4) + row.flatMap { $1.bytes($0) } }
  }

  /// A container.
  ///
  /// - Parameters:
  ///   - blockSize: that of compressed members; plain ones when nil.
  ///   - chunkSize: at least 544 for one entry of the tree in a chunk.
  static func container(
    _ members: [(path: String, bytes: [UInt8])], blockSize: Int? = nil, chunkSize: Int = 1024, version: Float = 2.6
  ) -> [UInt8] {
    let usable = chunkSize - 32
    var folders: [String] = []
    for folder in members.compactMap({ $0.path.split(separator: "/").dropLast().first.map(String.init) })
    where !folders.contains(folder) {
      folders.append(folder)
    }
    // Chunk 0 is the container's own; three are empty.
    var chunks: [[UInt8]] = [[], [], [], []]
    var next: [Int] = [0, 0, 0, 0]
    /// Chunks that are linked, each with a whole number of elements.
    func addLinked(_ bytes: [UInt8], elementSize: Int) -> Int {
      let step = usable / elementSize * elementSize
      let first = chunks.count
      for start in stride(from: 0, to: max(1, bytes.count), by: step) {
        chunks.append(Array(bytes[start..<min(start + step, bytes.count)]))
        next.append(start + step < bytes.count ? chunks.count : 0)
      }
      return first
    }
    let entryCount = folders.count + members.count
    let tree = addLinked([UInt8](repeating: 0, count: entryCount * 512), elementSize: 512)
    var entries = folders.map { entry($0, table: -1, size: 0, parent: -1, isFolder: true) }
    for (number, member) in members.enumerated() {
      let stored = blockSize.map { compressed(member.bytes, blockSize: $0) } ?? member.bytes
      let pieces = stride(from: 0, to: stored.count, by: usable).map { Array(stored[$0..<min($0 + usable, stored.count)]) }
      // The chunks of a member may be anywhere: those of every other one are in reverse order, but for the shorter last one.
      let first = chunks.count + (pieces.count * 4 + usable / 4 * 4 - 1) / (usable / 4 * 4)
      var places = Array(first..<first + pieces.count)
      if number % 2 == 1, places.count > 1 { places.replaceSubrange(..<(places.count - 1), with: places.dropLast().reversed()) }
      let table = addLinked(places.flatMap { little($0, 4) }, elementSize: 4)
      precondition(pieces.isEmpty || chunks.count == first)
      for (place, piece) in zip(places, pieces).sorted(by: { $0.0 < $1.0 }) {
        precondition(chunks.count == place)
        chunks.append(piece)
        next.append(0)
      }
      let parts = member.path.split(separator: "/").map(String.init)
      let parent = parts.count > 1 ? folders.firstIndex(of: parts[0]) ?? -1 : -1
      entries.append(entry(parts.last ?? "", table: table, size: stored.count, parent: parent, isFolder: false))
    }
    let perChunk = usable / 512
    for start in stride(from: 0, to: entryCount, by: perChunk) {
      chunks[tree + start / perChunk] = entries[start..<min(start + perChunk, entryCount)].flatMap { $0 }
    }
    var file = Array("AAMVHFSS".utf8) + little(0x7FFF_FFFF_FFFF_FFFE, 8) + [UInt8](repeating: 0, count: 0x108)
    for (index, chunk) in chunks.enumerated() {
      var header = little(next[index], 4) + [UInt8](repeating: 0, count: 28)
      if index == 0 {
        header = Array("AASFSSGN".utf8) + little(0, 4) + little(version.bitPattern, 4) + little(chunkSize, 4) + little(8, 4)
        header += little(1, 4) + little(1, 4) + little(1, 4) + little(1, 4) + little(tree, 4) + little(entryCount, 4)
        header += little(chunks.count, 4)
      }
      file += header + chunk
      // The last chunk ends with its bytes.
      if index < chunks.count - 1 { file += [UInt8](repeating: 0, count: chunkSize - header.count - chunk.count) }
    }
    return file
  }

  private static func entry(_ name: String, table: Int, size: Int, parent: Int, isFolder: Bool) -> [UInt8] {
    let head = little(table, 4) + little(size, 8) + little(0, 24) + little(0, 4) + little(parent, 4)
    let path = Array(name.utf8) + [UInt8](repeating: 0, count: 256 - name.utf8.count)
    return head + [UInt8](repeating: 0, count: 176) + [isFolder ? 1 : 0, 0, 0, 0] + path + [UInt8](repeating: 0, count: 32)
  }

  private static func compressed(_ bytes: [UInt8], blockSize: Int) -> [UInt8] {
    let pieces = stride(from: 0, to: bytes.count, by: blockSize).map { Array(bytes[$0..<min($0 + blockSize, bytes.count)]) }
    var result = Array("AACS".utf8) + little(blockSize, 4) + little(0, 4) + little(pieces.count, 4)
    result += [UInt8](repeating: 0, count: 0x80 - result.count)
    for piece in pieces {
      let packed = zlib(piece)
      result += little(packed.count, 4) + little(piece.count, 4) + little(0, 4)
      result += little(result.count + 4 + packed.count, 4) + packed
    }
    return result
  }

  /// Blocks that are stored as they are, between the header and the checksum of zlib.
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var first: UInt32 = 1
    var second: UInt32 = 0
    for byte in bytes {
      first = (first + UInt32(byte)) % 65_521
      second = (second + first) % 65_521
    }
    return [0x78, 0x01] + ZipSample.deflated(bytes) + little(second << 16 | first, 4).reversed()
  }

  /// An image plane as the header has it.
  static func plane(_ index: Int, _ name: String, _ values: [UInt16]) -> String {
    let data = Data(values.flatMap { little($0, 2) }).base64EncodedString()
    return "<Plane\(index)><Description>\(name)</Description><Data>\(data)</Data></Plane\(index)>"
  }

  static func image(_ name: String?, width: Int, height: Int, itemSize: Int = 2, more: String = "", _ planes: String) -> String {
    let attribute = name.map { " Name=\"\($0)\"" } ?? ""
    return """
      <ClassInstance Type="TRTImageData"\(attribute)><TRTHeaderedClass/><ItemSize>\(itemSize)</ItemSize>
      <Width>\(width)</Width><Height>\(height)</Height>\(more)\(planes)</ClassInstance>
      """
  }

  /// A spectrum with a detector.
  static func spectrum(_ counts: [Int], name: String = "sum", scale: String = "1E-2", hardware: String = "") -> String {
    """
    <ClassInstance Type="TRTSpectrum" Name="\(name)"><TRTHeaderedClass>
    <ClassInstance Type="TRTSpectrumHardwareHeader">\(hardware)</ClassInstance>
    <ClassInstance Type="TRTDetectorHeader"><Serial>7</Serial><Type>XFlash 6|10</Type></ClassInstance>
    <ClassInstance Type="TRTESMAHeader"><PrimaryEnergy>2E1</PrimaryEnergy><ElevationAngle>3.5E1</ElevationAngle>
    <AzimutAngle>4.5E1</AzimutAngle></ClassInstance></TRTHeaderedClass>
    <ClassInstance Type="TRTSpectrumHeader"><Date>1.3.2024</Date><Time>9:5:7</Time><ChannelCount>\(counts.count)</ChannelCount>
    <CalibAbs>-4.7E-1</CalibAbs><CalibLin>\(scale)</CalibLin><SigmaAbs>3E-4</SigmaAbs><SigmaLin>4.5E-4</SigmaLin>
    </ClassInstance><Channels>\(counts.map(String.init).joined(separator: ","))</Channels></ClassInstance>
    """
  }

  /// A file of spectra, those of a list below one another.
  static func spectra(_ spectra: KeyValuePairs<String, [Int]>) -> [UInt8] {
    let all = spectra.map { spectrum($1, name: $0, hardware: "<RealTime>7575</RealTime><LifeTime>7385</LifeTime>") }
    return Array(
      """
      <?xml version="1.0" encoding="WINDOWS-1252" standalone="yes"?>
      <TRTSpectrum><RTHeader/>\(all.joined(separator: "\n"))</TRTSpectrum>

      """.utf8)
  }

  /// The header of a map: images, spectra, and what comes besides.
  static func header(
    images: String, spectra: [String], microscope: String = "<HV>2E1</HV><DX>5E-1</DX><DY>2.5E-1</DY>", more: String = ""
  ) -> [UInt8] {
    let sums = spectra.enumerated().map { "<SpectrumData\($0)>\($1)</SpectrumData\($0)>" }.joined()
    return Array(
      """
      <?xml version="1.0" encoding="WINDOWS-1252" standalone="yes"?><TRTSpectrumDatabase><RTHeader/>
      <ClassInstance Type="TRTSpectrumDatabase" Name="a map"><Header><Date>1.3.2024</Date><Time>9:5:6</Time>
      <FileVersion>2</FileVersion></Header><ClassInstance Type="TRTSEMData">\(microscope)</ClassInstance>
      \(images)\(more)\(sums)</ClassInstance></TRTSpectrumDatabase>

      """.utf8)
  }

  /// A file of one map.
  static func file(
    _ hypermap: [UInt8], header: [UInt8], blockSize: Int? = nil, chunkSize: Int = 1024, more: [(String, [UInt8])] = []
  ) -> [UInt8] {
    container(
      more.map { (path: $0.0, bytes: $0.1) } + [
        (path: "EDSDatabase/HeaderData", bytes: header), (path: "EDSDatabase/SpectrumData0", bytes: hypermap),
      ], blockSize: blockSize, chunkSize: chunkSize)
  }
}
