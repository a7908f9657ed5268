import Microscopy
import Testing

@testable import Formats

struct JSONTreeTests {
  private func parse(_ text: String) -> MetadataTree? { MetadataTree(json: text.utf8) }

  @Test func valuesOfEveryKind() {
    let text = #" {"a": [1, -2.5e3, true, false, null, "x"], "b": {"c": {}}, "d": 18446744073709551615, "e": [] , "a b": ""}  "#
    #expect(
      parse(text) == [
        "a": [1, -2500.0, true, false, .null, "x"], "b": ["c": [:]], "d": .unsigned(.max), "e": [], "a b": "",
      ])
    #expect(parse("3") == 3 && parse("\"x\"") == "x")
  }

  @Test func textsWithEscapes() {
    #expect(parse(#""a\"b\\c\/d\b\f\n\r\t\u00e9\uD83D\ude00 µ""#) == .text("a\"b\\c/d\u{8}\u{C}\n\r\té😀 µ"))
  }

  @Test func zerosMayFillTheField() {
    #expect(MetadataTree(json: Array("{\"a\": 1}\n".utf8) + [0, 0, 0]) == ["a": 1])
  }

  @Test(arguments: [
    "", "{", "}", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a: 1}", "tru", "1 2", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "--1", "1e",
    "[1 2]", "{\"a\": 1 \"b\": 2}", "nan",
  ])
  func whatIsNoJSONIsNil(_ text: String) { #expect(parse(text) == nil) }

  @Test func depthIsBounded() {
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(parse(nested(64)) != nil)
    #expect(parse(nested(65)) == nil && parse(nested(1_000_000)) == nil)
  }

  @Test func theLastOfEqualKeysWins() { #expect(parse(#"{"a": 1, "a": 2}"#) == ["a": 2]) }

  @Test(
    arguments: [
      (#""1.5""#, 1.5), ("2", 2), (#""nan""#, nil), (#""-inf""#, nil), ("1e999", nil), (#""1e999""#, nil), ("true", nil),
    ] as [(String, Double?)])
  func numbersAreFinite(_ text: String, _ number: Double?) throws {
    #expect(try #require(MetadataTree(json: text.utf8)).numeric == number)
  }

  @Test(arguments: ["nan", "inf", "1e308", "-1e200"]) func noAxisBeginsAtWhatIsNoNumber(_ text: String) throws {
    let size = #""PixelSize": {"width": "2e-9", "height": "2e-9"}, "PixelUnitX": "m""#
    let tree = try #require(
      MetadataTree(json: "{\"BinaryResult\": {\(size), \"Offset\": {\"x\": \"\(text)\", \"y\": \"1e-9\"}}}".utf8))
    let axes = try #require(VeloxFile.Area(tree)).axes(height: 3, width: 4, role: .signal)
    #expect(abs(axes[0].offset - 1) < 1e-12 && axes[1].offset == 0 && axes.allSatisfy { abs($0.scale - 2) < 1e-12 })
    let size2 = "{\"BinaryResult\": {\"PixelSize\": {\"width\": \"\(text)\", \"height\": \"1\"}}}"
    #expect(VeloxFile.Area(try #require(MetadataTree(json: size2.utf8))) == nil)
  }
}
