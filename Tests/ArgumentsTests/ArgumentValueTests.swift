import Testing

@testable import Arguments

@Suite struct ArgumentValueTests {
  @Test(arguments: [
    ("1", 1), ("512M", 512 << 20), ("2G", 2 << 30), ("64K", 64 << 10), ("64k", 64 << 10), ("1.5G", 3 << 29),
    ("512MB", 512 << 20), ("512MiB", 512 << 20), ("3T", 3 << 40), ("100B", 100),
  ])
  func sizes(text: String, bytes: Int) { #expect(ByteCount(argument: text)?.bytes == bytes) }

  @Test(arguments: ["", "M", "-1", "0", "0.1", "1e9", "inf", "nan", "12X", "99999999999T", "1 G", "0x10"])
  func noSizes(_ text: String) { #expect(ByteCount(argument: text) == nil) }

  @Test(arguments: ["512M", "2G", "64K", "1000", "1536M"])
  func sizesAreWrittenAsRead(_ text: String) { #expect(ByteCount(argument: text)?.argument == text) }

  @Test(arguments: [("512x256", [512, 256]), ("1,2,3", [1, 2, 3]), ("7", [7])])
  func shapes(text: String, extents: [Int]) { #expect(Shape(argument: text)?.extents == extents) }

  @Test(arguments: ["", "x", "3x", "0x3", "-1x3", "3x4,5", "a", "9999999999x9999999999", "1.5x2"])
  func noShapes(_ text: String) { #expect(Shape(argument: text) == nil) }

  @Test func lists() {
    #expect(CommaList<String>(argument: "y,x,energy")?.elements == ["y", "x", "energy"])
    #expect(CommaList<Int>(argument: "1,-2")?.elements == [1, -2])
    #expect(CommaList<String>(argument: "y,,x") == nil)
    #expect(CommaList<String>(argument: " O, Nd La ,Si")?.elements == ["O", "Nd La", "Si"])
    #expect(CommaList<Int>(argument: "1, -2")?.elements == [1, -2])
    #expect(CommaList<String>(argument: "y, ,x") == nil)
  }

  @Test func numbers() {
    #expect(Double(argument: "1e-3") == 0.001)
    #expect(Double(argument: "nan") == nil)
    #expect(Double(argument: "inf") == nil)
    #expect((2.0).argument == "2")
    #expect((0.25).argument == "0.25")
    #expect(UInt64(argument: "-1") == nil)
  }

  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "abc", 0), ("fti", "fit", 1), ("ca", "abc", 3),
  ])
  func distances(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }
}
