/// The pixels of a scan, and the marks of the event stream that stand for them.
///
/// A mark is a position from 0 to 4,095 across the longer side of the field of view: with 512 pixels each has 8 marks.
struct JEOLScanGrid: Sendable {
  static let markCount = 4096
  static let none = UInt16.max

  let width: Int
  let height: Int
  /// Marks that any two positions in different pixels are apart, at least.
  let coarsestStep: Int
  /// Marks of a pixel along a row, and of a row.
  private(set) var columnStep = 1
  private(set) var rowStep = 1
  /// The pixel of a mark, `none` where it lies outside.
  private(set) var columns: [UInt16] = []
  private(set) var rows: [UInt16] = []

  /// - Precondition: both extents are from 1 to 4,096.
  init(width: Int, height: Int) {
    precondition((1...Self.markCount).contains(width) && (1...Self.markCount).contains(height))
    self.width = width
    self.height = height
    coarsestStep = max(Self.markCount / width, Self.markCount / height)
    fit(greatestColumn: Self.markCount - 1, greatestRow: Self.markCount - 1)
  }

  /// Chooses between the two ways of counting marks along the shorter side of a scan: pixels are square there when the
  /// marks that occur allow it, else its own extent is 4,096 marks.
  mutating func fit(greatestColumn: Int, greatestRow: Int) {
    let square = Self.markCount / max(width, height)
    func step(_ size: Int, _ greatest: Int) -> Int { greatest / square < size ? square : Self.markCount / size }
    func pixels(_ size: Int, _ step: Int) -> [UInt16] {
      (0..<Self.markCount).map { $0 / step < size ? UInt16($0 / step) : Self.none }
    }
    columnStep = step(width, greatestColumn)
    rowStep = step(height, greatestRow)
    columns = pixels(width, columnStep)
    rows = pixels(height, rowStep)
  }

  /// The height and the width of a pixel, of the longer side of the field of view.
  ///
  /// Pixels with the same marks both ways are square; else each side is a field of view of its own.
  var pixelSize: (height: Double, width: Double) {
    if rowStep == columnStep {
      let size = Double(rowStep) / Double(Self.markCount)
      return (size, size)
    }
    return (1 / Double(height), 1 / Double(width))
  }
}
