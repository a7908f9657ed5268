internal import Microscopy

/// Gatan DigitalMicrograph files, versions 3 (.dm3) and 4 (.dm4).
///
/// Every image but the thumbnails becomes a map. Values stay in the file; shapes, axes and calibrations are those that
/// RosettaSciIO gives. All tags are kept: the values of the images and of arrays of more than 262,144 numbers are replaced
/// by their place in the file.
public enum GatanReader: FormatReader {
  public static let name = "Gatan DM"
  public static let extensions = ["dm4", "dm3"]
  public static let summary = "Images, stacks, spectra, spectrum images and 4D-STEM scans of DigitalMicrograph, with all tags."
  public static let options: Set<ReadingOption> = []
  private static let maximalCommonCount = 1 << 20

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool { GatanTagReader.recognises(firstBytes) }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let file = try FileBytes(path, format: name)
    let (root, byteOrder) = try GatanTagReader.read(file)
    let list = root.group("ImageList")?.groups ?? []
    let thumbnails = Set((root.group("Thumbnails")?.groups ?? []).compactMap { $0.integer("ImageIndex") })
    // A file with nothing but its thumbnail holds that as its image.
    let kept = list.indices.filter { !thumbnails.contains($0) }
    let indices = kept.isEmpty ? Array(list.indices) : kept
    guard !indices.isEmpty else {
      throw FormatError(
        name, file: path, offset: root.group("ImageList")?.offset ?? 0, field: "ImageList", "the file holds no image",
        advice: "The file is cut short or damaged, or holds settings only: open it in DigitalMicrograph.")
    }
    let common = GatanTagGroup(entries: root.entries.filter { $0.name != "ImageList" })
    // Every map gets the common tags.
    guard common.entries.count <= maximalCommonCount / indices.count else {
      throw FormatError(
        name, file: path, offset: root.group("ImageList")?.offset, field: "ImageList",
        "\(indices.count) images with \(common.entries.count) common tags are more than any file has",
        advice: "The file is damaged: copy it again from its source.")
    }
    let tree = common.tree
    var maps: [ImportedMap] = []
    for index in indices {
      maps.append(try map(GatanImage(list[index], in: file, byteOrder: byteOrder), common: tree))
    }
    return maps
  }

  static func map(_ image: GatanImage, common: MetadataTree) throws(FormatError) -> ImportedMap {
    var layout = image.layout
    // A packed transform is unpacked as a plane, extents of one included.
    if image.isHalfPlane { layout = image.planeLayout }
    let (type, array) = try image.array(layout)
    if image.isColour { layout.axes.append(Axis(name: "rgba", size: 4, role: .signal)) }
    if image.isHalfPlane {
      layout.notes.append(
        "The file holds half of a Fourier transform; the other half was added as its complex conjugate.")
    }
    let metadata = image.metadata(layout, common: common)
    return ImportedMap(
      suggestedName: image.title.isEmpty ? fileStem(of: image.file.path) : image.title, metadata: metadata, type: type,
      array: array, notes: layout.notes)
  }
}
