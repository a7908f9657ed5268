import Blocks
import Figures
import Foundation
import Microscopy
import Store

/// The pictures of a map, its images and its masks.
final class MapPictures {
  let map: Map
  let metadata: MapMetadata
  let options: PictureOptions
  /// Maps that take more bytes in the file are not summed for a picture.
  private let limit: Int
  private let observer: Observer
  private var knownSummary: MapSummary?

  init(_ map: Map, options: PictureOptions, limit: Int = .max, observer: Observer) throws {
    self.map = map
    self.options = options
    self.limit = limit
    self.observer = observer
    metadata = try map.metadata
  }

  var navigation: [Axis] { map.axes.filter { $0.role == .navigation } }
  private var signal: [Axis] { map.axes.filter { $0.role == .signal } }

  /// The map summed both ways; nil where it is too large for that, or not of real numbers.
  func summary() throws -> MapSummary? {
    if let knownSummary { return knownSummary }
    guard !map.type.isComplex, try map.storedByteCount <= limit else { return nil }
    knownSummary = try MapSummary(map, threads: options.threads, observer)
    return knownSummary
  }

  /// The pictures of the map itself: its spectrum or pattern, and where it has its counts.
  func pictures() throws -> [StoredPicture] {
    if map.shape.contains(0) { return [message("the map is empty")] }
    if navigation.isEmpty || signal.isEmpty { return try [single()] }
    if map.type.isComplex { return [message("sums of complex values are not drawn")] }
    guard let summary = try summary() else {
      return [message("the map is too large to be summed for this page")]
    }
    return [try signalPicture(summary), navigationPicture(summary)]
  }

  private func message(_ text: String) -> StoredPicture {
    StoredPicture(map.name, text, Figure("", MessagePanel(title: map.name, text)))
  }

  private func signalPicture(_ summary: MapSummary) throws -> StoredPicture {
    let pixels = Double(max(1, summary.pixelSums.count))
    if signal.count == 1 {
      let spectrum = SpectrumPlot(axis: signal[0], metadata: metadata, options: options)
      let plot = try spectrum.plot("", [Curve(x: signal[0].coordinates, y: summary.channelSums)])
      return StoredPicture("spectrum", "Sum over all \(Self.count(summary.pixelSums)) pixels", Figure("", plot))
    }
    let mean = summary.channelSums.map { $0 / pixels }
    let panels = ImagePanels(
      options, quantity: quantity, colours: .grey, isLogarithmic: navigation.count >= 2 && mean.allSatisfy { $0 >= 0 })
    return StoredPicture(
      "pattern", "Mean over all \(Self.count(summary.pixelSums)) positions", Figure("", panels.panel("", mean, axes: signal)),
      width: 360)
  }

  private func navigationPicture(_ summary: MapSummary) -> StoredPicture {
    let panels = ImagePanels(options, quantity: quantity, colours: .grey)
    return StoredPicture(
      "image", "Sum over all \(Self.count(summary.channelSums)) \(signal.count == 1 ? "channels" : "pixels of the patterns")",
      Figure("", panels.panel("", summary.pixelSums, axes: navigation)), width: 360)
  }

  private static func count(_ values: [Double]) -> String { NumberText.fixed(Double(values.count), decimals: 0) }

  private var quantity: String { metadata.quantity.isEmpty ? "counts" : metadata.quantity }

  /// A map that is one spectrum, one image, or a stack without navigation.
  private func single() throws -> StoredPicture {
    let axes = map.axes
    if axes.count == 1 {
      let values = map.type.magnitudes(try map.read([0..<axes[0].size]))
      let spectrum = SpectrumPlot(axis: axes[0], metadata: metadata, options: options)
      return StoredPicture("spectrum", "", Figure("", try spectrum.plot("", [Curve(x: axes[0].coordinates, y: values)])))
    }
    if axes.count == 3, (3...4).contains(axes[2].size), map.type == .uint8 {
      return StoredPicture("image", "", Figure("", try Self.colours(map.array, axes)), width: 360)
    }
    let index = axes.dropLast(2).map { $0.size / 2 }
    let image = try ReducedImage(map.array, type: map.type, at: Array(index))
    let panels = ImagePanels(options, quantity: map.type.isComplex ? "magnitude" : quantity, colours: .grey)
    let caption = index.isEmpty ? "" : "Image \(index.map { String($0 + 1) }.joined(separator: ", ")) of \(axes[0].size)"
    return StoredPicture("image", caption, Figure("", panels.image("", image, Array(axes.suffix(2)))), width: 360)
  }

  /// An image that belongs to the map.
  func picture(_ image: StoredImage) throws -> StoredPicture {
    let axes = image.axes
    let title = image.title.isEmpty ? image.name : image.title
    guard axes.count >= 2, !image.shape.contains(0) else {
      return StoredPicture(image.name, title, Figure("", MessagePanel(title: image.name, "no values")), width: 360)
    }
    if axes.count == 3, (3...4).contains(axes[2].size) {
      return StoredPicture(image.name, title, Figure("", try Self.colours(image.array, axes)), width: 360)
    }
    let index = axes.dropLast(2).map { $0.size / 2 }
    let panels = ImagePanels(options, quantity: image.quantity, colours: .grey)
    let reduced = try ReducedImage(image.array, type: image.type, at: Array(index))
    return StoredPicture(
      image.name, title, Figure("", panels.image("", reduced, Array(axes.suffix(2)))), width: 360)
  }

  /// An image of bytes in colours, every so-manieth pixel of it where it is large.
  private static func colours(_ array: any ArraySource, _ axes: [Axis]) throws -> any Panel {
    let (height, width, depth) = (axes[0].size, axes[1].size, axes[2].size)
    guard array.elementSize == 1, height > 0, width > 0 else { return MessagePanel("colours of more than a byte are not drawn") }
    let step = max(1, (max(height, width) + ReducedImage.limit - 1) / ReducedImage.limit)
    var pixels: [UInt32] = []
    for y in stride(from: 0, to: height, by: step) {
      let row = try array.read([y..<y + 1, 0..<width, 0..<depth])
      for x in stride(from: 0, to: width, by: step) {
        let parts = row[x * depth..<x * depth + 3].map { UInt32($0) }
        pixels.append(parts.reduce(0) { $0 << 8 | $1 })
      }
    }
    let columns = (width + step - 1) / step
    var pixel = ImagePanels.pixel(Array(axes.prefix(2)))
    pixel.height *= Double(step)
    pixel.width *= Double(step)
    return ColourPicture("", Raster(width: columns, height: pixels.count / columns, pixels: pixels), pixel: pixel)
  }
}
