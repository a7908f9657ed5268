internal import HDF5
internal import Microscopy

/// Gatan DigitalMicrograph files of version 5 (.dm5): the tags of the earlier versions in an HDF5 file.
///
/// Shapes, axes and metadata follow from the tags as they do for .dm3 and .dm4; see `GatanImage`.
public enum GatanHDF5Reader: FormatReader {
  public static let name = "Gatan DM5"
  public static let extensions = ["dm5"]
  public static let summary = "Images, spectra and scans of DigitalMicrograph in HDF5, with all tags."
  public static let options: Set<ReadingOption> = [.dataset, .followsLinks]
  /// One more is never an image that somebody saved.
  private static let maximalImageCount = 1000

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    guard File.isHDF5(path) else { return false }
    do {
      let root = try File.open(path).root
      guard try root.kind(of: "ImageList") == .group else { return false }
      for name in try root.group("ImageList").names.prefix(maximalImageCount) {
        if try root.kind(of: "ImageList/\(name)/ImageData/Data") == .dataset { return true }
      }
      return false
    } catch {
      return false
    }
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    if options.dataset != nil { return try HDF5DatasetReader.read(path, options: options) }
    let file = try FileBytes(path, format: name)
    let (root, datasets) = try readingHDF5(name, path) { () throws(HDF5Error) -> (GatanTagGroup, [Dataset]) in
      var reader = GatanHDF5Tags()
      let tags = try reader.read(try File.openForImport(path, options).root)
      return (tags, reader.images)
    }
    do {
      return try maps(root, datasets, in: file)
    } catch {
      // Tags have names here, and no place in bytes.
      var error = error
      error.offset = nil
      throw error
    }
  }

  private static func maps(
    _ root: GatanTagGroup, _ datasets: [Dataset], in file: FileBytes
  ) throws(FormatError) -> [ImportedMap] {
    let list = root.group("ImageList")?.groups ?? []
    let thumbnails = Set((root.group("Thumbnails")?.groups ?? []).compactMap { $0.integer("ImageIndex") })
    let stored = list.indices.filter { list[$0].group("ImageData").map { datasets.indices.contains($0.offset - 1) } ?? false }
    // A file with nothing but its thumbnail holds that as its image.
    let kept = stored.filter { !thumbnails.contains($0) }
    let indices = kept.isEmpty ? stored : kept
    guard !indices.isEmpty, indices.count <= maximalImageCount else {
      throw FormatError(
        file.format, file: file.path, field: "ImageList",
        indices.isEmpty ? "the file holds no image" : "\(indices.count) images are more than any file has",
        advice: "The file is damaged, or holds settings only: open it in DigitalMicrograph.")
    }
    let common = GatanTagGroup(entries: root.entries.filter { $0.name != "ImageList" }).tree
    var maps: [ImportedMap] = []
    for index in indices {
      let dataset = datasets[(list[index].group("ImageData")?.offset ?? 1) - 1]
      let image = try GatanImage(list[index], in: file, byteOrder: .native, dataset: dataset)
      var map = try GatanReader.map(image, common: common)
      map.metadata.vendor.replace(
        ["ImageList", "TagGroup0", "ImageData", "Data"],
        by: ["type": .text(map.type.rawValue), "count": .integer(Int64(image.data.count)), "dataset": .text(dataset.path)])
      maps.append(map)
    }
    return maps
  }
}
