internal import Microscopy

/// Estimates by how much the frames of a scan are displaced, from the images that were taken with them.
///
/// Each image is compared with the sum of those before it, shifted onto each other: the shift of the highest correlation is
/// sought in small copies of both, up to a quarter of the field of view, and then followed through finer ones, to a pixel.
/// In memory are two frames with their copies, of four bytes a pixel: 5⅓ MB each with 1,024 × 1,024 pixels.
struct JEOLDrift {
  /// Images are halved to about this size for the first search.
  private static let coarseSize = 64
  /// In larger images only the neighbours of what was found in their halves are tried: each costs a pass over all pixels.
  private static let largeSize = 1024

  let scan: JEOLScan

  init(_ scan: JEOLScan) { self.scan = scan }

  /// The shift that brings each frame onto the first.
  func shifts(_ frames: [Int]) throws(FormatError) -> [JEOLScan.Shift] {
    var sum: JEOLFrameImage?
    var shifts: [JEOLScan.Shift] = []
    for frame in frames {
      let image = try JEOLFrameImage(scan, frame: frame)
      if let reference = sum {
        let shift = find(image, in: reference)
        shifts.append(shift)
        sum?.add(image, shift)
      } else {
        shifts.append(.init())
        sum = image
      }
    }
    return shifts
  }

  private func find(_ image: JEOLFrameImage, in reference: JEOLFrameImage) -> JEOLScan.Shift {
    var levels = [(image, reference)]
    while let (image, reference) = levels.last, max(image.width, image.height) > Self.coarseSize,
      min(image.width, image.height) > 2
    {
      levels.append((image.halved(), reference.halved()))
    }
    var best = JEOLScan.Shift()
    for (number, level) in levels.reversed().enumerated() {
      let isFirst = number == 0
      let step = max(level.0.width, level.0.height) > Self.largeSize ? 1 : 2
      let reach = isFirst ? (y: level.0.height / 4, x: level.0.width / 4) : (y: step, x: step)
      let centre = JEOLScan.Shift(y: best.y * 2, x: best.x * 2)
      var candidates: [JEOLScan.Shift] = []
      for y in -reach.y...reach.y {
        for x in -reach.x...reach.x { candidates.append(.init(y: centre.y + y, x: centre.x + x)) }
      }
      // Of shifts that are as good, the smallest.
      candidates.sort { abs($0.y) + abs($0.x) < abs($1.y) + abs($1.x) }
      var highest = -Double.infinity
      best = centre
      for candidate in candidates {
        let correlation = level.1.correlation(with: level.0, shiftedBy: candidate)
        if correlation > highest {
          highest = correlation
          best = candidate
        }
      }
    }
    return best
  }
}

/// The image of a frame, as numbers to compute with.
struct JEOLFrameImage {
  let width: Int
  let height: Int
  private(set) var values: [Float]

  init(width: Int, height: Int, values: [Float]) {
    self.width = width
    self.height = height
    self.values = values
  }

  init(_ scan: JEOLScan, frame: Int) throws(FormatError) {
    let array = JEOLScanArray(
      scan: scan, content: .images, frames: [frame], shifts: [.init()], keepsFrames: false, type: .uint32)
    let bytes = try array.read(array.shape.map { 0..<$0 })
    width = scan.grid.width
    height = scan.grid.height
    values = stride(from: 0, to: bytes.count, by: 4).map { Float(unsafe bytes.span.bytes.integer(at: $0, UInt32.self)) }
  }

  /// Half the size: sums of four pixels.
  func halved() -> JEOLFrameImage {
    let half = (width: max(1, width / 2), height: max(1, height / 2))
    var sums = [Float](repeating: 0, count: half.width * half.height)
    for y in 0..<min(height, half.height * 2) {
      for x in 0..<min(width, half.width * 2) { sums[y / 2 * half.width + x / 2] += values[y * width + x] }
    }
    return JEOLFrameImage(width: half.width, height: half.height, values: sums)
  }

  mutating func add(_ other: JEOLFrameImage, _ shift: JEOLScan.Shift) {
    for y in max(0, shift.y)..<max(0, shift.y, min(height, height + shift.y)) {
      for x in max(0, shift.x)..<max(0, shift.x, min(width, width + shift.x)) {
        values[y * width + x] += other.values[(y - shift.y) * width + x - shift.x]
      }
    }
  }

  /// Pearson's correlation over the pixels that both have; 0 when either is constant there.
  func correlation(with other: JEOLFrameImage, shiftedBy shift: JEOLScan.Shift) -> Double {
    let rows = max(0, shift.y)..<max(0, shift.y, min(height, height + shift.y))
    let columns = max(0, shift.x)..<max(0, shift.x, min(width, width + shift.x))
    let count = Double(rows.count * columns.count)
    guard count > 0 else { return 0 }
    var sum = 0.0
    var otherSum = 0.0
    var square = 0.0
    var otherSquare = 0.0
    var product = 0.0
    unsafe values.withUnsafeBufferPointer { own in
      unsafe other.values.withUnsafeBufferPointer { theirs in
        for y in rows {
          let start = y * width
          let otherStart = (y - shift.y) * width - shift.x
          for x in columns {
            let value = Double(unsafe own[start + x])
            let otherValue = Double(unsafe theirs[otherStart + x])
            sum += value
            otherSum += otherValue
            square += value * value
            otherSquare += otherValue * otherValue
            product += value * otherValue
          }
        }
      }
    }
    let variance = square - sum * sum / count
    let otherVariance = otherSquare - otherSum * otherSum / count
    guard variance > 0, otherVariance > 0 else { return 0 }
    return (product - sum * otherSum / count) / (variance * otherVariance).squareRoot()
  }
}
