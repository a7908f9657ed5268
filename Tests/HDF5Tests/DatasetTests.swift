import Testing

@testable import HDF5

@Suite struct DatasetTests {
  static let layouts: [Layout] = [
    .contiguous, .compact, .chunked([2, 3, 4]), .chunked([5, 6, 7]), .chunked([1, 1, 1]),
  ]
  static let shape = [5, 6, 7]
  static let selections: [Selection] = [
    .all, .box([0..<5, 0..<6, 0..<7]), .box([1..<2, 2..<5, 3..<7]), .box([4..<5, 0..<1, 6..<7]),
    .box([2..<2, 0..<6, 0..<7]),
    .hyperslab(start: [0, 1, 0], stride: [2, 2, 3], count: [3, 2, 2], block: [1, 2, 3]),
    .points([[4, 5, 6], [0, 0, 0], [2, 3, 1], [0, 0, 0]]), .points([]),
  ]

  /// The linear indices a selection takes, by its definition.
  private func indices(_ selection: Selection) -> [Int] {
    let shape = Self.shape
    func linear(_ p: [Int]) -> Int { (p[0] * shape[1] + p[1]) * shape[2] + p[2] }
    switch selection {
    case .all: return Array(0..<210)
    case .points(let points): return points.map(linear)
    case .hyperslab(let start, let stride, let count, let block):
      let axes = (0..<3).map { axis in
        (0..<count[axis]).flatMap { c in (0..<block[axis]).map { start[axis] + c * stride[axis] + $0 } }
      }
      return axes[0].flatMap { i in axes[1].flatMap { j in axes[2].map { linear([i, j, $0]) } } }
    }
  }

  private func check<Element: HDF5Element & Equatable>(_ make: (Int) -> Element) throws {
    let values = (0..<210).map(make)
    let scratch = try Scratch()
    let root = try scratch.file().root
    for (number, layout) in Self.layouts.enumerated() {
      let data = try root.createDataset("data-\(number)", values, shape: Self.shape, layout: layout)
      for selection in Self.selections {
        let picked = indices(selection)
        #expect(try data.read(as: Element.self, selection) == picked.map { values[$0] })
      }
      var changed = values
      let selection = Self.selections[5]
      let picked = indices(selection)
      for (offset, index) in picked.enumerated() { changed[index] = make(offset + 7) }
      try data.write(picked.indices.map { make($0 + 7) }, selection)
      #expect(try data.read(as: Element.self) == changed)
      #expect(try data.layout == layout && data.shape == Self.shape)
    }
  }

  @Test func everyTypeLayoutAndSelectionAgreesWithALoop() throws {
    try check { Int8(truncatingIfNeeded: $0) }
    try check { UInt16($0 * 311) }
    try check { Int32($0 - 100) }
    try check { UInt64($0) << 55 }
    try check { Float16($0) }
    try check { Float($0) / 3 }
    try check { Double($0) / 7 }
    try check { $0 % 3 == 0 }
    try check { Complex<Float>(Float($0), -1) }
    try check { "text \($0)" }
    try check { [Int16]((0..<Int16($0 % 4))) }
  }

  @Test func bigEndianIsConverted() throws {
    let root = try Scratch().file().root
    let data = try root.createDataset("data", type: .integer(size: 2, signed: false, order: .big), shape: [3])
    try data.write([UInt16(1), 256, 65535])
    #expect(try data.readRaw() == [0, 1, 1, 0, 255, 255])
    #expect(try data.readRaw(as: .uint16) == [1, 0, 0, 1, 255, 255])
    #expect(try data.read(as: Float.self) == [1, 256, 65535])
    try data.writeRaw([2, 0, 3, 0, 4, 0], as: .uint16)
    #expect(try data.read(as: Int.self) == [2, 3, 4])
    #expect(kind { try data.writeRaw([1, 2]) } == .invalidArgument)
  }

  @Test func valuesThatDoNotFitAreRefused() throws {
    let root = try Scratch().file().root
    let data = try root.createDataset("data", type: .uint8, shape: [2])
    #expect(kind { try data.write([1, 256]) } == .wouldLoseValues)
    #expect(kind { try data.write([-1, 0]) } == .wouldLoseValues)
    #expect(kind { try data.write([0.5, 0]) } == .wouldLoseValues)
    try data.write([1.0, 255.0])
    #expect(try data.read(as: Int.self) == [1, 255])
    try data.write([300, -4], converting: .nearest)
    #expect(try data.read(as: Int.self) == [255, 0])
    let halves = try root.createDataset("halves", [0.1, 1])
    #expect(kind { try halves.read(as: Float.self) } == .wouldLoseValues)
    #expect(try halves.read(as: Float.self, converting: .nearest) == [0.1, 1])
    #expect(kind { try data.write([1, 2, 3]) } == .invalidArgument)
    #expect(kind { try data.write(["a", "b"]) } == .typeMismatch)
  }

  @Test func selectionsOutsideAreRefused() throws {
    let data = try Scratch().file().root.createDataset("data", type: .uint8, shape: [4, 5])
    let bad: [Selection] = [
      .box([0..<5, 0..<5]), .box([0..<4]), .points([[4, 0]]), .points([[0]]), .points([[-1, 0]]),
      .hyperslab(start: [0, 0], stride: [0, 1], count: [2, 1], block: [1, 1]),
      .hyperslab(start: [0, 0], stride: [1, 1], count: [2, 1], block: [2, 1]),
      .hyperslab(start: [1, 0], stride: [.max, 1], count: [3, 1], block: [1, 1]),
      .hyperslab(start: [.max, 0], stride: [1, 1], count: [1, 1], block: [2, 1]),
      .hyperslab(start: [0, 0], stride: [1, 1], count: [.max, 1], block: [1, 1]),
      .hyperslab(start: [0, -1], stride: [1, 1], count: [1, 1], block: [1, 1]),
    ]
    for selection in bad {
      #expect(kind { try data.read(as: Int.self, selection) } == .outOfBounds, "\(selection)")
      #expect(kind { try data.write([Int](), selection) } == .outOfBounds, "\(selection)")
    }
  }

  @Test func scalarsNullsAndZeroExtentsAreRead() throws {
    let root = try Scratch().file().root
    let scalar = try root.createDataset("scalar", [42], shape: [])
    let null = try root.createDataset("null", type: .float32, space: .null)
    let none = try root.createDataset("none", type: .float32, shape: [0, 5])
    #expect(try scalar.space == .scalar && scalar.read() == [42])
    #expect(try null.space == .null && null.read(as: Float.self) == [])
    #expect(try none.shape == [0, 5] && none.read(as: Float.self) == [])
    #expect(try null.value().elements == .none)
    #expect(kind { try scalar.read(as: Int.self, .box([0..<1])) } == .outOfBounds)
  }

  @Test func fillValuesStandForWhatIsNotWritten() throws {
    let root = try Scratch().file().root
    let data = try root.createDataset(
      "data", type: .int16, shape: [2, 2], maxShape: [nil, 3], layout: .chunked([2, 2]), fillValue: [7, 0])
    #expect(try data.read(as: Int.self) == [7, 7, 7, 7])
    #expect(try data.fillValue == [7, 0])
    try data.resize(to: [3, 3])
    try data.write([1], .points([[2, 2]]))
    #expect(try data.read(as: Int.self) == [7, 7, 7, 7, 7, 7, 7, 7, 1])
    #expect(try data.space.maxShape == [nil, 3])
    #expect(kind { try data.resize(to: [3, 4]) } == .outOfBounds)
    #expect(kind { try data.resize(to: [3]) } == .outOfBounds)
    #expect(
      kind { try root.createDataset("bad", type: .int16, shape: [1], fillValue: [1]) } == .invalidArgument)
  }

  @Test func equalContentGivesEqualFiles() throws {
    let scratch = try Scratch()
    for name in ["a.h5", "b.h5"] {
      let file = try scratch.file(name)
      try file.root.createDataset("group/data", [1, 2, 3], layout: .chunked([2]), filters: .standard)
      try file.root.attributes.set("title", to: "same")
      try file.close()
    }
    #expect(try scratch.bytes("a.h5") == scratch.bytes("b.h5"))
  }

  @Test func wrongUseIsExplained() throws {
    let root = try Scratch().file().root
    #expect(
      kind { try root.createDataset("a", type: .int8, shape: [2], layout: .chunked([2, 2])) }
        == .invalidArgument)
    #expect(kind { try root.createDataset("a", type: .int8, shape: [-2]) } == .invalidArgument)
    #expect(kind { try root.createDataset("a", type: .int8, shape: [2], maxShape: [nil]) } != nil)
    #expect(kind { try root.createDataset("a", type: .int8, shape: [.max, .max]) } != nil)
    try root.createDataset("b", [1])
    #expect(kind { try root.createDataset("b", [1]) } == .alreadyExists)
    #expect(kind { try root.group("b") } == .wrongKind)
    #expect(kind { try root.dataset("missing") } == .notFound)
    let text = #expect(throws: HDF5Error.self) { try root.dataset("missing") }?.description ?? ""
    #expect(text.split(separator: "\n").count == 2 && text.contains(":/missing: not found"))
  }

  @Test func impossiblyLargeReadingsAreRefused() throws {
    let root = try Scratch().file().root
    let huge = try root.createDataset(
      "huge", type: .float64, shape: [1 << 40, 1 << 10], layout: .chunked([1, 1024]))
    #expect(kind { try huge.read(as: Double.self) } == .tooLarge)
    #expect(kind { try huge.readRaw() } == .tooLarge)
    #expect(kind { try huge.value() } == .tooLarge)
    #expect(try huge.read(as: Double.self, .box([5..<6, 0..<2])) == [0, 0])
  }
}
