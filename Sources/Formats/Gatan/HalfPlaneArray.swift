internal import Blocks

/// A Fourier transform of real values whose file holds the columns of non-positive frequency only.
///
/// Column j of the file is the frequency −j along a row; rows are centred, frequency 0 at `height / 2`. The other columns
/// follow from F(−k) = conj F(k). Zero frequency ends up at (height / 2, width / 2).
struct HalfPlaneArray: ArraySource {
  /// height × (width / 2 + 1) complex numbers.
  let half: StridedFile
  let width: Int

  init(_ half: StridedFile, width: Int) {
    self.half = half
    self.width = width
  }

  var shape: [Int] { [half.shape[0], width] }
  var elementSize: Int { half.elementSize }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    let height = shape[0]
    let columns = 0..<half.shape[1]
    var result: [UInt8] = []
    result.reserveCapacity(box.reduce(elementSize) { $0 * $1.count })
    for row in box[0] {
      let opposite = (2 * (height / 2) - row) % height
      let own = try half.read([row..<row + 1, columns])
      let mirrored = opposite == row ? own : try half.read([opposite..<opposite + 1, columns])
      for column in box[1] {
        let frequency = column - width / 2
        if frequency <= 0 {
          result += element(own, -frequency)
        } else {
          result += conjugate(element(mirrored, frequency))
        }
      }
    }
    return result
  }

  private func element(_ row: [UInt8], _ column: Int) -> ArraySlice<UInt8> {
    row[column * elementSize..<(column + 1) * elementSize]
  }
}

/// A complex number in native byte order with the sign of its imaginary part turned.
func conjugate(_ element: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var result = element
  let sign = ByteOrder.native == .little ? result.endIndex - 1 : result.startIndex + result.count / 2
  result[sign] ^= 0x80
  return result
}
