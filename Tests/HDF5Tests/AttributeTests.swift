import Testing

@testable import HDF5

@Suite struct AttributeTests {
  private func roundTrip<Value: AttributeValue & Equatable>(_ value: Value) throws -> Bool {
    let scratch = try Scratch()
    let file = try scratch.file()
    try file.root.attributes.set("value", to: value)
    try file.close()
    return try File.open(scratch.path()).root.attributes.read("value", as: Value.self) == value
  }

  @Test func everyScalarComesBack() throws {
    #expect(try roundTrip(Int8.min) && roundTrip(Int16.min) && roundTrip(Int32.min) && roundTrip(Int64.min))
    #expect(
      try roundTrip(UInt8.max) && roundTrip(UInt16.max) && roundTrip(UInt32.max) && roundTrip(UInt64.max))
    #expect(try roundTrip(Int.max) && roundTrip(UInt.max))
    #expect(try roundTrip(Float16(1.5)) && roundTrip(Float.pi) && roundTrip(Double.pi))
    #expect(try roundTrip(true) && roundTrip(false))
    #expect(try roundTrip(Complex<Float>(1, -2)) && roundTrip(Complex<Double>(.pi, .ulpOfOne)))
    #expect(try roundTrip("") && roundTrip("µm") && roundTrip(String(repeating: "long ", count: 1000)))
  }

  @Test func arraysComeBack() throws {
    #expect(try roundTrip([Int]()) && roundTrip([1, 2, 3]) && roundTrip([0.5, .infinity]))
    #expect(try roundTrip(["a", "", "ß"]) && roundTrip([true, false]))
    #expect(try roundTrip([Complex<Double>(1, 2), Complex(3, 4)]))
    #expect(try roundTrip([[1.0, 2.0], [], [3.0]]))
    let scratch = try Scratch()
    let attributes = try scratch.file().root.attributes
    try attributes.set("shaped", to: Shaped([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    let back = try attributes.read("shaped", as: Shaped<Int>.self)
    #expect(back.shape == [2, 3] && back.elements == [1, 2, 3, 4, 5, 6])
  }

  @Test func emptyHasTypeAndNoValue() throws {
    let attributes = try Scratch().file().root.attributes
    try attributes.set("none", to: Empty(.float64))
    #expect(try attributes.open("none").space == .null)
    #expect(try attributes.read("none", as: Empty.self).type == .float64)
    #expect(try attributes.read("none", as: [Double].self) == [])
    #expect(kind { try attributes.read("none", as: Double.self) } == .typeMismatch)
    #expect(try attributes.value("none").elements == .none)
  }

  @Test func numbersConvertOnlyWithoutLoss() throws {
    let attributes = try Scratch().file().root.attributes
    try attributes.set("whole", to: 300.0)
    try attributes.set("part", to: 0.1)
    try attributes.set("big", to: UInt64.max)
    try attributes.set("negative", to: -1)
    try attributes.set("flag", to: true)
    try attributes.set("nan", to: Double.nan)
    #expect(try attributes.read("whole", as: Int.self) == 300)
    #expect(try attributes.read("whole", as: Float.self) == 300)
    #expect(kind { try attributes.read("whole", as: UInt8.self) } == .wouldLoseValues)
    #expect(kind { try attributes.read("part", as: Int.self) } == .wouldLoseValues)
    #expect(kind { try attributes.read("part", as: Float.self) } == .wouldLoseValues)
    #expect(try attributes.open("part").read(as: Float.self, converting: .nearest) == [0.1])
    #expect(kind { try attributes.read("big", as: Int.self) } == .wouldLoseValues)
    #expect(kind { try attributes.read("negative", as: UInt64.self) } == .wouldLoseValues)
    #expect(try attributes.read("negative", as: Double.self) == -1)
    #expect(try attributes.read("flag", as: Int.self) == 1)
    #expect(try attributes.read("nan", as: Float.self).isNaN)
    #expect(kind { try attributes.read("nan", as: String.self) } == .typeMismatch)
  }

  @Test func stringsOfEveryStorageAreTrimmed() throws {
    let attributes = try Scratch().file().root.attributes
    for characters in [Datatype.CharacterSet.ascii, .utf8] {
      for padding in [Datatype.Padding.nullTerminated, .nullPadded, .spacePadded] {
        let type = Datatype.fixedString(length: 6, padding: padding, characters: characters)
        try attributes.create("text", type: type, space: .array([2])).write(["ab c", ""])
        #expect(try attributes.read("text") == ["ab c", ""])
        #expect(try attributes.open("text").type == type)
      }
      try attributes.create("text", type: .variableString(characters: characters), space: .scalar).write(["x"]
      )
      #expect(try attributes.read("text") == "x")
    }
    let latin = try attributes.create(
      "latin", type: .fixedString(length: 2, characters: .ascii), space: .scalar)
    try latin.writeRaw([0xB5, 0x6D])
    #expect(try latin.read() == ["µm"])
    #expect(kind { try latin.write(["µ"]) } == .wouldLoseValues)
    #expect(kind { try latin.write(["long"]) } == .wouldLoseValues)
    #expect(kind { try attributes.set("zero", to: "a\0b") } == .invalidArgument)
  }

  @Test func booleansAreThoseOfPython() throws {
    let attributes = try Scratch().file().root.attributes
    try attributes.set("flag", to: true)
    #expect(try attributes.open("flag").type == .boolean)
    #expect(try attributes.open("flag").readRaw() == [1])
    try attributes.set("one", to: 1)
    try attributes.set("two", to: 2)
    #expect(try attributes.read("one", as: Bool.self))
    #expect(kind { try attributes.read("two", as: Bool.self) } == .wouldLoseValues)
  }

  @Test func attributesAreListedReplacedRenamedAndRemoved() throws {
    let attributes = try Scratch().file().root.attributes
    try attributes.set("b", to: 1)
    try attributes.set("a", to: "text")
    #expect(try attributes.names == ["a", "b"])
    try attributes.set("a", to: [1.5])
    #expect(try attributes.value("a").elements == .floats([1.5]))
    try attributes.rename("a", to: "ä c")
    #expect(try attributes.names == ["b", "ä c"])
    try attributes.remove("b")
    #expect(try attributes.contains("b") == false)
    #expect(kind { try attributes.remove("b") } != nil)
    #expect(kind { try attributes.read("b", as: Int.self) } == .notFound)
    #expect(kind { try attributes.set("zero\0byte", to: 1) } == .invalidArgument)
  }

  @Test func unknownValuesAreDescribed() throws {
    let attributes = try Scratch().file().root.attributes
    try attributes.set("list", to: [1, 2])
    try attributes.set("text", to: "a")
    try attributes.set("unsigned", to: [UInt64.max])
    try attributes.set("small", to: UInt64(7))
    try attributes.create("opaque", type: .opaque(size: 3, tag: "tag"), space: .scalar).writeRaw([1, 2, 3])
    let colours = Datatype.enumeration(base: .uint8, members: [.init("red", 1), .init("green", 2)])
    try attributes.create("colour", type: colours, space: .scalar).writeRaw([2])
    #expect(try attributes.value("list").elements == .integers([1, 2]))
    #expect(try attributes.value("text").string == "a")
    #expect(try attributes.value("unsigned").elements == .unsigned([.max]))
    #expect(try attributes.value("small").number == 7)
    #expect(try attributes.value("opaque").elements == .raw([1, 2, 3]))
    #expect(try attributes.value("colour").elements == .integers([2]))
  }
}
