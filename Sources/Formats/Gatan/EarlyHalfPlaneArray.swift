internal import Blocks

/// A Fourier transform of real values as DigitalMicrograph 2 packed it: 2n × 2n values in as many real numbers.
///
/// Read as 2n rows of n complex numbers, row i holds the columns n…2n−1 of row i. The places of column n in the rows
/// 0…n−1, which follow from others by symmetry, hold what the right half lacks: the rows n+1…2n−1 of column 0, and in
/// the rows 0 and n the four values that are real. Layout: C. B. Boothroyd, "Digital Micrograph file format".
struct EarlyHalfPlaneArray: ArraySource {
  /// 2n × n complex numbers of single precision.
  let packed: StridedFile

  init(_ packed: StridedFile) { self.packed = packed }

  var shape: [Int] { [packed.shape[0], packed.shape[0]] }
  var elementSize: Int { packed.elementSize }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(box.reduce(elementSize) { $0 * $1.count })
    for row in box[0] {
      // An output row needs at most four rows of the file.
      var rows: [Int: [UInt8]] = [:]
      for column in box[1] { result += try element(row, column, &rows) }
    }
    return result
  }

  private var half: Int { packed.shape[1] }

  private func element(_ row: Int, _ column: Int, _ rows: inout [Int: [UInt8]]) throws -> ArraySlice<UInt8> {
    let n = half
    let size = 2 * n
    if column == 0 || column == n, row == 0 || row == n {
      let pair = try slot(column == 0 ? 0 : n, 0, &rows)
      let real = row == n ? pair.prefix(4) : pair.suffix(4)
      return ArraySlice(Array(real) + [0, 0, 0, 0])
    }
    if column == 0 {
      return row > n ? try slot(row - n, 0, &rows) : conjugate(try slot(n - row, 0, &rows))
    }
    if column > n || (column == n && row > n) { return try slot(row, column - n, &rows) }
    let opposite = (size - row) % size
    return conjugate(try slot(opposite, (size - column) - n, &rows))
  }

  private func slot(_ row: Int, _ column: Int, _ rows: inout [Int: [UInt8]]) throws -> ArraySlice<UInt8> {
    if rows[row] == nil { rows[row] = try packed.read([row..<row + 1, 0..<half]) }
    guard let bytes = rows[row] else { return [] }
    return bytes[column * elementSize..<(column + 1) * elementSize]
  }
}
