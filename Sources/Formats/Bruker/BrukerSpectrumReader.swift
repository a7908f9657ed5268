internal import Blocks
internal import Microscopy

/// Bruker's spectra (.spx): XML with one spectrum, or with several.
public enum BrukerSpectrumReader: FormatReader {
  public static let name = "Bruker SPX"
  public static let extensions = ["spx"]
  public static let summary = "X-ray spectra of Esprit and of micro-XRF instruments, one or several in a file."
  public static let options: Set<ReadingOption> = []

  private static let greatestSize = 1 << 29
  private static let greatestSpectrumCount = 1 << 14

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    let text = decodeText(firstBytes)
    return text.contains("<RTHeader") && text.contains("<TRT") && text.contains("\"TRTSpectrum")
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let file = try FileBytes(path, format: name)
    guard file.size <= greatestSize else {
      throw FormatError(
        name, file: path, offset: 0, "\(file.size) bytes are more than any file of spectra has",
        advice: "Check that the file is what its name says.")
    }
    let root = try MetadataTree.xml(file.read(0, file.size), format: name, file: path)
    let spectra = root.allInstances("TRTSpectrum").compactMap(BrukerSpectrum.init)
    guard !spectra.isEmpty, spectra.count <= greatestSpectrumCount else {
      throw FormatError(
        name, file: path, offset: 0, field: "TRTSpectrum", "the file holds \(spectra.count) spectra",
        advice: "Open it in Esprit, and export the spectra again.")
    }
    // What the file has besides its spectra goes with the only one; of several, each has its own part.
    return spectra.map { map($0, tree: spectra.count == 1 ? root : $0.node, path: path) }
  }

  private static func map(_ spectrum: BrukerSpectrum, tree: MetadataTree, path: String) -> ImportedMap {
    let isTransmission = !Instrument.isScanningMicroscope(beamEnergy: spectrum.beamEnergy ?? 0)
    var metadata = MapMetadata(
      title: "EDX", axes: [spectrum.energyAxis(size: spectrum.counts.count)],
      signalType: isTransmission ? "EDS_TEM" : "EDS_SEM", quantity: "X-rays (Counts)")
    metadata.acquired = spectrum.acquired
    metadata.originalFile = fileName(of: path)
    metadata.sample.name = spectrum.name
    metadata.sample.elements = spectrum.elements
    metadata.notes = spectrum.description
    spectrum.describe(&metadata.instrument)
    if !spectrum.isFluorescence { metadata.instrument.acquisitionMode = isTransmission ? "TEM" : "SEM" }
    metadata.vendor = tree
    let bytes = unsafe spectrum.counts.withUnsafeBytes { unsafe Array($0) }
    var map = ImportedMap(
      suggestedName: spectrum.name ?? fileStem(of: path), metadata: metadata, type: .uint64,
      array: MemoryArray(shape: [spectrum.counts.count], elementSize: 8, bytes: bytes))
    if spectrum.isFluorescence {
      map.notes.append(
        "X-rays excited the sample, not electrons: the beam energy is the voltage of the tube, and the signal type is that of "
          + "electrons of this energy, as there is no word for X-rays.")
    }
    return map
  }
}

extension BrukerSpectrum {
  /// The elements that were chosen in the program, in its order.
  var elements: [String] {
    node.instance("TRTPSEElementList")?["ChildClassInstances"]?.instances("TRTPSEElement").compactMap { $0.word("@Name") } ?? []
  }

  /// What the user wrote of the spectrum and of the sample.
  var description: String? {
    let own = node["TRTHeaderedClass"]?["TRTBase"]?.word("Description")
    let sample = node["ChildClassInstances"]?.instance("TSampleInformation")
    let parts = [own, sample?.word("@Name"), sample?["TRTBase"]?.word("Description")].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "\n")
  }
}
