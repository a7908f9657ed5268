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

  @Test func everythingThatADocumentMayHoldIsRead() throws {
    let found = try tree(
      "\u{FEFF}<?xml version='1.0'?>\r\n<!DOCTYPE A [<!-- ' --> <!ENTITY b '<c>'> ]>\r\n<!-- <A> -->"
        + "<A x = \"1 &lt; 2\"\ty='&quot;'><n:B-1.c/ ><![CDATA[a <b> &amp; ]]><!-- - --> c&#x394;&#181; &b; &\r\nd<E></E ></A>\n<?end?>"
        .replacing("/ >", with: "/>"))
    #expect(
      found == ["A": ["@x": "1 < 2", "@y": "\"", "n:B-1.c": "", "#text": "a <b> &amp;  cΔµ &b; &\nd", "E": ""]])
  }

  @Test(arguments: [
    "<A", "<A>", "<A/", "<A></B>", "<A/></A>", "<A/><B/>", "<A x/>", "<A x=1/>", "<A x='1/>", "<A x='<'/>", "< A/>", "</A>",
    "<A><!-- </A>",
    "<A><![CDATA[</A>", "<?xml", "<!DOCTYPE A [<B>", "<A>\u{1}</A>", "<!-- -->",
  ])
  func unsoundDocumentsAreRefused(_ text: String) {
    let error = #expect(throws: FormatError.self) { try tree(text) }
    #expect(error?.problem.hasPrefix("this is no sound XML: ") == true)
  }

  @Test func theLineIsNamed() {
    let error = #expect(throws: FormatError.self) { try tree("<A>\n\n<B>\n</C></A>") }
    #expect(error?.field == "XML, line 4")
  }

  @Test func textsMayHaveOtherEncodings() throws {
    func read(_ bytes: [UInt8]) throws -> MetadataTree? { try MetadataTree.xml(bytes, format: "Test", file: "a")["A"] }
    let declared = Array("<?xml version=\"1.0\" encoding=\"WINDOWS-1252\"?><A>".utf8)
    #expect(try read(declared + [0x80, 0xB5, 0xC3, 0xA9] + Array("m</A>".utf8)) == "€µÃ©m")
    #expect(try read(Array("<A>µé</A>".utf8)) == "µé")
    #expect(try read(Array("<A>".utf8) + [0xB5] + Array("</A>\0\0".utf8)) == "µ")
    for (order, mark) in [(ByteOrder.little, [0xFF, 0xFE]), (.big, [0xFE, 0xFF])] as [(ByteOrder, [UInt8])] {
      let units = "<A>µΔ😀</A>".utf16.flatMap { order == .little ? little($0, 2) : little($0, 2).reversed() }
      #expect(try read(mark + units) == "µΔ😀" && read(units) == "µΔ😀")
    }
  }

  /// Whatever the bytes: a tree or an error, and no time beyond their number.
  @Test func anyBytesAreSurvived() throws {
    var noise = Noise(state: 3)
    let sound = Array("<?xml version='1.0'?><!DOCTYPE x []><a b='c' d:e=\"&#65;\"><f/>&amp;<![CDATA[g]]><!--h--></a>".utf8)
    var refused = 0
    for _ in 0..<5000 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...4, using: &noise) {
        bytes[Int.random(in: bytes.indices, using: &noise)] =
          Array("<>&;'\"/!?[]-: \0\u{7F}".utf8).randomElement(using: &noise) ?? 0
      }
      bytes.removeLast(Int.random(in: 0...3, using: &noise))
      if (try? MetadataTree.xml(bytes, format: "Test", file: "a")) == nil { refused += 1 }
    }
    #expect(refused > 1000 && refused < 5000)
    let many = Array(String(repeating: "<a>&x;<!---->", count: 150).utf8) + Array(repeating: UInt8(ascii: "&"), count: 1 << 20)
    #expect(throws: FormatError.self) { try MetadataTree.xml(many, format: "Test", file: "a") }
  }
}
