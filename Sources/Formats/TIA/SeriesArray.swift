internal import Blocks
internal import Microscopy

/// The values of all elements of a series, arranged along its dimensions.
///
/// Each element is a block of its own in the file: a box reads the elements that it needs, and of large ones the rows.
/// Rows of images are turned, since the file has them from below. Elements that were asked for and not acquired are zero,
/// or NaN where the type has it.
struct SeriesArray: ArraySource {
  let header: SeriesHeader
  /// Extents that the elements are arranged in, slowest first; their product may be more than the elements there are.
  let arrangement: [Int]

  var shape: [Int] { arrangement + header.first.shape }
  var elementSize: Int { header.first.type.size }

  func read(_ box: [Range<Int>]) throws(FormatError) -> [UInt8] {
    let count = box.reduce(elementSize) { $0 * $1.count }
    guard count > 0 else { return [] }
    let blocks = Array(box.prefix(arrangement.count))
    let part = Array(box.suffix(header.first.shape.count))
    var failure: FormatError?
    let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe buffer.preferLargePages()
      do throws(FormatError) {
        unsafe try fill(UnsafeMutableRawBufferPointer(buffer), blocks, part)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Small elements that follow each other are read together, so many bytes at a time.
  private static let window = 4 << 20

  private func fill(
    _ target: UnsafeMutableRawBufferPointer, _ blocks: [Range<Int>], _ part: [Range<Int>]
  ) throws(FormatError) {
    let element = header.first
    let size = part.reduce(elementSize) { $0 * $1.count }
    let whole = element.headerSize + element.byteCount
    var numbers = BoxNumbers(blocks, of: arrangement)
    var position = 0
    var group: [Int] = []
    var next = numbers.next()
    while let number = next {
      guard number < header.offsets.count else {
        unsafe fillMissing(UnsafeMutableRawBufferPointer(rebasing: target[position..<position + size]))
        position += size
        next = numbers.next()
        continue
      }
      if whole > Self.window {
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: target[position..<position + size])
        unsafe try readLarge(number, part, into: place)
        position += size
        next = numbers.next()
        continue
      }
      group = [number]
      let start = header.offsets[number]
      var end = start + whole
      next = numbers.next()
      while let following = next, following < header.offsets.count {
        let offset = header.offsets[following]
        // Between elements there is a tag, and little else.
        guard offset >= end, offset - end <= 4096 + whole, offset + whole - start <= Self.window else { break }
        group.append(following)
        end = offset + whole
        next = numbers.next()
      }
      let bytes = try header.file.read(start, end - start)
      for number in group {
        let place = header.offsets[number] - start
        try check(number, bytes[place..<place + element.headerSize])
        unsafe bytes.withUnsafeBytes { source in
          unsafe copy(
            UnsafeRawBufferPointer(rebasing: source[place + element.headerSize..<place + whole]), part,
            to: UnsafeMutableRawBufferPointer(rebasing: target[position..<position + size]))
        }
        position += size
      }
    }
    if ByteOrder.native == .big { unsafe swapBytes(target, width: element.type.swapWidth) }
  }

  /// All elements of an array are of one form.
  private func check(_ number: Int, _ bytes: ArraySlice<UInt8>) throws(FormatError) {
    guard bytes.suffix(header.first.form.count).elementsEqual(header.first.form) else {
      throw FormatError(
        TIAReader.name, file: header.file.path, offset: header.offsets[number], field: "element \(number)",
        "its values are of another type or number than those of the first element",
        advice: "The file is damaged, or its elements differ: save them apart in TIA.")
    }
  }

  /// Copies a part of an element whose values are in memory.
  private func copy(_ source: UnsafeRawBufferPointer, _ part: [Range<Int>], to target: UnsafeMutableRawBufferPointer) {
    guard let columns = part.last, let from = source.baseAddress, let to = target.baseAddress else { return }
    let shape = header.first.shape
    let rows = part.count > 1 ? part[0] : 0..<1
    let height = part.count > 1 ? shape[0] : 1
    let width = (shape.last ?? 0) * elementSize
    let run = columns.count * elementSize
    for (index, row) in rows.enumerated() {
      unsafe (to + index * run).copyMemory(
        from: from + (height - 1 - row) * width + columns.lowerBound * elementSize, byteCount: run)
    }
  }

  /// Reads rows of an element that is too large for a window.
  private func readLarge(
    _ number: Int, _ part: [Range<Int>], into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    let element = header.first
    let place = header.offsets[number]
    try check(number, try header.file.read(place, element.headerSize)[...])
    guard let columns = part.last, let to = target.baseAddress else { return }
    let values = place + element.headerSize
    guard part.count > 1 else {
      return unsafe try header.file.read(values + columns.lowerBound * elementSize, into: target)
    }
    let rows = part[0]
    let width = element.shape[1] * elementSize
    let run = columns.count * elementSize
    let band = max(1, Self.window / max(width, 1))
    var done = 0
    while done < rows.count {
      let count = min(band, rows.count - done)
      // The last row of the band stands first in the file.
      let lowest = element.shape[0] - (rows.lowerBound + done + count)
      let bytes = try header.file.read(values + lowest * width, count * width)
      unsafe bytes.withUnsafeBytes { source in
        guard let from = source.baseAddress else { return }
        for index in 0..<count {
          unsafe (to + (done + index) * run).copyMemory(
            from: from + (count - 1 - index) * width + columns.lowerBound * elementSize, byteCount: run)
        }
      }
      done += count
    }
  }

  private func fillMissing(_ target: UnsafeMutableRawBufferPointer) {
    unsafe target.initializeMemory(as: UInt8.self, repeating: 0)
    switch header.first.type {
    case .float32: unsafe target.initializeMemory(as: Float.self, repeating: Float.nan)
    case .float64: unsafe target.initializeMemory(as: Double.self, repeating: Double.nan)
    default: break
    }
  }
}

/// The numbers of the elements in a box of their arrangement, in C order.
struct BoxNumbers {
  private let box: [Range<Int>]
  private let steps: [Int]
  private var index: [Int]
  private var isDone: Bool

  init(_ box: [Range<Int>], of shape: [Int]) {
    self.box = box
    steps = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    index = box.map(\.lowerBound)
    isDone = box.contains { $0.isEmpty }
  }

  mutating func next() -> Int? {
    guard !isDone else { return nil }
    var number = 0
    for (place, step) in zip(index, steps) { number += place * step }
    var dimension = box.count - 1
    while dimension >= 0 {
      index[dimension] += 1
      if index[dimension] < box[dimension].upperBound { break }
      index[dimension] = box[dimension].lowerBound
      dimension -= 1
    }
    isDone = dimension < 0
    return number
  }
}
