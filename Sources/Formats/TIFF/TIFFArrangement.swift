internal import Foundation
internal import Microscopy

/// How the pages of a file are arranged: the axes before those of a page.
struct TIFFArrangement {
  /// Slowest first; empty for a single page.
  var axes: [Axis] = []
  /// The pages of `axes` that are not in the file as such: one page stands for all, which follow its pixels without a gap.
  var isPacked = false
  /// The page at each place, where that is not the order of the file.
  var order: [Int]?

  var count: Int { axes.reduce(1) { $0 * $1.size } }

  /// A stack of so many pages.
  static func stack(_ count: Int, _ step: TIFFDescription.Step?) -> TIFFArrangement {
    guard count > 1 else { return TIFFArrangement() }
    return TIFFArrangement(axes: [
      Axis(
        name: "z", size: count, scale: step?.scale ?? 1, offset: step?.offset ?? 0, units: step?.units ?? "",
        role: .navigation)
    ])
  }

  /// ImageJ: pages run over channels first, then slices, then frames.
  init?(imageJ values: [String: String], pages: Int, z: TIFFDescription.Step?) {
    func number(_ key: String) -> Int { values[key].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 1 }
    let images = number("images")
    let extents = [number("frames"), number("slices"), number("channels")]
    let total = extents.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard images > 1, extents.allSatisfy({ $0 <= images }), total == images, pages == images || pages == 1 else { return nil }
    isPacked = pages == 1
    let interval = values["finterval"].flatMap(Double.init).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    if extents[0] > 1 {
      axes.append(
        Axis(name: "time", size: extents[0], scale: interval ?? 1, units: interval == nil ? "" : "s", role: .navigation))
    }
    if extents[1] > 1 { axes += Self.stack(extents[1], z).axes }
    if extents[2] > 1 { axes.append(Axis(name: "channel", size: extents[2], role: .navigation)) }
  }

  /// OME: the order of the pages is told, fastest first; the result has time, z and channel from the slowest on.
  init?(ome pixels: MetadataTree, pages: Int, samples: Int) {
    guard let order = pixels["@DimensionOrder"]?.text, order.hasPrefix("XY") else { return nil }
    func extent(_ letter: Character) -> Int {
      let size = pixels["@Size\(letter)"]?.number.flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil } ?? 1
      return letter == "C" && samples > 1 && size % samples == 0 ? size / samples : size
    }
    let letters = Array(order.dropFirst(2))
    guard letters.sorted() == ["C", "T", "Z"], letters.allSatisfy({ extent($0) <= pages }) else { return nil }
    guard letters.reduce(1, { $0.multipliedReportingOverflow(by: extent($1)).partialValue }) == pages else { return nil }
    func step(_ key: String, _ unit: String, _ standard: String) -> (Double, String)? {
      guard let value = pixels[key]?.number, value > 0, value.isFinite else { return nil }
      return (value, TIFFDescription.unit(pixels[unit]?.text ?? standard))
    }
    let names: [Character: (String, (Double, String)?)] = [
      "T": ("time", step("@TimeIncrement", "@TimeIncrementUnit", "s")), "C": ("channel", nil),
      "Z": ("z", step("@PhysicalSizeZ", "@PhysicalSizeZUnit", "µm")),
    ]
    let sorted: [Character] = ["T", "Z", "C"]
    for letter in sorted where extent(letter) > 1 {
      guard let (name, scale) = names[letter] else { continue }
      axes.append(Axis(name: name, size: extent(letter), scale: scale?.0 ?? 1, units: scale?.1 ?? "", role: .navigation))
    }
    // Pages from one index to the next of each letter.
    var steps: [Character: Int] = [:]
    var next = 1
    for letter in letters {
      steps[letter] = next
      next *= extent(letter)
    }
    var places: [Int] = []
    for t in 0..<extent("T") {
      for z in 0..<extent("Z") {
        for c in 0..<extent("C") { places.append(t * (steps["T"] ?? 0) + z * (steps["Z"] ?? 0) + c * (steps["C"] ?? 0)) }
      }
    }
    self.order = places == Array(0..<pages) ? nil : places
  }

  private init(axes: [Axis] = []) { self.axes = axes }
}
