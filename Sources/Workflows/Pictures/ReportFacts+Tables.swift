import Figures
import Store

/// Tables of results as a page shows them.
extension ReportFacts {
  /// The rows of a table that a page bears.
  private static let rowLimit = 200
  /// What a reader looks for first, so that a phone shows it without scrolling.
  private static let first = [
    "phase", "name", "spectrum", "symbol", "element", "atomic_percent", "line", "atomic_ppm", "lod_ppm", "snr", "weight_percent",
  ]

  /// A table with its most telling columns first, and errors behind what they are of.
  static func table(_ name: String, _ columns: [TableColumn]) -> ReportPage.Table {
    var count = 0
    let names = Set(columns.map(\.name))
    let sorted = columns.enumerated().sorted { rank($0) < rank($1) }.map(\.element)
    let shown = sorted.compactMap { column -> ReportPage.Table.Column? in
      if column.name.hasSuffix("_error"), names.contains(String(column.name.dropLast(6))) { return nil }
      switch column.values {
      case .numbers(let values):
        count = max(count, values.count)
        if case .numbers(let errors)? = columns.first(where: { $0.name == "\(column.name)_error" })?.values,
          errors.count == values.count
        {
          let cells = zip(values, errors).prefix(rowLimit).map { NumberText.withError($0, $1) }
          return .init(title(column) + " ± 1σ", isNumeric: true, cells)
        }
        return .init(title(column), isNumeric: true, values.prefix(rowLimit).map { NumberText.plain($0, digits: 5) })
      case .texts(let values):
        count = max(count, values.count)
        return .init(title(column), Array(values.prefix(rowLimit)))
      }
    }
    let note = count == 0 ? "No rows." : count > rowLimit ? "The first \(rowLimit) of \(count) rows." : ""
    return .init(word(name), shown, note: note)
  }

  private static func rank(_ item: EnumeratedSequence<[TableColumn]>.Element) -> (Int, Int) {
    (first.firstIndex(of: item.element.name) ?? first.count, item.offset)
  }

  private static func title(_ column: TableColumn) -> String {
    switch column.name {
    case "symbol": return "element"
    case "atomic_percent": return "at.%"
    case "weight_percent": return "wt.%"
    default:
      let words = word(column.name)
      // A name such as "lod ppm" tells its unit.
      return words.split(separator: " ").contains { $0 == column.units } ? words : UnitText.label(words, column.units)
    }
  }
}
