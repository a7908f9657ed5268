import Formats
import Foundation
import Store

extension ExportObject {
  /// The table that the path names, `rock/results/truth/phases`; nil where it names none.
  func table(in store: Store) throws -> (path: String, columns: [TableColumn])? {
    var words = path.split(separator: "/").map(String.init)
    let isSeries = words.first == "series"
    if isSeries { words.removeFirst() }
    guard words.count == 4, words[1] == "results" else { return nil }
    let holder: any ResultHolder = try isSeries ? store.series(words[0]) : store.map(words[0])
    let result = try holder.result(words[2])
    guard try result.tableNames.contains(words[3]) else { return nil }
    return ("\(result.path)/\(words[3])", try result.table(words[3]))
  }

  /// Writes a table with its units behind the headings; numbers as they are read back to the same bits.
  func write(_ columns: [TableColumn]) throws {
    guard URL(filePath: output).pathExtension.lowercased() == "csv" else {
      throw OutputError(
        StoreError(
          .invalid, file: output, "cannot hold a table", advice: "Tables are written as .csv; h5py reads them as they are."))
    }
    try CSVTable.write(
      columns.map { column in
        (
          column.units.isEmpty ? column.name : "\(column.name) (\(column.units))",
          column.texts ?? column.numbers?.map { "\($0)" } ?? []
        )
      }, to: output)
  }
}
