internal import Foundation
internal import Microscopy

/// What images are called: by the displays that show them, and by the operations that made them.
///
/// Displays of version 11 and later point to a reference, and that to an image; earlier ones point to the image.
struct VeloxTitles: Sendable {
  struct Label: Sendable {
    var id: String
    var caption: String
  }

  /// By the names of images.
  private(set) var labels: [String: Label] = [:]
  private(set) var makers: [String: String] = [:]

  init(_ shared: MetadataTree) {
    for display in Self.members(shared[path: "Presentation.Displays.ImageDisplay"]) {
      guard let image = Self.name(display["dataPath"]), let text = display[path: "display.label"]?.text, !text.isEmpty else {
        continue
      }
      let label = text.removingPercentEncoding ?? text
      labels[image] = Label(id: label, caption: label)
    }
    for display in Self.members(shared[path: "Displays.ImageDisplay"]) {
      guard let reference = display["data"]?.text, let id = display["id"]?.text, !id.isEmpty else { continue }
      let target = reference.split(separator: "/").reduce(Optional(shared)) { tree, key in tree?[String(key)] }
      guard let image = Self.name(target?["dataPath"]) else { continue }
      labels[image] = Label(id: id, caption: display["title"]?.text ?? "")
    }
    readOperations(shared["Operations"])
  }

  /// The surest come last.
  private mutating func readOperations(_ operations: MetadataTree?) {
    func each(_ kind: String, _ key: String = "dataPath", _ title: (MetadataTree) -> String?) {
      for operation in Self.members(operations?[kind]) {
        if let image = Self.name(operation[key]), let title = title(operation) { makers[image] = title }
      }
    }
    let integrated = { (tree: MetadataTree) in tree["integrationMode"]?.text == "true" ? "iDPC" : "dDPC" }
    each("FftOperation", "imageOutputPath") { _ in "Half FFT" }
    each("IntegrationOperation") { _ in "DCFI" }
    each("DpcOperation") { _ in "DPC" }
    each("MathematicsOperation") { tree in
      // The differences of opposite segments of a detector of four.
      guard case .list(let outputs)? = tree["outputs"], let input = outputs.first?["inputIndex"]?.text else { return nil }
      return ["0": "A-C", "1": "B-D"][input]
    }
    each("SurfaceReconstructionOperation") { tree in
      (tree["enableFilter"]?.text == "true" ? "Filtered " : "") + integrated(tree)
    }
    each("SurfaceReconstructionOperation", "unfilteredDataPath", integrated)
    each("StemInputOperation") { $0["detector"]?.text }
    each("CameraInputOperation") { $0["cameraName"]?.text }
  }

  /// The values of a dictionary, in the order of their keys backwards, so that the first key wins where one replaces another.
  private static func members(_ tree: MetadataTree?) -> [MetadataTree] {
    guard case .dictionary(let values)? = tree else { return [] }
    return values.sorted { $0.key > $1.key }.map(\.value)
  }

  private static func name(_ path: MetadataTree?) -> String? {
    path?.text?.split(separator: "/").last.map(String.init)
  }
}

extension VeloxFile {
  /// What an image is called: in a spectrum-image experiment as Velox shows it, otherwise by what made it.
  func title(ofImage object: Object, _ metadata: MetadataTree) -> String {
    let label = titles.labels[object.name]
    if isSpectrumImage, let label { return label.id }
    if let maker = titles.makers[object.name] { return maker }
    if let detector = VeloxDetector(metadata)?.name, !detector.isEmpty { return detector }
    return label?.id ?? metadata[path: "BinaryResult.Detector"]?.text ?? "Image"
  }

  /// A name that also says something where Velox counts its displays "a", "b" ….
  func suggestedName(ofImage object: Object, title: String) -> String {
    guard title.count == 1, title == title.lowercased(), let caption = titles.labels[object.name]?.caption, !caption.isEmpty
    else { return title }
    return caption
  }
}
