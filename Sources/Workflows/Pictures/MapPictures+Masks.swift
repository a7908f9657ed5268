import Blocks
import Figures
import Foundation
import Microscopy
import Store

extension MapPictures {
  /// Masks over an image: one over that which it was made from, several over an image of the map, or else where it has its counts.
  func picture(_ masks: [Mask], named name: String) throws -> StoredPicture {
    let shape = map.navigationShape
    let overlays = masks.enumerated().map { index, mask in
      MaskOverlay(
        "\(mask.name): \(mask.count) pixels", pixels: mask.pixels, colour: Theme.series(index + (masks.count > 1 ? 0 : 1)))
    }
    var caption = masks.count == 1 ? "\(masks[0].count) of \(masks[0].pixels.count) pixels" : "All masks"
    guard shape.count == 2, shape.allSatisfy({ $0 > 0 }) else {
      return StoredPicture(name, caption, Figure("", line(overlays)), width: 360)
    }
    let below = try masks.count == 1 ? origin(of: masks[0]) ?? ground() : ground()
    if let below { caption += ", over \(below.words)" }
    var base = MapPicture(
      "", values: below?.values ?? Array(repeating: 1, count: shape[0] * shape[1]), rows: shape[0], columns: shape[1],
      pixel: ImagePanels.pixel(navigation), quantity: below?.words ?? "", colours: .grey)
    base.isCompact = options.isCompact
    // A page says it below.
    if let below, !options.isCompact { base.title = "over \(below.words)" }
    base.masks = overlays
    base.showsColourBar = false
    return StoredPicture(name, caption, Figure("", base), width: 340)
  }

  /// Masks of a line, or of a map of other than two navigation axes.
  private func line(_ overlays: [MaskOverlay]) -> Plot {
    let curves = overlays.enumerated().map { index, mask in
      Curve(
        mask.name,
        x: navigation.first?.size == mask.pixels.count ? navigation[0].coordinates : mask.pixels.indices.map(Double.init),
        y: mask.pixels.map { $0 ? 1 : 0 }, colour: Theme.series(index))
    }
    var plot = Plot(
      "", x: PlotAxis(navigation.first?.name ?? "", units: navigation.first?.units ?? ""), y: PlotAxis("Inside"), curves)
    plot.aspect = 0.3
    return plot
  }

  /// An image to see masks over, and what it is.
  private typealias Ground = (values: [Double], words: String)

  /// The image of a component that a mask was made from, or the first of the masks it was combined of; nil where that is not told,
  /// or not there any more.
  private func origin(of mask: Mask, depth: Int = 0) throws -> Ground? {
    guard let made = mask.provenance, depth < 8 else { return nil }
    for input in made.inputs where input.file == nil {
      if let source = try ResultPictures.result(at: input.path, in: map.store) {
        guard ["grabcut", "threshold"].contains(made.operation) else { continue }
        let parameters = try made.parameters(as: SegmentImages.Parameters.self)
        guard try source.result.arrayNames.contains(parameters.array) else { continue }
        let (values, axes) = try source.result.array(parameters.array)
        let size = map.navigationShape.reduce(1, *)
        guard axes.dropFirst().map(\.size) == map.navigationShape, size > 0,
          (1...max(1, values.magnitudes.count / size)).contains(parameters.component), values.magnitudes.count >= size
        else {
          continue
        }
        let index = parameters.component - 1
        let words = "component \(parameters.component) of \(source.result.name)"
        return (Array(values.magnitudes[index * size..<(index + 1) * size]), words)
      }
      let words = input.path.split(separator: "/").map(String.init)
      guard let place = words.firstIndex(of: "masks"), place + 1 < words.count,
        let other = try map.masks.first(where: { $0.name == words[place + 1] }), other.name != mask.name
      else { continue }
      if let found = try origin(of: other, depth: depth + 1) { return found }
    }
    return nil
  }

  /// An image of the map of its extents, of a dark field where there is one; else its counts; nil where neither can be had.
  private func ground() throws -> Ground? {
    let images = try map.images.filter { $0.shape == map.navigationShape && !$0.type.isComplex }
    if let image = images.first(where: { "\($0.name) \($0.title)".lowercased().contains("df") }) ?? images.first {
      let array = try image.array
      return (image.type.magnitudes(try array.read(array.wholeBox)), image.title.isEmpty ? image.name : image.title)
    }
    return try summary().map { ($0.pixelSums, "the sum of the map") }
  }
}
