import Testing

@testable import Figures

struct ColourTests {
  /// The colours before they are rounded to bytes are equally far from each other, and lighter and lighter.
  @Test(arguments: [ColourMap.sequential, .grey, .tinted(Theme.series(1))])
  func stepsLookEqual(map: ColourMap) {
    let labs = map.colours.map { OKLab($0) }
    #expect(labs.count == 256)
    for (low, high) in zip(labs, labs.dropFirst()) { #expect(high.lightness > low.lightness) }
    let steps = zip(labs, labs.dropFirst()).map { $0.distance(to: $1) }
    let mean = steps.reduce(0, +) / Double(steps.count)
    #expect(steps.allSatisfy { ($0 - mean).magnitude < 0.05 * mean })
    #expect(labs[0].lightness < 0.2)
    #expect(labs[255].lightness > 0.9)
  }

  @Test func theDivergingMapIsLightestAtZeroAndEvenOnBothSides() {
    let labs = ColourMap.diverging.colours.map { OKLab($0) }
    for index in 1..<128 {
      #expect(labs[index].lightness > labs[index - 1].lightness)
      #expect(labs[255 - index].lightness > labs[256 - index].lightness)
    }
    #expect((labs[20].lightness - labs[235].lightness).magnitude < 0.02)
    #expect(labs[0].b < -0.1)
    #expect(labs[255].a > 0.1)
    #expect(labs[127].a.magnitude < 0.01 && labs[127].b.magnitude < 0.01)
  }

  @Test func okLabIsOttossons() {
    // The values that Ottosson's own code gives for pure red, and for white.
    let red = OKLab(Colour(0xFF0000))
    #expect((red.lightness - 0.6279554).magnitude < 1e-4)
    #expect((red.a - 0.2248631).magnitude < 1e-4)
    #expect((red.b - 0.1258463).magnitude < 1e-4)
    let white = OKLab(Colour(0xFFFFFF))
    #expect((white.lightness - 1).magnitude < 1e-4 && white.a.magnitude < 1e-4 && white.b.magnitude < 1e-4)
    for value: UInt32 in [0x123456, 0xABCDEF, 0x00FF00, 0x808080] { #expect(OKLab(Colour(value)).colour.hexadecimal == value) }
  }

  @Test func endsOfTheMapAreForWhatLiesBeyond() {
    #expect(ColourMap.sequential.colour(-3) == ColourMap.sequential.colours[0])
    #expect(ColourMap.sequential.colour(7) == ColourMap.sequential.colours[255])
  }

  @Test func colourIsLaidOverColour() {
    #expect(Colour(0xFF0000).opacity(0.5).over(Colour(0x0000FF)).hexadecimal == 0x800080)
    #expect(Theme.series(8) == Theme.series(0))
    #expect(Theme.series(-1) == Theme.series(7))
  }
}
