internal import Blocks
internal import Foundation
internal import HDF5
internal import Microscopy

/// Compares two arrays of one shape and type element by element, a slab at a time.
///
/// Elements are the same when their bits are: a NaN equals itself, and 0.0 differs from -0.0.
struct ArrayComparison {
  let a: DatasetReader
  let b: any ArraySource
  /// Bytes of values of each array in memory at a time, about.
  var memory = ChunkPipeline.usualMemory / 4

  init(_ a: Dataset, _ b: Dataset) throws {
    self.a = try DatasetReader(a)
    self.b = try DatasetReader(b)
  }

  /// - Precondition: the array has the shape of the dataset, and elements of its type.
  init(_ a: Dataset, _ b: any ArraySource) throws {
    self.a = try DatasetReader(a)
    self.b = b
  }

  /// What differs, and the first elements that do in words; nil where nothing does.
  ///
  /// - Parameter progress: takes the bytes of each array done, and says whether to go on.
  func run(threads: Int, progress: (Int) -> Bool) throws -> (values: Difference.Values, a: String, b: String)? {
    let shape = a.shape
    guard !shape.contains(0) else { return nil }
    guard !shape.isEmpty else {
      let one = try a.dataset.readRaw(as: a.type.datatype)
      let other = try (b as? DatasetReader)?.dataset.readRaw(as: a.type.datatype) ?? b.read([])
      guard one != other else { return nil }
      let (x, y) = (Element(one[...], a.type), Element(other[...], a.type))
      let values = Difference.Values(count: 1, total: 1, first: [], largest: x.distance(to: y))
      return (values, x.description, y.description)
    }
    let stored = b as? DatasetReader
    let chunk = a.dataset.chunkShape ?? stored?.dataset.chunkShape ?? shape.map { _ in 1 }
    let plan = SlabPlan(shape: shape, chunk: chunk, elementSize: a.elementSize, budget: memory)
    var differing = 0
    var first: (number: Int, a: Element, b: Element)?
    var largest: Double?
    var done = 0
    for slab in plan.slabs {
      let one = try a.read(slab, by: chunk, threads: threads)
      let other = try stored?.read(slab, by: stored?.dataset.chunkShape ?? chunk, threads: threads) ?? b.read(slab)
      let extents = slab.map(\.count)
      if one != other {
        forEachDifference(one, other) { place in
          let (x, y) = (element(place, of: one), element(place, of: other))
          differing += 1
          let number = Self.number(of: place, in: extents, slab: slab, of: shape)
          if number < first?.number ?? .max { first = (number, x, y) }
          if let distance = x.distance(to: y) { largest = max(largest ?? 0, distance) }
        }
      }
      done += one.count
      guard progress(done) else { throw CancellationError() }
    }
    guard let first else { return nil }
    let values = Difference.Values(
      count: differing, total: shape.reduce(1, *), first: Box.index(of: first.number, in: shape), largest: largest)
    return (values, first.a.description, first.b.description)
  }

  private func element(_ place: Int, of bytes: [UInt8]) -> Element {
    Element(bytes[place * a.elementSize..<(place + 1) * a.elementSize], a.type)
  }

  /// Calls for each element that differs; pieces that are the same are passed over at the speed of memory.
  private func forEachDifference(_ one: [UInt8], _ other: [UInt8], _ body: (Int) -> Void) {
    let size = a.elementSize
    let piece = 4096 * size
    unsafe one.withUnsafeBytes { one in
      unsafe other.withUnsafeBytes { other in
        for start in stride(from: 0, to: one.count, by: piece) {
          let end = min(start + piece, one.count)
          guard let x = one.baseAddress, let y = other.baseAddress, unsafe memcmp(x + start, y + start, end - start) != 0
          else { continue }
          for place in start / size..<end / size where unsafe memcmp(x + place * size, y + place * size, size) != 0 {
            body(place)
          }
        }
      }
    }
  }

  /// The place in C order of the whole array of an element of a slab.
  private static func number(of place: Int, in extents: [Int], slab: [Range<Int>], of shape: [Int]) -> Int {
    zip(zip(Box.index(of: place, in: extents), slab), shape).reduce(0) { $0 * $1.1 + $1.0.1.lowerBound + $1.0.0 }
  }
}

/// An element of an array as a value.
private enum Element: CustomStringConvertible {
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case half(Float16)
  case single(Float)
  case double(Double)
  case complex(Double, Double)

  init(_ bytes: ArraySlice<UInt8>, _ type: ScalarType) {
    func load<Value: BitwiseCopyable>(_: Value.Type, _ offset: Int = 0) -> Value {
      unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
    }
    self =
      switch type {
      case .bool: .boolean(load(UInt8.self) != 0)
      case .int8: .integer(Int64(load(Int8.self)))
      case .int16: .integer(Int64(load(Int16.self)))
      case .int32: .integer(Int64(load(Int32.self)))
      case .int64: .integer(load(Int64.self))
      case .uint8: .unsigned(UInt64(load(UInt8.self)))
      case .uint16: .unsigned(UInt64(load(UInt16.self)))
      case .uint32: .unsigned(UInt64(load(UInt32.self)))
      case .uint64: .unsigned(load(UInt64.self))
      case .float16: .half(load(Float16.self))
      case .float32: .single(load(Float.self))
      case .float64: .double(load(Double.self))
      case .complex64: .complex(Double(load(Float.self)), Double(load(Float.self, 4)))
      case .complex128: .complex(load(Double.self), load(Double.self, 8))
      }
  }

  var description: String {
    switch self {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .half(let value): "\(Float(value))"
    case .single(let value): "\(value)"
    case .double(let value): "\(value)"
    case .complex(let real, let imaginary): "\(real) \(imaginary.sign == .minus ? "-" : "+") \(imaginary.magnitude)i"
    }
  }

  /// The absolute difference of two numbers; nil where one is NaN, and for truth values.
  func distance(to other: Element) -> Double? {
    let distance: Double =
      switch (self, other) {
      case (.integer(let x), .integer(let y)): Double(x > y ? UInt64(bitPattern: x &- y) : UInt64(bitPattern: y &- x))
      case (.unsigned(let x), .unsigned(let y)): Double(x > y ? x - y : y - x)
      case (.half(let x), .half(let y)): abs(Double(x) - Double(y))
      case (.single(let x), .single(let y)): abs(Double(x) - Double(y))
      case (.double(let x), .double(let y)): abs(x - y)
      case (.complex(let x, let u), .complex(let y, let v)): hypot(x - y, u - v)
      default: .nan
      }
    return distance.isNaN ? nil : distance
  }
}
