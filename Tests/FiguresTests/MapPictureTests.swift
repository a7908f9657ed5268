import Testing

@testable import Figures

struct MapPictureTests {
  private func picture(_ map: MapPicture, width: Double = 300) -> (raster: Raster, rect: Rect, drawing: Drawing)? {
    let drawing = Figure("", map).drawing(width: width)
    for case .picture(let raster, let rect) in drawing.marks { return (raster, rect, drawing) }
    return nil
  }

  private func overlay(_ drawing: Drawing) -> Raster? {
    for case .picture(let raster, _) in drawing.marks where !raster.opacities.isEmpty { return raster }
    return nil
  }

  @Test func everyPixelHasTheColourOfItsValue() throws {
    let map = MapPicture(values: [0, 1, 2, 3, .nan, 5], rows: 2, columns: 3)
    let found = try #require(picture(map))
    #expect(found.raster.width == 3 && found.raster.height == 2)
    for (index, value) in map.values.enumerated() {
      let expected = value.isNaN ? Theme.nothing : ColourMap.sequential.colour(value / 5)
      #expect(found.raster.pixels[index] == expected.hexadecimal)
    }
    // Enlarged where a viewer might blur it.
    let enlarged = found.raster.enlarged(toPoints: (found.rect.width, found.rect.height))
    let factor = enlarged.width / 3
    #expect(Double(enlarged.width) >= 2 * found.rect.width && enlarged.width == 3 * factor)
    #expect(enlarged.pixels[enlarged.width * (enlarged.height - 1) + factor] == found.raster.pixels[4])
  }

  @Test func pixelsThatAreNotSquareAreDrawnSo() throws {
    var map = MapPicture(
      values: Array(repeating: 1, count: 200), rows: 10, columns: 20, pixel: PixelSize(height: 3, width: 1, units: "nm"))
    let rect = try #require(picture(map)).rect
    #expect((rect.height / rect.width - 1.5).magnitude < 1e-9)
    map.pixel = PixelSize(height: 3, width: -1, heightUnits: "s", widthUnits: "nm")
    let other = try #require(picture(map))
    #expect((other.rect.height / other.rect.width - 0.5).magnitude < 1e-9)
    #expect(other.drawing.texts.contains { $0.text == "→ 20 nm   ↓ 30 s" })
    map.pixel = PixelSize(height: 1e9, width: 1, units: "nm")
    let tall = try #require(picture(map)).rect
    #expect(tall.height <= 420)
  }

  @Test func largeMapsAreAveraged() throws {
    let size = 1200
    let values = (0..<size * size).map { $0 % size < size / 2 ? 0.0 : ($0 % 2 == 0 ? 1 : 3) }
    let found = try #require(picture(MapPicture(values: values, rows: size, columns: size)))
    #expect(found.raster.width <= 2 * 620 && found.raster.width >= 500)
    let colours = Set(found.raster.pixels)
    #expect(colours.contains(ColourMap.sequential.colour(0).hexadecimal))
    // Of one and three in turn only the mean is left.
    #expect(colours.contains(ColourMap.sequential.colour(2.0 / 3).hexadecimal))
    #expect(colours.count <= 3)
  }

  @Test func theColourBarSaysWhatIsCutOff() {
    var values = (0..<10_000).map { Double($0 % 100) }
    values[77] = 1e6
    let scale = ValueScale(values, range: nil, isLogarithmic: false, isDiverging: false)
    #expect(scale.range == 0...99)
    #expect(scale.cutsAbove && !scale.cutsBelow)
    #expect(scale.share(1e6) == 1)
    let diverging = ValueScale([-2, 1], range: nil, isLogarithmic: false, isDiverging: true)
    #expect(diverging.range == -2...2)
    #expect(diverging.share(0) == 0.5)
    let logarithmic = ValueScale([0, 1, 10, 100], range: nil, isLogarithmic: true, isDiverging: false)
    #expect(logarithmic.range == 1...100)
    #expect((logarithmic.share(10) - 0.5).magnitude < 1e-12)
    #expect(logarithmic.share(0) == 0)
    #expect(ValueScale([1, 2], range: 0...8, isLogarithmic: false, isDiverging: false).range == 0...8)
  }

  @Test func constantAndMissingValuesHaveARange() {
    for values in [[7.0, 7], [0, 0], [-3], [], [.nan, .infinity], [-.greatestFiniteMagnitude, .greatestFiniteMagnitude]] {
      for isLogarithmic in [false, true] {
        let scale = ValueScale(values, range: nil, isLogarithmic: isLogarithmic, isDiverging: false)
        #expect(scale.range.lowerBound < scale.range.upperBound)
        #expect(values.allSatisfy { !$0.isFinite || (0...1).contains(scale.share($0)) })
      }
    }
    let drawing = Figure("", MapPicture(values: [7, 7, 7, 7], rows: 2, columns: 2)).drawing(width: 200)
    #expect(drawing.texts.map(\.text).contains("7"))
    let nothing = Figure("", MapPicture(values: [.nan, .nan], rows: 1, columns: 2)).drawing(width: 200)
    #expect(nothing.texts.map(\.text).contains("no values"))
    let empty = Figure("", MapPicture(values: [], rows: 0, columns: 7)).drawing(width: 200)
    #expect(empty.texts.map(\.text).contains("no values"))
  }

  @Test func masksAreTintedAndHaveAnOutline() throws {
    var map = MapPicture(values: Array(repeating: 0.5, count: 100), rows: 10, columns: 10, colours: .grey)
    map.range = 0...1
    let inside = (0..<100).map { (3...6).contains($0 / 10) && (3...6).contains($0 % 10) }
    let colour = Theme.series(1)
    map.masks = [MaskOverlay("grain", pixels: inside, colour: colour)]
    let found = try #require(picture(map))
    #expect(Set(found.raster.pixels) == [ColourMap.grey.colour(0.5).hexadecimal])
    let overlay = try #require(self.overlay(found.drawing))
    let factor = overlay.width / 10
    func pixel(_ row: Double, _ column: Double) -> [UInt32] {
      let index = Int(row * Double(factor)) * overlay.width + Int(column * Double(factor))
      return [overlay.pixels[index], UInt32(overlay.opacities[index])]
    }
    #expect(pixel(1.5, 1.5)[1] == 0)
    #expect(pixel(5, 5) == [colour.hexadecimal, 82])
    #expect(pixel(3, 5) == [colour.hexadecimal, 255])
    #expect(found.drawing.texts.map(\.text).contains("grain"))
  }

  @Test func masksOverEachOtherAreBothSeen() throws {
    var map = MapPicture(values: Array(repeating: 0.5, count: 100), rows: 10, columns: 10, colours: .grey)
    let all = [Bool](repeating: true, count: 100)
    map.masks = [MaskOverlay("a", pixels: all, colour: Theme.series(0)), MaskOverlay("b", pixels: all, colour: Theme.series(1))]
    let drawing = Figure("", map).drawing(width: 300)
    let raster = try #require(overlay(drawing))
    let middle = raster.width * (raster.height / 2) + raster.width / 2
    let grey = ColourMap.grey.colour(0.5)
    let expected = Theme.series(1).opacity(0.32).over(Theme.series(0).opacity(0.32).over(grey))
    let seen = Colour(raster.pixels[middle], opacity: Double(raster.opacities[middle]) / 255).over(grey)
    #expect(OKLab(seen).distance(to: OKLab(expected)) < 0.01)
    map.masks = [MaskOverlay("none", pixels: Array(repeating: false, count: 100), colour: Theme.series(0))]
    #expect(overlay(Figure("", map).drawing(width: 300)) == nil)
  }
}
