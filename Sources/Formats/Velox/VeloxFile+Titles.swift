internal import Foundation
internal import Microscopy

extension VeloxFile {
  /// What an image is called: in a spectrum-image experiment as Velox shows it, otherwise by what made it.
  func title(ofImage object: Object, _ metadata: MetadataTree) -> String {
    let label = label(ofImage: object.name)
    if isSpectrumImage, let label { return label.id }
    if let made = operationName(object.name) { return made }
    if let detector = VeloxDetector(metadata)?.name, !detector.isEmpty { return detector }
    return label?.id ?? metadata[path: "BinaryResult.Detector"]?.text ?? "Image"
  }

  /// A name that also says something where Velox numbers its displays "a", "b" ….
  func suggestedName(ofImage object: Object, title: String) -> String {
    guard title.count == 1, title == title.lowercased(), let label = label(ofImage: object.name), !label.title.isEmpty else {
      return title
    }
    return label.title
  }

  /// The display that shows an image: its name and its caption.
  private func label(ofImage name: String) -> (id: String, title: String)? {
    if case .dictionary(let displays)? = shared[path: "Displays.ImageDisplay"] {
      for (_, display) in displays.sorted(by: { $0.key < $1.key }) {
        // It points to a reference, and that to the image.
        guard let reference = display["data"]?.text, let id = display["id"]?.text, !id.isEmpty else { continue }
        let path = reference.split(separator: "/").map(String.init)
        guard value(at: path)?["dataPath"]?.text?.hasSuffix(name) == true else { continue }
        return (id, display["title"]?.text ?? "")
      }
    }
    if case .dictionary(let displays)? = shared[path: "Presentation.Displays.ImageDisplay"] {
      for (_, display) in displays.sorted(by: { $0.key < $1.key })
      where display["dataPath"]?.text?.hasSuffix(name) == true {
        guard let text = display[path: "display.label"]?.text, !text.isEmpty else { continue }
        let label = text.removingPercentEncoding ?? text
        return (label, label)
      }
    }
    return nil
  }

  private func value(at path: [String]) -> MetadataTree? {
    path.reduce(Optional(shared)) { tree, key in tree?[key] }
  }

  /// What made an image, by the operation whose result it is.
  private func operationName(_ name: String) -> String? {
    func operation(_ kind: String, _ key: String = "dataPath") -> MetadataTree? {
      guard case .dictionary(let operations)? = shared["Operations"]?[kind] else { return nil }
      return operations.sorted { $0.key < $1.key }.first { $0.value[key]?.text?.hasSuffix(name) == true }?.value
    }
    if let found = operation("CameraInputOperation")?["cameraName"]?.text { return found }
    if let found = operation("StemInputOperation")?["detector"]?.text { return found }
    let integrated = { (tree: MetadataTree) in tree["integrationMode"]?.text == "true" ? "iDPC" : "dDPC" }
    if let found = operation("SurfaceReconstructionOperation", "unfilteredDataPath") { return integrated(found) }
    if let found = operation("SurfaceReconstructionOperation") {
      return (found["enableFilter"]?.text == "true" ? "Filtered " : "") + integrated(found)
    }
    if let found = operation("MathematicsOperation"), case .list(let outputs)? = found["outputs"] {
      // The differences of opposite segments of a detector of four.
      switch outputs.first?["inputIndex"]?.text {
      case "0": return "A-C"
      case "1": return "B-D"
      default: break
      }
    }
    if operation("DpcOperation") != nil { return "DPC" }
    if operation("IntegrationOperation") != nil { return "DCFI" }
    if operation("FftOperation", "imageOutputPath") != nil { return "Half FFT" }
    return nil
  }
}
