import Microscopy
import Testing

struct ElementTests {
  @Test func symbolsAndNumbersAgree() throws {
    #expect(Element.all.count == 118)
    for element in Element.all {
      #expect(Element(symbol: element.symbol) == element)
      #expect(Element(atomicNumber: element.atomicNumber) == element)
    }
    #expect(Set(Element.all.map(\.symbol)).count == 118)
    for (symbol, number) in [("H", 1), ("Fe", 26), ("Nd", 60), ("Sm", 62), ("U", 92), ("Es", 99), ("Og", 118)] {
      #expect(Element(symbol: symbol)?.atomicNumber == number)
    }
    #expect(Element(symbol: "FE") == nil && Element(symbol: "") == nil && Element(symbol: "Xx") == nil)
    #expect(Element(atomicNumber: 0) == nil && Element(atomicNumber: 119) == nil && Element(atomicNumber: -1) == nil)
  }

  @Test(arguments: [
    ("H", 1.008), ("O", 15.999), ("Si", 28.085), ("Fe", 55.845), ("Nd", 144.24), ("Sm", 150.36), ("Lu", 174.97), ("Pb", 207.2),
    ("Tc", 97.0), ("U", 238.03), ("Cf", 251), ("Og", 294),
  ])
  func weightsAreThoseOfIUPAC(symbol: String, weight: Double) throws {
    #expect(try #require(Element(symbol: symbol)).atomicWeight == weight)
  }

  @Test func weightsRiseButForTheKnownPairs() {
    let falls = zip(Element.all, Element.all.dropFirst()).filter { $0.atomicWeight > $1.atomicWeight }.map(\.0.symbol)
    #expect(falls == ["Ar", "Co", "Te", "Th", "U", "Pu", "Bh"])
  }
}
