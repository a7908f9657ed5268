import Microscopy
import Testing

@testable import Formats

struct XMLTreeTests {
  private func tree(_ text: String) throws(FormatError) -> MetadataTree {
    try .xml(Array(text.utf8), at: 100, format: "Test", file: "test.xml")
  }

  @Test func elementsBecomeEntriesAndTextsBecomeWhatTheyAreWrittenAs() throws {
    let found = try tree(
      #"<?xml version="1.0"?><Run Type="2"><Name>P45 &amp; more</Name><E>15.5</E><N>-3</N><On>True</On><Id>007</Id><Empty/></Run>"#
    )
    #expect(
      found == [
        "Run": [
          "@Type": 2, "Name": "P45 & more", "E": 15.5, "N": -3, "On": true, "Id": "007", "Empty": "",
        ]
      ])
  }

  @Test func elementsThatRepeatBecomeAList() throws {
    let found = try tree("<A><B>1</B><C/><B x='y'>text</B><B>3</B></A>")
    #expect(found[path: "A.B"] == [1, ["@x": "y", "#text": "text"], 3])
  }

  @Test(arguments: ["<A><B></A>", "no XML", "", "<A>\u{0}</A>"])
  func whatIsNoXMLIsSaidToBeNone(_ text: String) {
    let error = #expect(throws: FormatError.self) { try tree(text) }
    #expect(error?.offset == 100)
  }

  @Test func deepNestingIsAnErrorAndNotACrash() {
    let text = String(repeating: "<a>", count: 100_000) + String(repeating: "</a>", count: 100_000)
    #expect(throws: FormatError.self) { try tree(text) }
  }

  /// Every level has ten of the next: a billion texts from a few lines.
  @Test func entitiesDoNotExplode() {
    var text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"lol\">"
    for level in 1...9 {
      text += "<!ENTITY e\(level) \"" + String(repeating: "&e\(level - 1);", count: 10) + "\">"
    }
    text += "]><a>&e9;</a>"
    let size = (try? tree(text)).map { "\($0)".utf8.count } ?? 0
    #expect(size < 1_000_000)
  }

  @Test func numbersThatWouldNotBeWrittenTheSameAgainStayTexts() {
    #expect(MetadataTree.value(written: "12345678901234567890123") == "12345678901234567890123")
    #expect(MetadataTree.value(written: "+5") == "+5")
    #expect(MetadataTree.value(written: "1e5") == .real(1e5))
    #expect(MetadataTree.value(written: "-0.25") == .real(-0.25))
    #expect(MetadataTree.value(written: "1.2.3") == "1.2.3")
    #expect(MetadataTree.value(written: "nan") == "nan")
  }
}
