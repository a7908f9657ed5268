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
    func pixels(_ size: Int, _ greatest: Int) -> [UInt16] {
      let step = greatest / square < size ? square : Self.markCount / size
      return (0..<Self.markCount).map { $0 / step < size ? UInt16($0 / step) : Self.none }
    }
    columns = pixels(width, greatestColumn)
    rows = pixels(height, greatestRow)
  }
}
