import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct EMSATests {
  private func read(_ text: String, _ name: String = "a.msa") throws -> ImportedMap {
    let scratch = try ScratchFolder()
    return try FormatCatalogue.read(scratch.write(name, text))[0]
  }

  private func values(_ map: ImportedMap) throws -> [Double] { map.type.doubles(try map.allBytes()) }

  private let header = """
    #FORMAT      : EMSA/MAS Spectral Data File
    #VERSION     : 1.0
    #TITLE       : NiO
    #DATE        : 01-OCT-1991
    #TIME        : 12:00
    #OWNER       : a laboratory
    #XUNITS      : eV
    #XPERCHAN    : 2.0
    #OFFSET      : 10
    #SIGNALTYPE  : EDS
    #BEAMKV   -kV: 120.0
    #THICKNESS-nm: 50
    #DWELLTIME-ms: 100.
    #LIVETIME  -s: 100.
    #TAUWIND  -cm: 2.0 E-06
    #ELEVANGLE-dg: 20.
    #COMMENT     : one
    #COMMENT     : two
    ##ALPHA-1    : 3.14

    """

  @Test func fieldsBecomeMetadata() throws {
    let map = try read(header + "#DATATYPE : Y\n#SPECTRUM :\n1\n2\n3\n#ENDOFDATA :\n")
    #expect(try values(map) == [1, 2, 3])
    let metadata = map.metadata
    #expect(metadata.title == "NiO" && map.suggestedName == "NiO")
    #expect(metadata.axes == [Axis(name: "", size: 3, scale: 2, offset: 10, units: "eV", role: .signal)])
    #expect(metadata.signalType == "EDS_TEM")
    #expect(metadata.acquired == "1991-10-01T12:00:00")
    #expect(metadata.authors == "a laboratory")
    #expect(metadata.notes == "one\ntwo")
    #expect(metadata.sample.thickness == 50)
    #expect(metadata.instrument.beamEnergy == 120)
    #expect(metadata.instrument.dwellTime == 0.1)
    #expect(metadata.instrument.liveTime == 100)
    #expect(metadata.instrument.elevationAngle == 20)
    #expect(metadata.vendor["#ALPHA-1"] == "3.14")
    #expect(metadata.vendor["TAUWIND"] == "2.0 E-06")
    #expect(metadata.vendor["COMMENT"] == ["one", "two"])
  }

  @Test(arguments: [
    "#DATATYPE : XY\n#SPECTRUM :\n10, 1\n12, 2\n14, 3\n#ENDOFDATA :\n",
    "#DATATYPE : XY\n#NCOLUMNS : 2\n#SPECTRUM :\n10, 1, 12, 2,\n14, 3,\n",
    "#DATATYPE : Y\n#NCOLUMNS : 2\n#SPECTRUM :\r\n1.0,  2.0e0,\r\n3\r\n#ENDOFDATA\r\n",
    "#SPECTRUM : x\n1e0;\n+2.0;\n3.;\n", "#DATATYPE : XY\n10 1\n12\t2\n14 3",
  ])
  func waysOfWritingTheSameValues(data: String) throws {
    let map = try read(header + data)
    #expect(try values(map) == [1, 2, 3])
    #expect(map.metadata.axes[0].coordinates == [10, 12, 14])
  }

  @Test func filesWithoutAHeaderAreColumns() throws {
    let pairs = try read("400.0, 7\n400.5, 8,\n401.0, 9\n")
    #expect(try values(pairs) == [7, 8, 9])
    #expect(pairs.metadata.axes[0] == Axis(name: "", size: 3, scale: 0.5, offset: 400, role: .signal))
    let uneven = try read("400 7\n401 8\n404 9\n")
    #expect(uneven.metadata.axes[0].values == [400, 401, 404])
    let single = try read("7\n8\n9")
    #expect(try values(single) == [7, 8, 9])
    #expect(throws: FormatError.self) { try read("1 2 3\n4 5 6\n") }
  }

  @Test func datesThatAreWrongStayAsTheyAre() throws {
    for date in ["01-09-1991", "", "32-OCT-1991", "OCT", "01-OKT-1991"] {
      let map = try read(header.replacing("01-OCT-1991", with: date) + "#SPECTRUM :\n1\n")
      #expect(map.metadata.acquired == nil)
      #expect(map.notes.count == (date.isEmpty ? 0 : 1))
      #expect(map.metadata.vendor["DATE"] == .text(date))
    }
  }

  @Test func whatIsNotANumberIsShown() throws {
    let error = #expect(throws: FormatError.self) { try read("#FORMAT : EMSA\n1\nabc\n") }
    #expect(error?.offset == 17)
    #expect(throws: FormatError.self) { try read("#DATATYPE : XY\n1\n2\n3\n") }
    #expect(throws: FormatError.self) { try read("#FORMAT : EMSA/MAS\n#SPECTRUM :\n") }
    #expect(throws: FormatError.self) { try read("") }
  }

  @Test func scanningMicroscopesAreKnownByTheirVoltage() throws {
    let map = try read(header.replacing("120.0", with: "15") + "#SPECTRUM :\n1\n")
    #expect(map.metadata.signalType == "EDS_SEM")
  }

  @Test(arguments: ScalarType.allCases.filter { !$0.isComplex && $0 != .bool })
  func whatIsWrittenIsReadAgain(type: ScalarType) throws {
    let scratch = try ScratchFolder()
    let map = sampleMap([1, 9], "ns", type)
    try ExportCatalogue.write(map, to: scratch.file("a.msa"))
    let read = try FormatCatalogue.read(scratch.file("a.msa"))[0]
    #expect(try values(read) == type.doubles(try map.allBytes()))
    #expect(read.metadata.axes[0] == map.metadata.axes[1])
    #expect(read.metadata.title == "sample")
    #expect(read.metadata.quantity == "Electrons (Counts)")
    #expect(read.metadata.signalType == "EELS")
    #expect(read.metadata.acquired == map.metadata.acquired)
    #expect(read.metadata.instrument == map.metadata.instrument)
    #expect(read.notes == [])
    #expect(try scratch.names == ["a.msa"])
  }
}
