import Testing

@testable import Figures

struct NumberTextTests {
  @Test func numbersHaveARealMinusAndPowers() {
    #expect(NumberText.fixed(-1.25, decimals: 1) == "−1.2")
    #expect(NumberText.fixed(-0.01, decimals: 1) == "0.0")
    #expect(NumberText.fixed(1_234_567, decimals: 0) == "1\u{2009}234\u{2009}567")
    #expect(NumberText.fixed(1234, decimals: 0) == "1234")
    #expect(NumberText.significant(0.00001234, digits: 3) == "1.23·10⁻⁵")
    #expect(NumberText.significant(1e7) == "10⁷")
    #expect(NumberText.significant(9.9999e-5, digits: 3) == "10⁻⁴")
    #expect(NumberText.significant(-0.5) == "−0.5")
    #expect(NumberText.significant(.nan) == "–")
    #expect(NumberText.significant(-.infinity) == "−∞")
    #expect(NumberText.significant(0) == "0")
    #expect(NumberText.powerOfTen(-12) == "10⁻¹²")
  }

  @Test func unitsAreWrittenAsTheFieldDoes() {
    #expect(UnitText.shown("1/nm") == "nm⁻¹")
    #expect(UnitText.shown("um") == "µm")
    #expect(UnitText.shown("<undefined>").isEmpty)
    #expect(UnitText.label("Energy", "keV") == "Energy (keV)")
    #expect(UnitText.label("X-rays (counts)", "", exponent: 3) == "X-rays (10³ counts)")
    #expect(UnitText.label("Intensity", "", exponent: -6) == "Intensity (10⁻⁶)")
  }

  @Test(
    arguments: [
      (512, 1.7, "nm", "200 nm"), (512, 17.0, "nm", "2 µm"), (100, -0.05, "1/nm", "1 nm⁻¹"), (80, 1.0, "", "20 px"),
      (2, 1.0, "", "1 px"), (1000, 0.001, "nm", "200 pm"), (64, 10.0, "µm", "200 µm"), (10, 0.3, "Å", "1 Å"),
    ])
  func scaleBarsHaveNiceLengths(columns: Int, scale: Double, units: String, label: String) throws {
    let bar = try #require(ScaleBar(columns: columns, scale: scale, units: units))
    #expect(bar.label == label)
    #expect(bar.pixels > 0)
    #expect(bar.pixels <= max(1, 0.35 * Double(columns) + 1e-6))
    // The bar is as long as it says.
    let number = try #require(Double(label.prefix { $0 != " " }))
    let factor = label == "2 µm" ? 1000 : label == "200 pm" ? 0.001 : 1.0
    let length: Double = bar.pixels * (units.isEmpty ? 1 : scale.magnitude)
    #expect((length - number * factor).magnitude < 1e-9)
  }

  @Test func noBarWithoutAScale() {
    #expect(ScaleBar(columns: 10, scale: 0, units: "nm") == nil)
    #expect(ScaleBar(columns: 10, scale: .nan, units: "nm") == nil)
    #expect(ScaleBar(columns: 0, scale: 1, units: "nm") == nil)
  }

  @Test func ticksAreNice() {
    #expect(Ticks.linear(0...10, about: 5).labels == ["0", "2", "4", "6", "8", "10"])
    #expect(Ticks.linear(-0.3...0.3, about: 3).labels == ["−0.2", "0.0", "0.2"])
    let large = Ticks.linear(0...3e7, about: 3)
    #expect(large.exponent == 6)
    #expect(large.labels == ["0", "10", "20", "30"])
    let small = Ticks.linear(0...4e-5, about: 4)
    #expect(small.exponent == -6)
    #expect(small.labels == ["0", "10", "20", "30", "40"])
    #expect(Ticks.logarithmic(1...1000, about: 5).labels.filter { !$0.isEmpty } == ["1", "10", "100", "1000"])
    #expect(Ticks.logarithmic(1...1e6, about: 9).labels.filter { !$0.isEmpty } == ["1", "10", "10²", "10³", "10⁴", "10⁵", "10⁶"])
    #expect(Ticks.logarithmic(2...30, about: 5).labels.filter { !$0.isEmpty } == ["2", "5", "10", "20"])
    #expect(Ticks.linear(5...5, about: 4).labels == ["5"])
  }
}
