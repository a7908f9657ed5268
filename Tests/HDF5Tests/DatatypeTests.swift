import Testing

@testable import HDF5

@Suite struct DatatypeTests {
  static let types: [Datatype] = {
    var types: [Datatype] = [.boolean, .string, .variableString(characters: .ascii)]
    for order in [Datatype.ByteOrder.little, .big] {
      for size in [1, 2, 4, 8] where size > 1 || order == .little {
        types += [
          .integer(size: size, signed: true, order: order), .integer(size: size, signed: false, order: order),
        ]
        types.append(.bitfield(size: size, order: order))
      }
      types += [2, 4, 8].map { .float(size: $0, order: order) }
      types += [2, 4, 8].map { .complex(size: $0, order: order) }
    }
    types += [.integer(size: 3, signed: false), .integer(size: 6, signed: true, order: .big)]
    types += [
      .fixedString(length: 5, padding: .spacePadded, characters: .ascii), .opaque(size: 7, tag: "raw"),
      .variableLength(.float32), .variableLength(.string), .array(.int16, shape: [2, 3]),
      .reference(.object), .reference(.region),
      .enumeration(
        base: .integer(size: 2, signed: true, order: .big), members: [.init("minus", -2), .init("plus", 300)]),
      .enumeration(base: .uint8, members: [.init("FALSE", 0), .init("TRUE", 1)]),
      .compound(
        fields: [
          .init("id", .uint8, offset: 0), .init("position", .array(.float64, shape: [3]), offset: 8),
          .init("name", .fixedString(length: 4), offset: 32),
          .init("inner", .compound(fields: [.init("x", .float16, offset: 0)], size: 2), offset: 40),
        ], size: 48),
    ]
    return types
  }()

  @Test(arguments: types) func typesComeBackFromAFile(_ type: Datatype) throws {
    let scratch = try Scratch()
    let file = try scratch.file()
    try file.root.createDatatype("named", type)
    try file.root.createDataset("data", type: type, shape: [2])
    try file.root.attributes.create("attribute", type: type, space: .scalar)
    try file.close()
    let root = try File.open(scratch.path()).root
    #expect(try root.datatype("named").type == type)
    #expect(try root.dataset("data").type == type)
    #expect(try root.attributes.open("attribute").type == type)
  }

  @Test func impossibleTypesAreRefused() throws {
    let root = try Scratch().file().root
    let bad: [Datatype] = [
      .integer(size: 0, signed: true), .integer(size: 9, signed: true), .float(size: 3),
      .fixedString(length: 0),
      .compound(fields: [], size: 0), .enumeration(base: .float32, members: []), .opaque(size: 0, tag: ""),
      .compound(fields: [.init("wide", .int64, offset: 0)], size: 4), .array(.int8, shape: [-1]),
      .enumeration(base: .int8, members: [.init("a\0", 1)]), .other(size: 4, encoding: [1, 2, 3]),
      .enumeration(base: .int8, members: [.init("big", 1000)]),
    ]
    for type in bad {
      #expect(kind { try root.createDataset("data", type: type, shape: [1]) } != nil, "\(type)")
    }
  }

  @Test func oneFieldOfACompoundIsReadAlone() throws {
    let type = Datatype.compound(
      fields: [
        .init("n", .uint16, offset: 0), .init("name", .string, offset: 8), .init("x", .float32, offset: 16),
      ],
      size: 24)
    let root = try Scratch().file().root
    let table = try root.createDataset("table", type: type, shape: [3])
    try table.write([UInt16(1), 2, 3], field: "n")
    try table.write(["a", "bc", "ä"], field: "name")
    try table.write([Float(0.5), 1.5, 2.5], field: "x")
    #expect(try table.read(as: Int.self, field: "n") == [1, 2, 3])
    #expect(try table.read(as: String.self, field: "name") == ["a", "bc", "ä"])
    #expect(try table.read(as: Double.self, .box([1..<3]), field: "x") == [1.5, 2.5])
    #expect(kind { try table.read(as: Int.self, field: "y") } == .notFound)
    #expect(kind { try table.read(as: Int.self) } == .typeMismatch)
    #expect(kind { try table.readRaw() } == .typeMismatch)
  }
}
