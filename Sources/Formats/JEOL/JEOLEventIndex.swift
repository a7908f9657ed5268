/// Where the rows of all frames begin in the event stream of a .pts file.
///
/// The stream is 16-bit words of four bits of kind and twelve bits of value: 8 the position along x and 9 along y, 10 the
/// value of the image and 11 the channel of an X-ray at this position; 6 and 7 are 10 ms of real and of live time gone by.
/// A frame ends where the position along y goes back. (Found out by the developers of HyperSpy; the ticks by comparing their
/// number with the times in the headers.)
struct JEOLEventIndex: Sendable {
  static let xMark: UInt16 = 8
  static let yMark: UInt16 = 9
  static let imageEvent: UInt16 = 10
  static let xRayEvent: UInt16 = 11
  /// s
  static let tick = 0.01

  /// A run of words between two marks of y.
  struct Row: Sendable {
    /// The mark of y, counted in words from the beginning of the stream.
    var word: Int
    var y: UInt16
    /// The mark of x that is valid when the row begins.
    var x: UInt16
  }

  /// One sweep over the scan; its rows come in the order of y, and the first of them is always in the index.
  struct Frame: Sendable {
    var rows: Range<Int>
    /// The word behind its last one.
    var end: Int
    /// The last mark of x.
    var lastX = 0
    /// The last mark of y.
    var lastY = 0
    var xRays = 0
    var images = 0
    /// The most events that one pixel can have, never less than the true number.
    var mostXRays = 0
    var mostImages = 0
    var realTicks = 0
    var liveTicks = 0
  }

  /// Every so many of the rows of each frame, 16 bytes each.
  var rows: [Row] = []
  var rowStep = 1
  /// The rows of all frames, whether they are in the index or not.
  var rowCount = 0
  var frames: [Frame] = []
  /// Words of kinds that have no meaning here.
  var strangeWords = 0
  var greatestX = 0
  var greatestY = 0

  /// The words of a frame's rows from one mark of y to before another, and of up to `rowStep` rows before them.
  ///
  /// - Returns: the words, and the marks that are valid before the first of them.
  func words(of frame: Frame, rows wanted: Range<Int>, _ row: (UInt16) -> Int) -> (words: Range<Int>, y: Int, x: Int)? {
    func first(from bound: Int) -> Int {
      var low = frame.rows.lowerBound
      var high = frame.rows.upperBound
      while low < high {
        let middle = (low + high) / 2
        if row(rows[middle].y) < bound { low = middle + 1 } else { high = middle }
      }
      return low
    }
    // Where rows are left out, the first that are wanted may lie behind the row before them.
    let begin = max(frame.rows.lowerBound, first(from: wanted.lowerBound) - (rowStep > 1 ? 1 : 0))
    let end = first(from: wanted.upperBound)
    guard begin < end else { return nil }
    let last = end < frame.rows.upperBound ? rows[end].word : frame.end
    return (rows[begin].word..<last, Int(rows[begin].y), Int(rows[begin].x))
  }
}
