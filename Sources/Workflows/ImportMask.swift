internal import Blocks
internal import Formats
internal import Foundation
internal import Microscopy
internal import Segmentation
public import Store

/// Makes a mask of a PNG image or an .npy array: what is not zero belongs to it.
public struct ImportMask: Sendable {
  /// What the mask's provenance holds as its parameters.
  struct Parameters: Codable, Hashable, Sendable {
    var format: String
  }

  /// The image.
  public var image: String
  public var name: String
  /// The map; nil: the only one of the file.
  public var map: String?
  public var note = ""

  public init(_ image: String, name: String) {
    self.image = image
    self.name = name
  }

  public struct Report: Codable, Sendable {
    public var name: String
    public var mask: MaskReport
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let map = try store.map(map)
    try map.requireFreeMask(name)
    let mask = PixelMask(shape: map.navigationShape, pixels: try Self.pixels(of: image, for: map))
    var input = try Provenance.Input.wholeFile(image)
    input.file = image.named(from: store.path)
    let made = try Provenance(
      operation: "import", parameters: Parameters(format: Self.isNumPy(image) ? "npy" : "png"), inputs: [input], started: start,
      note: note)
    let stored = try store.add([NewMask(map: map, mask: mask, made: made)], named: name, observer)
    return Report(name: name, mask: MaskReport(stored[0], of: map))
  }

  private static func isNumPy(_ path: String) -> Bool { URL(filePath: path).pathExtension.lowercased() == "npy" }

  /// The pixels that an image of a map's shape chooses.
  ///
  /// - Throws: `FormatError`; `WorkflowError` for an image of another shape, and for an array of other than truth values and
  ///   whole numbers.
  static func pixels(of path: String, for map: Map) throws -> [Bool] {
    let (shape, pixels) = try isNumPy(path) ? array(path) : image(path)
    guard shape == map.navigationShape || shape == [1] + map.navigationShape else {
      throw WorkflowError(
        "\(path) has \(Self.text(shape)) pixels, and the map \(map.path) has \(Self.text(map.navigationShape))",
        advice: "Give a mask with as many rows and columns as the map.")
    }
    return pixels
  }

  private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }

  private static func image(_ path: String) throws -> ([Int], [Bool]) {
    let image = try PNGImage(path)
    return ([image.height, image.width], image.nonZero)
  }

  private static func array(_ path: String) throws -> ([Int], [Bool]) {
    guard let array = try NumPyReader.read(path, options: .init()).first else { return ([], []) }
    guard array.array.elementCount <= 1 << 28 else {
      throw WorkflowError("\(path) holds \(array.array.elementCount) values", advice: "Give a mask with one value a pixel.")
    }
    let values = StoredArray(
      type: array.type, shape: array.array.shape, bytes: try array.array.read(array.array.wholeBox))
    guard let numbers = values.numbers else {
      throw WorkflowError(
        "\(path) holds values of the type \(array.type.rawValue)", advice: "Give an array of truth values or whole numbers.")
    }
    if let place = numbers.firstIndex(where: { $0 != $0.rounded() || !$0.isFinite }) {
      throw WorkflowError(
        "\(path) is no mask: pixel \(place) (in C order, from 0) is \(numbers[place])",
        advice: "Give an array of truth values or whole numbers, such as (image > level) in NumPy.")
    }
    return (array.array.shape, numbers.map { $0 != 0 })
  }
}
