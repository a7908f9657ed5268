import Figures
import Store

/// Pictures of tables: signal to noise and limits of detection over the number of pixels.
extension ResultPictures {
  func tablePictures() throws -> [StoredPicture] {
    try result.tableNames.flatMap { name in
      let table = try result.table(name)
      return Self.pictures(table) + Self.compositionPicture(table)
    }
  }

  /// From columns "pixels" and "snr" or "lod…", grouped by the texts of "line" or "element"; none for a table without them, or
  /// with one number of pixels only.
  static func pictures(_ table: [TableColumn]) -> [StoredPicture] {
    func numbers(_ column: TableColumn?) -> [Double]? {
      if case .numbers(let values)? = column?.values { values } else { nil }
    }
    func column(_ test: (String) -> Bool) -> TableColumn? { table.first { test($0.name.lowercased()) } }
    guard let pixels = numbers(column { $0 == "pixels" }), Set(pixels).count > 1 else { return [] }
    var names = [String](repeating: "", count: pixels.count)
    if case .texts(let lines)? = column({ ["line", "lines", "element", "symbol"].contains($0) })?.values,
      lines.count == names.count
    {
      names = lines
    }
    var order: [String] = []
    for name in names where !order.contains(name) { order.append(name) }
    func picture(_ wanted: TableColumn?, _ title: String, power: Double, law: String, caption: String) -> [StoredPicture] {
      guard let wanted, let values = numbers(wanted), values.count == pixels.count else { return [] }
      let errors = numbers(column { $0 == wanted.name.lowercased() + "_error" })
      let series = order.prefix(8).map { name in
        let rows = names.indices.filter { names[$0] == name }
        return (
          name: name, pixels: rows.map { pixels[$0] }, values: rows.map { values[$0] },
          errors: errors.flatMap { errors in errors.count == pixels.count ? rows.map { errors[$0] } : nil }
        )
      }
      let plot = Plot.powerLaw(
        quantity: title, units: wanted.units, power: power, lawName: law, points: Array(series))
      return [StoredPicture(wanted.name, caption, Figure("", plot))]
    }
    let lod = column { $0.hasPrefix("lod") && !$0.hasSuffix("error") }
    return picture(
      column { $0 == "snr" || $0.hasPrefix("signal_to_noise") }, "SNR", power: 0.5, law: "∝ √N",
      caption: "Signal to noise over the number of pixels")
      + picture(lod, "LOD", power: -0.5, law: "∝ 1/√N", caption: "Limit of detection over the number of pixels")
  }
}
