internal import HDF5
internal import Microscopy

/// Velox files (.emd) of Thermo Fisher (FEI), versions 1 to 13: HDF5 with every object described by JSON.
///
/// Images, stacks, transforms, single spectra, EELS spectrum images and X-ray spectrum images, which Velox keeps as streams
/// of events, become a map each. Sources: the files themselves; RosettaSciIO's reader for the names of fields and the meaning
/// of the stream, which its authors have from FEI.
public enum VeloxReader: FormatReader {
  public static let name = "Velox EMD"
  public static let extensions = ["emd"]
  public static let summary =
    "Thermo Fisher Velox files: images, stacks, spectra, EELS and X-ray spectrum images, which are decoded as they are read."
  public static let options: Set<ReadingOption> = [.dataset, .frames, .keepsFrames, .separatesDetectors]

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    guard File.isHDF5(path) else { return false }
    do {
      let root = try File.open(path).root
      guard try root.kind(of: "Version") == .dataset, try root.kind(of: "Data") == .group else { return false }
      guard let version = try VeloxFile.json(of: try root.dataset("Version")), let format = version["format"]?.text else {
        return false
      }
      // The second is what programs write with FEI's kit for developers.
      return ["Velox", "DevelopersKit"].contains(format)
    } catch {
      return false
    }
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let file = try VeloxFile(path, options)
    var maps: [ImportedMap] = []
    var failures: [FormatError] = []
    func add(_ read: () throws(FormatError) -> [ImportedMap]) {
      do throws(FormatError) { maps += try read() } catch { failures.append(error) }
    }
    for object in file.objects("Spectrum") {
      add { () throws(FormatError) in [try VeloxSpectrum(object, in: file).map()] }
    }
    for object in file.objects("Image") {
      add { () throws(FormatError) in [try VeloxImage(object, in: file).map(options)] }
    }
    for object in file.objects("EelsSpectrumImage") {
      add { () throws(FormatError) in [try VeloxEnergyLossMap(object, in: file).map()] }
    }
    if options.frames != nil {
      // Frames were asked for: that they are not there is no trifle beside the images.
      maps += try VeloxSpectrumImage(in: file, options).maps()
    } else {
      add { () throws(FormatError) in try VeloxSpectrumImage(in: file, options).maps() }
    }
    guard !maps.isEmpty else {
      throw failures.first
        ?? FormatError(
          name, file: path, field: options.dataset ?? "/Data", "holds no image and no spectrum",
          advice: options.dataset == nil
            ? "Save the data again from Velox."
            : "Give the path of an object, /Data/Image/… or /Data/SpectrumImage/…, as lamella info \(path) --metadata tells under DataPath."
        )
    }
    maps[0].notes += failures.map { "\($0.field ?? "An object") was left out: \($0.problem)." }
    maps[0].notes += file.notes
    addShared(file.shared, to: &maps)
    return maps
  }

  /// What concerns the whole file is much, and is kept with the first map of every kind: whichever of them are imported, one
  /// of them has it.
  private static func addShared(_ shared: MetadataTree, to maps: inout [ImportedMap]) {
    guard case .dictionary(let branches) = shared else { return }
    var kinds: Set<[String]> = []
    for index in maps.indices {
      let metadata = maps[index].metadata
      guard kinds.insert([metadata.signalType] + metadata.axes.map(\.role.rawValue)).inserted else { continue }
      for (key, value) in branches where metadata.vendor[key] == nil {
        maps[index].metadata.vendor.replace([key], by: value)
      }
    }
  }
}
