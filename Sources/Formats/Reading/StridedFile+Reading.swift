internal import Blocks
internal import Microscopy

extension StridedFile {
  /// - Precondition: the box lies within the shape.
  public func read(_ box: [Range<Int>]) throws(FormatError) -> [UInt8] {
    precondition(box.count == shape.count && zip(box, shape).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 })
    let total = box.reduce(elementSize) { $0 * $1.count }
    guard total > 0 else { return [] }
    let plan = BoxPlan(box, of: self)
    var failure: FormatError?
    let result = unsafe [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      unsafe buffer.preferLargePages()
      let target = UnsafeMutableRawBufferPointer(buffer)
      do throws(FormatError) {
        if plan.isInOrder {
          unsafe try gather(plan.dimensions[...], at: plan.start, into: target, 0)
        } else {
          unsafe try transpose(plan.dimensions, at: plan.start, into: target, 0)
        }
        if byteOrder != .native { unsafe swapBytes(target, width: type.swapWidth) }
        initialized = total
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Reading on is cheaper than another call to the system when what is skipped per call is less than this.
  private static let worthSkipping = 8 << 10
  private static let window = 4 << 20

  /// Fills the target with the elements in the order of the disk, without gaps between them.
  private func gather(
    _ dimensions: ArraySlice<CopyDimension>, at place: Int, into target: UnsafeMutableRawBufferPointer, _ position: Int
  ) throws(FormatError) {
    let data = dimensions.reduce(elementSize) { $0 * $1.count }
    let span = dimensions.reduce(elementSize) { $0 + ($1.count - 1) * $1.from }
    guard span > data, let first = dimensions.first else {
      return unsafe try bytes.read(place, into: UnsafeMutableRawBufferPointer(rebasing: target[position..<position + data]))
    }
    let inner = dimensions.dropFirst()
    let innerData = data / first.count
    let innerSpan = span - (first.count - 1) * first.from
    let runs = inner.last.map { $0.from == elementSize ? innerData / ($0.count * elementSize) : innerData / elementSize }
    if first.from <= Self.window, first.from <= innerData + (runs ?? 1) * Self.worthSkipping {
      let group = max(1, min(first.count, Self.window / first.from))
      let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: (group - 1) * first.from + innerSpan, alignment: 16)
      defer { unsafe scratch.deallocate() }
      for index in stride(from: 0, to: first.count, by: group) {
        let count = min(group, first.count - index)
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<((count - 1) * first.from + innerSpan)])
        try unsafe bytes.read(place + index * first.from, into: part)
        guard let from = part.baseAddress, let to = target.baseAddress else { return }
        var copied = [CopyDimension(count: count, from: first.from, to: 0)] + inner
        var step = elementSize
        for dimension in copied.indices.reversed() {
          copied[dimension].to = step
          step *= copied[dimension].count
        }
        unsafe copyElements(copied, size: elementSize, from: from, to: to + position + index * innerData)
      }
    } else {
      for index in 0..<first.count {
        try unsafe gather(inner, at: place + index * first.from, into: target, position + index * innerData)
      }
    }
  }

  private static let slab = 8 << 20

  /// Fills the target in its own order, slab after slab: each is gathered in the order of the disk and then turned.
  private func transpose(
    _ dimensions: [CopyDimension], at place: Int, into target: UnsafeMutableRawBufferPointer, _ position: Int
  ) throws(FormatError) {
    let data = dimensions.reduce(elementSize) { $0 * $1.count }
    if data > Self.slab, let cut = dimensionToCut(dimensions) {
      let half = dimensions[cut].count / 2
      var low = dimensions
      var high = dimensions
      low[cut].count = half
      high[cut].count -= half
      try unsafe transpose(low, at: place, into: target, position)
      try unsafe transpose(
        high, at: place + half * dimensions[cut].from, into: target, position + half * dimensions[cut].to)
      return
    }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: data, alignment: 16)
    defer { unsafe scratch.deallocate() }
    try unsafe gather(dimensions[...], at: place, into: scratch, 0)
    guard let from = scratch.baseAddress, let to = target.baseAddress else { return }
    var copied = dimensions
    var step = elementSize
    for dimension in copied.indices.reversed() {
      copied[dimension].from = step
      step *= copied[dimension].count
    }
    unsafe copyElements(copied, size: elementSize, from: from, to: to + position)
  }

  /// The dimension whose halving costs least: neither the fastest on disk nor the fastest in the result while there is
  /// another, and then the result's as long as a kilobyte of it is left.
  private func dimensionToCut(_ dimensions: [CopyDimension]) -> Int? {
    guard let fastestInResult = dimensions.indices.min(by: { dimensions[$0].to < dimensions[$1].to }) else { return nil }
    let fastestOnDisk = dimensions.count - 1
    if let other = dimensions.indices.first(where: {
      $0 != fastestInResult && $0 != fastestOnDisk && dimensions[$0].count > 1
    }) {
      return other
    }
    if dimensions[fastestInResult].count * elementSize > 1024 { return fastestInResult }
    return [fastestOnDisk, fastestInResult].first { dimensions[$0].count > 1 }
  }
}

/// A box of an array in a file as dimensions in the order of the disk, joined where both orders allow it.
private struct BoxPlan {
  /// Where the first element of the box is.
  var start: Int
  /// `from` is in the file and `to` in the result.
  var dimensions: [CopyDimension]
  /// Whether the order of the disk is the order of the result.
  var isInOrder: Bool

  init(_ box: [Range<Int>], of file: StridedFile) {
    start = zip(box, file.byteStrides).reduce(file.offset) { $0 + $1.0.lowerBound * $1.1 }
    var target = [Int](repeating: file.elementSize, count: box.count)
    for dimension in target.indices.dropLast().reversed() {
      target[dimension] = target[dimension + 1] * box[dimension + 1].count
    }
    dimensions = []
    for dimension in file.diskOrder where box[dimension].count > 1 {
      let next = CopyDimension(
        count: box[dimension].count, from: file.byteStrides[dimension], to: target[dimension])
      if let last = dimensions.last, last.from == next.count * next.from, last.to == next.count * next.to {
        dimensions[dimensions.count - 1] = CopyDimension(count: last.count * next.count, from: next.from, to: next.to)
      } else {
        dimensions.append(next)
      }
    }
    isInOrder = zip(dimensions, dimensions.dropFirst()).allSatisfy { $0.to > $1.to }
  }
}
