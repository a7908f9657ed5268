internal import Blocks
internal import Microscopy

/// Bruker's maps (.bcf): the electron images of the scan, overview images, and the X-ray spectra of every pixel.
///
/// Every member "SpectrumDataN" becomes a map. One pass over it at the beginning finds the rows and the type that holds every
/// count; spectra are unpacked when they are asked for. EBSD patterns beside the spectra are not read.
public enum BrukerMapReader: FormatReader {
  public static let name = "Bruker BCF"
  public static let extensions = ["bcf"]
  public static let summary = "X-ray maps of Esprit with their electron images, whatever their size, and all of the header."
  public static let options: Set<ReadingOption> = []

  private static let folder = "EDSDatabase"

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool { firstBytes.starts(with: SFSContainer.magic) }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let file = try FileBytes(path, format: name)
    let container = try SFSContainer(file)
    guard let member = try container.member("\(folder)/HeaderData") else {
      throw FormatError(
        name, file: path, offset: 0, field: "\(folder)/HeaderData", "the container holds no X-ray map",
        advice: "The file is damaged or of another kind: open it in Esprit.")
    }
    let header = try BrukerHeader(member)
    var maps = header.images.map { map($0, name: $0.title.isEmpty ? "image" : $0.title, header) }
    maps += header.overviews.map { map($0, name: "overview \($0.title)".trimmingBlanks, header) }
    let first = maps.count
    let members = try spectrumMembers(container)
    for (index, member) in members {
      maps.append(try spectra(index, member, name: members.count > 1 ? "EDS \(index)" : "EDS", header))
    }
    maps += header.named.map { named in
      var image = named.image
      if image.title.isEmpty { image.title = named.name }
      var map = map(image, name: named.name, header)
      // Microseconds: they add up to the real time that the lines of the scan give.
      if named.name == "PixelTimes" { map.metadata.quantity = "Time (µs)" }
      return map
    }
    guard !maps.isEmpty else {
      throw member.error("the file holds neither spectra nor images", at: 0, advice: "Open it in Esprit.")
    }
    maps[first < maps.count ? first : 0].notes += header.notes
    if container.paths.contains(where: { $0.hasPrefix("EBSDData/") }) {
      maps[first < maps.count ? first : 0].notes.append("The file also holds EBSD data, which are not read.")
    }
    return maps
  }

  /// The members "SpectrumDataN" by their number, ascending.
  ///
  /// No byte belongs to two of them: what is read grows with the file, not with what it claims.
  private static func spectrumMembers(
    _ container: SFSContainer
  ) throws(FormatError) -> [(index: Int, member: SFSMember)] {
    let prefix = "\(folder)/SpectrumData"
    let indices = Set(container.paths.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil })
    var members: [(index: Int, member: SFSMember)] = []
    var total = 0
    for index in indices.sorted() where index >= 0 {
      guard let member = try container.member("\(prefix)\(index)") else { continue }
      total += member.packedSize
      guard total <= container.file.size else {
        throw member.error("the members take more bytes than the file has: \(container.file.size)", at: 0)
      }
      members.append((index, member))
    }
    return members
  }

  private static func map(_ image: BrukerImage, name: String, _ header: BrukerHeader) -> ImportedMap {
    var metadata = MapMetadata(
      title: image.title, axes: header.axes(image.height, image.width, .signal, image: image), quantity: "Intensity")
    header.describe(&metadata)
    metadata.acquired = image.acquired ?? header.acquired
    metadata.instrument = header.instrument
    metadata.instrument.beamEnergy = image.beamEnergy ?? header.instrument.beamEnergy
    metadata.instrument.magnification = image.magnification ?? header.instrument.magnification
    metadata.instrument.workingDistance = image.workingDistance ?? header.instrument.workingDistance
    return ImportedMap(suggestedName: name, metadata: metadata, type: image.type, array: image.array)
  }

  private static func spectra(
    _ number: Int, _ member: SFSMember, name: String, _ header: BrukerHeader
  ) throws(FormatError) -> ImportedMap {
    let sum = header.sumSpectrum(number)
    let expected = expectedType(sum, header)
    let index = try HypermapIndex(member, expected: expected)
    let type = index.peak > expected.greatestCount ? ScalarType.narrowest(for: index.peak) : expected
    let channelCount = max(sum?.counts.count ?? 1, index.channelCount)
    let array = try HypermapArray(member, index, channelCount: channelCount, type: type)
    var metadata = MapMetadata(
      title: "EDX", axes: header.axes(index.height, index.width, .navigation),
      signalType: header.isTransmission ? "EDS_TEM" : "EDS_SEM", quantity: "X-rays (Counts)")
    metadata.axes.append(
      sum?.energyAxis(size: channelCount) ?? Axis(name: "Energy", size: channelCount, role: .signal))
    header.describe(&metadata)
    metadata.acquired = header.acquired
    metadata.instrument = header.instrument
    sum?.describe(&metadata.instrument)
    header.describeScan(width: index.width, &metadata.instrument)
    let elements = header.elements
    metadata.sample.elements = elements.map(\.symbol)
    if !elements.isEmpty {
      metadata.hyperspy.replace(
        ["Sample", "xray_lines"], by: .list(elements.map { .text("\($0.symbol)_\($0.line)") }))
    }
    var map = ImportedMap(suggestedName: name, metadata: metadata, type: type, array: array)
    if let sum, channelCount > sum.counts.count {
      map.notes.append(
        "The spectra have \(channelCount) channels, for counts beyond the \(sum.counts.count) of their sum in the header.")
    }
    if sum == nil { map.notes.append("The header has no sum of the spectra, and so no energies.") }
    return map
  }

  /// The type that RosettaSciIO chooses: one that holds twice the mean of the strongest channel of the sum.
  private static func expectedType(_ sum: BrukerSpectrum?, _ header: BrukerHeader) -> ScalarType {
    guard let greatest = sum?.counts.max(), let extents = header.extents else { return .uint8 }
    let mean = greatest / UInt64(extents.width) / UInt64(extents.height)
    return .narrowest(for: mean > .max / 2 ? .max : mean * 2)
  }
}
